package procpool

import (
	"runtime"
	"sync/atomic"

	"github.com/parago/parago/procpool/broker"
)

// An unshared is what the root keeps for a handle that was made in this process and has not left it: it
// was never encoded. When such a handle is dropped, so that the garbage collector finds it, nobody
// can use any more what it stands for, and the root is told to free that. What has left may be
// named anywhere, in a message, an entry, a worker, and stays as long as the root process.
type unshared struct {
	left    atomic.Bool
	handles atomic.Int32 // that were not dropped: the two ends of a pipe are for one thing
	free    broker.Request
}

// freeWhenDropped watches the handles of one thing. Who uses that without a handle keeps the handle
// alive meanwhile.
func freeWhenDropped[T any](op byte, id uint64, handles ...*T) *unshared {
	u := &unshared{free: broker.Request{Op: op, ID: id}}
	u.handles.Store(int32(len(handles)))
	for _, h := range handles {
		runtime.AddCleanup(h, (*unshared).dropped, u)
	}
	return u
}

func (u *unshared) dropped() {
	if u.handles.Add(-1) == 0 && !u.left.Load() {
		this.tell(u.free)
	}
}

// leave is called when the handle is encoded. A nil one is of a handle that came from elsewhere.
func (u *unshared) leave() {
	if u != nil {
		u.left.Store(true)
	}
}
