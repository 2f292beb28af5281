package procpool

import (
	"context"
	"encoding/binary"
	"io"
	"reflect"

	"github.com/parago/parago/procpool/wire"
)

// ask puts a request to the broker and waits for the answer, or for the caller's
// origin to be cancelled.
func (p *process) ask(r request) (answer, error) {
	r.from = p.identity
	got := make(chan answer, 1)
	if p.broker == nil {
		p.up.call(r.encode(), func(f wire.Frame) {
			a := answer{file: f.File, status: statusUnknown}
			if len(f.Data) > 0 {
				a.status, a.data = f.Data[0], f.Data[1:]
			}
			got <- a
		})
		a := <-got
		return a, a.err()
	}
	ctx := p.context(p.origin())
	r.asked = got
	p.broker.do(r, func(a answer) { got <- a })
	select {
	case a := <-got:
		return a, a.err()
	default:
	}
	select {
	case a := <-got:
		return a, a.err()
	case <-ctx.Done():
		if !p.broker.drop(got) { // it has been answered after all
			a := <-got
			return a, a.err()
		}
		return answer{}, context.Cause(ctx)
	}
}

// tell is ask for requests whose answer does not matter.
func (p *process) tell(r request) {
	r.from = p.identity
	if p.broker == nil {
		p.up.call(r.encode(), func(wire.Frame) {})
		return
	}
	p.broker.do(r, func(answer) {})
}

func (p *process) ended(identity string) { p.tell(request{op: opEnded, data: []byte(identity)}) }

func (a answer) err() error {
	switch a.status {
	case statusOK:
		return nil
	case statusFull:
		return ErrFull
	case statusEmpty:
		return ErrEmpty
	case statusClosed:
		return ErrClosed
	case statusEOF:
		return io.EOF
	case statusPeerClosed:
		return ErrPeerClosed
	case statusTooMany:
		return errorf("TaskDone was called more often than Put")
	case statusFailed:
		return errorf("%s", a.data)
	}
	return errorf("there is no such object any more")
}

func (a answer) number() uint64 {
	if len(a.data) < 8 {
		return 0
	}
	return binary.LittleEndian.Uint64(a.data)
}

// call sends a request up.
func (u *parentLink) call(data []byte, reply func(wire.Frame)) {
	u.mu.Lock()
	u.next++
	id := u.next
	u.calls[id] = reply
	u.mu.Unlock()
	if err := u.out.Send(wire.Frame{Kind: frameCall, ID: id, Data: data}); err != nil {
		fatal(err)
	}
}

// serveCall answers a child's request, or passes it up.
func (p *process) serveCall(c *child, f wire.Frame) {
	if p.broker == nil {
		p.up.call(f.Data, func(r wire.Frame) { go c.reply(f.ID, r) })
		return
	}
	r, ok := decodeRequest(f.Data)
	if !ok {
		go c.reply(f.ID, wire.Frame{Data: []byte{statusUnknown}})
		return
	}
	p.broker.do(r, func(a answer) {
		go c.reply(f.ID, wire.Frame{Data: append([]byte{a.status}, a.data...), File: a.file})
	})
}

// reply runs in a goroutine of its own, since a child may be slow to read. It ends at
// the latest with the child.
func (c *child) reply(id uint64, f wire.Frame) {
	f.Kind, f.ID = frameReply, id
	c.out.Send(f)
	if this.broker == nil && f.File != nil { // it was received to be passed on
		f.File.Close()
	}
}

// pass tells the broker that a handle goes to another process.
func (p *process) pass(h any, to string) {
	if c, ok := h.(*RawConn); ok {
		p.tell(request{op: opPass, id: c.id, n: int64(c.end) | 2, data: []byte(to)})
	}
}

// passUp is pass for what goes to the parent.
func (p *process) passUp(h any) {
	to := ""
	for i, c := range p.identity {
		if c == ':' {
			to = p.identity[:i]
		}
	}
	p.pass(h, to)
}

func (p *process) registerHandles() {
	p.register.Do(func() {
		p.codec.RegisterHandle(queueHandle())
		p.codec.RegisterHandle(connHandle())
		p.codec.RegisterHandle(memoryHandle())
		p.codec.RegisterHandle(processHandle())
		for name, err := range map[string]error{
			"ErrClosed": ErrClosed, "ErrTerminated": ErrTerminated, "ErrBroken": ErrBroken, "ErrStarted": ErrStarted,
			"ErrNotStarted": ErrNotStarted, "ErrFull": ErrFull, "ErrEmpty": ErrEmpty, "ErrTooDeep": ErrTooDeep,
			"ErrPeerClosed": ErrPeerClosed, "ErrCanceled": ErrCanceled,
		} {
			p.codec.RegisterError("procpool."+name, err)
		}
		for _, t := range []reflect.Type{
			reflect.TypeFor[TaskError](), reflect.TypeFor[RemotePanic](), reflect.TypeFor[WorkerDiedError](),
			reflect.TypeFor[ExitError](), reflect.TypeFor[EncodeError](), reflect.TypeFor[TimeoutError](),
		} {
			p.codec.RegisterType(t)
		}
	})
}
