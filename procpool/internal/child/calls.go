package child

import (
	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/wire"
)

// serveCall answers a child's request, or passes it up. One of number 0 wants no answer.
func (n *Nursery) serveCall(c *Child, f wire.Frame) {
	if f.Lost {
		n.space.CollectSoon()
		go c.reply(f.ID, wire.Frame{Data: failedReply(node.NoDescriptor)}, false)
		return
	}
	if n.Broker == nil {
		if f.ID == 0 {
			n.Up.Out.Put(wire.Frame{Kind: task.FrameCall, Data: f.Data})
			n.Up.Out.FlushSoon()
			return
		}
		n.Up.Call(f.Data, f.File, func(r wire.Frame) { go c.reply(f.ID, r, true) })
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
	n.Broker.Do(r, func(a broker.Answer) {
		switch {
		case r.Op == broker.OpLetGo:
			n.space.Memories.Pressure.Free()
		case a.Status == broker.StatusFailed:
			n.space.CollectSoon()
		}
		if f.ID != 0 {
			go c.reply(f.ID, wire.Frame{Data: append([]byte{a.Status}, a.Data...), File: a.File}, a.Own)
		}
	})
}

// reply runs in a goroutine of its own, since a child may be slow to read. It ends at
// the latest with the child. The frame's file may be its own to close. If there is no descriptor left to send
// it later, the child is told, and asks again.
func (c *Child) reply(id uint64, f wire.Frame, own bool) {
	f.Kind, f.ID = task.FrameReply, id
	if err := c.Out.Send(f); err != nil && f.File != nil {
		if shm.NoDescriptor(err) {
			c.nursery.space.CollectSoon()
		}
		c.Out.Send(wire.Frame{Kind: f.Kind, ID: id, Data: failedReply(err.Error())})
	}
	if own {
		f.File.Close() // a nil one, too
	}
}

func failedReply(why string) []byte { return append([]byte{broker.StatusFailed}, why...) }
