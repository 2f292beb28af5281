package work

import (
	"slices"
	"sync/atomic"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// putResult sends a result.
func (u *Link) putResult(id uint64, m task.Message) error {
	if m.Seg == nil {
		return u.Out.Put(wire.Frame{Kind: task.FrameResult, ID: id, Data: m.Buf})
	}
	atomic.StoreUint32(task.Busy(m.Seg.Segment), 1)
	f := wire.Frame{Kind: task.FrameLargeResult, ID: id}
	f.Data = task.Announce(m.Buf, m.Seg)
	if u.lent != m.Seg.ID {
		f.File = m.Seg.File
	}
	u.lent = m.Seg.ID
	u.unread = append(u.unread, m.Seg)
	return u.Out.Send(f)
}

// reclaim takes back the segments of results that the parent has read.
func (u *Link) reclaim() {
	u.unread = slices.DeleteFunc(u.unread, func(s *task.Segment) bool {
		if atomic.LoadUint32(task.Busy(s.Segment)) != 0 {
			return false
		}
		u.results.Put(s)
		return true
	})
}

// large runs a task in shared memory. Decoding copies all of it.
func (u *Link) large(f wire.Frame) {
	data, err := u.tasks.Open(f)
	if err != nil {
		fault.Fatal(err)
	}
	u.task(f.ID, f.Data[task.LargeSize:], data)
}
