package procpool

import (
	"context"
	"io"
	"os"
	"reflect"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/wire"
)

// ask puts a request to the broker and waits for the answer, or for the caller's
// origin to be cancelled.
func (p *process) ask(r broker.Request) (broker.Answer, error) {
	return p.askContext(context.Background(), r)
}

// askContext is ask that ctx ends, too. Its cause is the error then.
func (p *process) askContext(ctx context.Context, r broker.Request) (broker.Answer, error) {
	got := make(chan broker.Answer, 1)
	r.Token = p.tokens.Add(1)
	p.request(r, func(a broker.Answer) {
		a.Token = r.Token
		got <- a
	})
	select {
	case a := <-got:
		return a, statusError(a)
	default:
	}
	origin := p.context(p.origin())
	why := origin
	select {
	case a := <-got:
		return a, statusError(a)
	case <-ctx.Done():
		why = ctx
	case <-origin.Done():
	}
	p.request(broker.Request{Op: broker.OpForget, N: int64(r.Token)}, func(broker.Answer) {})
	a := <-got // it may have been answered after all
	if a.Status == broker.StatusForgotten {
		return a, context.Cause(why)
	}
	return a, statusError(a)
}

// request puts a request to the broker, here or above. Reply must not wait. The request's
// file stays the caller's.
func (p *process) request(r broker.Request, reply func(broker.Answer)) {
	r.From = p.identity
	if p.broker != nil {
		if r.File != nil {
			file, err := shm.Duplicate(r.File)
			if err != nil {
				reply(broker.Answer{Status: broker.StatusFailed, Data: []byte(err.Error())})
				return
			}
			r.File = file
		}
		p.broker.Do(r, reply)
		return
	}
	p.up.call(r.Encode(), r.File, func(f wire.Frame) {
		a := broker.Answer{File: f.File, Own: true, Status: broker.StatusUnknown}
		if len(f.Data) > 0 {
			a.Status, a.Data = f.Data[0], f.Data[1:]
		}
		if (a.Status == broker.StatusOK || a.Status == broker.StatusHolding) && (r.Op == broker.OpGet || r.Op == broker.OpRecv) {
			took := broker.Request{Op: broker.OpTook, N: int64(r.Token), From: p.identity}
			p.up.out.Put(wire.Frame{Kind: task.FrameCall, Data: took.Encode()})
			p.up.out.FlushSoon()
		}
		reply(a)
	})
}

// tell is ask for requests whose answer does not matter.
func (p *process) tell(r broker.Request) { p.request(r, func(broker.Answer) {}) }

func (p *process) ended(identity string) {
	p.tell(broker.Request{Op: broker.OpEnded, Data: []byte(identity)})
}

// statusErrors are the errors of answers.
var statusErrors = map[byte]error{
	broker.StatusOK:         nil,
	broker.StatusHolding:    nil,
	broker.StatusFull:       fault.ErrFull,
	broker.StatusEmpty:      fault.ErrEmpty,
	broker.StatusClosed:     fault.ErrClosed,
	broker.StatusEOF:        io.EOF,
	broker.StatusPeerClosed: fault.ErrPeerClosed,
	broker.StatusTooMany:    fault.Errorf("TaskDone was called more often than Put"),
	broker.StatusForgotten:  fault.ErrCanceled,
	broker.StatusTooLong:    fault.ErrTooLong,
	broker.StatusExists:     fault.ErrExists,
	broker.StatusBroken:     fault.ErrBrokenBarrier,
	broker.StatusAct:        nil,
	broker.StatusAbsent:     fault.ErrNotFound,
	broker.StatusConflict:   errConflict,
}

func statusError(a broker.Answer) error {
	if a.Status == broker.StatusFailed {
		return fault.Errorf("%s", a.Data)
	}
	if err, ok := statusErrors[a.Status]; ok {
		return err
	}
	return fault.Errorf("there is no such object any more")
}

// call sends a request up.
func (u *parentLink) call(data []byte, file *os.File, reply func(wire.Frame)) {
	u.mu.Lock()
	u.next++
	id := u.next
	u.calls[id] = reply
	u.mu.Unlock()
	f := wire.Frame{Kind: task.FrameCall, ID: id, Data: data, File: file}
	var err error
	if file != nil {
		err = u.out.Send(f)
	} else if err = u.out.Put(f); err == nil {
		err = u.out.Flush() // together with what waits
	}
	if err != nil {
		fatal(err)
	}
}

// serveCall answers a child's request, or passes it up. One of number 0 wants no answer.
func (p *process) serveCall(c *child, f wire.Frame) {
	if p.broker == nil {
		if f.ID == 0 {
			p.up.out.Put(wire.Frame{Kind: task.FrameCall, Data: f.Data})
			p.up.out.FlushSoon()
			return
		}
		p.up.call(f.Data, f.File, func(r wire.Frame) { go c.reply(f.ID, r, true) })
		f.File.Close() // a nil one, too
		return
	}
	r, ok := broker.DecodeRequest(f.Data)
	if !ok {
		f.File.Close()
		go c.reply(f.ID, wire.Frame{Data: []byte{broker.StatusUnknown}}, false)
		return
	}
	r.File = f.File
	p.broker.Do(r, func(a broker.Answer) {
		switch {
		case r.Op == broker.OpLetGo:
			p.memories.pressure.free()
		case r.Op == broker.OpAlloc && a.Status == broker.StatusFailed:
			go p.collect()
		}
		if f.ID != 0 {
			go c.reply(f.ID, wire.Frame{Data: append([]byte{a.Status}, a.Data...), File: a.File}, a.Own)
		}
	})
}

// reply runs in a goroutine of its own, since a child may be slow to read. It ends at
// the latest with the child. The frame's file may be its own to close.
func (c *child) reply(id uint64, f wire.Frame, own bool) {
	f.Kind, f.ID = task.FrameReply, id
	c.out.Send(f)
	if own {
		f.File.Close() // a nil one, too
	}
}

// pass tells the broker that a handle goes to another process.
func (p *process) pass(h any, to string) {
	if c, ok := h.(*RawConn); ok {
		p.tell(broker.Request{Op: broker.OpPass, ID: c.id, N: int64(c.end) | 2, Data: []byte(to)})
	}
}

// passUp is pass for what goes to the parent.
func (p *process) passUp(h any) {
	p.pass(h, parentOf(p.identity))
}

func (p *process) registerHandles() {
	p.register.Do(func() {
		p.codec.RegisterHandle(queueHandle())
		p.codec.RegisterHandle(connHandle())
		p.codec.RegisterHandle(memoryHandle())
		p.registerShared()
		p.codec.RegisterHandle(sharedHandle())
		p.codec.RegisterHandle(blockHandle())
		p.codec.RegisterType(reflect.TypeFor[SharedMemory]())
		p.codec.RegisterHandle(processHandle())
		fault.Register(&p.codec)
	})
}
