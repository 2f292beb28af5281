package node

import (
	"context"
	"io"
	"os"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/wire"
)

// Ask puts a request to the broker and waits for the answer, or for the caller's
// origin to be cancelled.
func (n *Node) Ask(r broker.Request) (broker.Answer, error) {
	return n.AskContext(context.Background(), r)
}

// AskContext is ask that ctx ends, too. Its cause is the error then.
func (n *Node) AskContext(ctx context.Context, r broker.Request) (broker.Answer, error) {
	got := make(chan broker.Answer, 1)
	r.Token = n.Tokens.Add(1)
	n.Request(r, func(a broker.Answer) {
		a.Token = r.Token
		got <- a
	})
	select {
	case a := <-got:
		return a, StatusError(a)
	default:
	}
	origin := n.Context(n.Origin())
	why := origin
	select {
	case a := <-got:
		return a, StatusError(a)
	case <-ctx.Done():
		why = ctx
	case <-origin.Done():
	}
	n.Request(broker.Request{Op: broker.OpForget, N: int64(r.Token)}, func(broker.Answer) {})
	a := <-got // it may have been answered after all
	if a.Status == broker.StatusForgotten {
		return a, context.Cause(why)
	}
	return a, StatusError(a)
}

// Request puts a request to the broker, here or above. Reply must not wait. The request's
// file stays the caller's.
func (n *Node) Request(r broker.Request, reply func(broker.Answer)) {
	r.From = n.Identity
	if n.Broker != nil {
		if r.File != nil {
			file, err := shm.Duplicate(r.File)
			if err != nil {
				reply(broker.Answer{Status: broker.StatusFailed, Data: []byte(err.Error())})
				return
			}
			r.File = file
		}
		n.Broker.Do(r, reply)
		return
	}
	n.Up.Call(r.Encode(), r.File, func(f wire.Frame) {
		a := broker.Answer{File: f.File, Own: true, Status: broker.StatusUnknown}
		if len(f.Data) > 0 {
			a.Status, a.Data = f.Data[0], f.Data[1:]
		}
		if r.Op == broker.OpGet || r.Op == broker.OpRecv {
			n.took(r.Token, a.Status)
		}
		reply(a)
	})
}

// took tells the broker that an item has arrived, or that its file has not: then the item goes back.
func (n *Node) took(token uint64, status byte) {
	took := broker.Request{Op: broker.OpTook, N: int64(token), From: n.Identity}
	switch status {
	case broker.StatusOK, broker.StatusHolding:
	case broker.StatusFailed:
		took.ID = 1
	default:
		return
	}
	n.Up.Out.Put(wire.Frame{Kind: task.FrameCall, Data: took.Encode()})
	n.Up.Out.FlushSoon()
}

// Tell is ask for requests whose answer does not matter.
func (n *Node) Tell(r broker.Request) { n.Request(r, func(broker.Answer) {}) }

// Ended tells the broker that a process has ended, whatever it held.
func (n *Node) Ended(identity string) {
	n.Tell(broker.Request{Op: broker.OpEnded, Data: []byte(identity)})
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
	broker.StatusConflict:   ErrConflict,
}

// StatusError is the error that an answer stands for, if it does.
func StatusError(a broker.Answer) error {
	if a.Status == broker.StatusFailed {
		return fault.Errorf("%s", a.Data)
	}
	if err, ok := statusErrors[a.Status]; ok {
		return err
	}
	return fault.Errorf("there is no such object any more")
}

// Call sends a request up.
func (u *Up) Call(data []byte, file *os.File, reply func(wire.Frame)) {
	u.Attend()
	u.mu.Lock()
	u.next++
	id := u.next
	u.calls[id] = reply
	u.mu.Unlock()
	f := wire.Frame{Kind: task.FrameCall, ID: id, Data: data, File: file}
	var err error
	if file != nil {
		err = u.Out.Send(f)
	} else if err = u.Out.Put(f); err == nil {
		err = u.Out.Flush() // together with what waits
	}
	if err != nil {
		fault.Fatal(err)
	}
}

// ErrConflict is the broker's answer to an update that has taken longer than it may
// while others wait.
var ErrConflict = fault.Errorf("the entry was changed meanwhile")
