package child

import (
	"slices"
	"sync/atomic"

	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// SendTask puts a task: its head, unless that is in args, and its arguments, whose segment stays as it is until the task is
// over.
func (c *Child) SendTask(id uint64, head []byte, args task.Message) {
	if args.Seg == nil {
		c.Out.Put(wire.Frame{Kind: task.FrameTask, ID: id, Data: head, Tail: args.Buf})
		return
	}
	f := wire.Frame{Kind: task.FrameLarge, ID: id}
	f.Data = append(task.Announce(args.Buf, args.Seg), head...)
	if c.lent != args.Seg.ID {
		f.File = args.Seg.File
	}
	if c.Out.Put(f) != nil { // there are no descriptors left
		c.Out.Put(wire.Frame{Kind: task.FrameTask, ID: id, Data: slices.Concat(head, args.Buf)})
		return
	}
	c.lent = args.Seg.ID
}

// takeLarge hands a result in shared memory to the owner. The child may use the memory
// again when it returns.
func (c *Child) takeLarge(f wire.Frame) error {
	data, err := c.results.Open(f)
	if err != nil {
		return err
	}
	c.hand([]wire.Frame{{Kind: task.FrameResult, ID: f.ID, Data: data}})
	atomic.StoreUint32(task.Busy(c.results.Seg), 0)
	return nil
}
