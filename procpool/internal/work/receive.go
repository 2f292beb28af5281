package work

import (
	"reflect"
	"sync"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/spawn"
	"github.com/parago/parago/procpool/wire"
)

// A receiver reads what the parent sends. The goroutine that does what the parent asks reads by itself as long as it has
// nothing to do: a call that takes next to no time needs no second goroutine to be woken, which costs more than all
// else about it. Another one reads while something takes long, asks the broker, or is a part of much: then
// answers come in, the parent's end is noticed, and the next is there when the last is done.
type receiver struct {
	in   *wire.Reader
	meet func(wire.Frame) (met bool) // deals with frames that are not for take

	mu      sync.Mutex
	queue   []wire.Frame // not begun; guarded by mu, as is the rest
	more    sync.Cond    // queue has grown
	busy    bool         // something that was taken is being done
	turns   uint64       // how often something was taken
	apart   bool         // a goroutine of its own reads
	waits   bool         // for that, in take
	ticking bool         // tick will be called
	seen    uint64       // turns at its last call
}

// longTime is about how long something takes until another goroutine reads meanwhile, or twice that.
const longTime = 5 * time.Millisecond

func newReceiver(in *wire.Reader, meet func(wire.Frame) bool) *receiver {
	r := &receiver{in: in, meet: meet}
	r.more.L = &r.mu
	return r
}

// take returns the next thing to do. Before it waits for anything, it calls pause. It is called by one goroutine at a time.
func (r *receiver) take(pause func()) wire.Frame {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy = false
	for len(r.queue) == 0 {
		if r.apart {
			r.mu.Unlock()
			pause()
			r.mu.Lock()
			if len(r.queue) > 0 {
				break
			}
			r.waits = true
			r.more.Wait()
			r.waits = false
			continue
		}
		r.mu.Unlock()
		f := r.next(pause)
		r.mu.Lock()
		r.queue = append(r.queue, f)
	}
	f := r.queue[0]
	r.queue[0] = wire.Frame{}
	r.queue = r.queue[1:]
	r.busy = true
	r.turns++
	if !r.apart && !r.ticking {
		r.ticking = true
		time.AfterFunc(longTime, r.tick)
	}
	return f
}

// next reads the next frame that is for take. It calls pause each time before it has to wait.
func (r *receiver) next(pause func()) wire.Frame {
	for {
		if !r.in.Pending() {
			pause()
		}
		f, err := r.in.Next()
		if err != nil {
			spawn.Orphaned()
		}
		if f.Lost && f.Kind != task.FrameReply {
			fault.Fatal(fault.Errorf("take a task in shared memory: %s", node.NoDescriptor))
		}
		if !r.meet(f) {
			return f
		}
	}
}

// attend has another goroutine read from now on, if something is being done.
func (r *receiver) attend() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy && !r.apart {
		r.apart = true
		go r.readApart()
	}
}

// readApart reads until what has come is taken at once.
func (r *receiver) readApart() {
	for {
		f := r.next(func() {})
		r.mu.Lock()
		r.queue = append(r.queue, f)
		r.more.Signal()
		if r.waits {
			r.apart = false
			r.mu.Unlock()
			return
		}
		r.mu.Unlock()
	}
}

// tick looks whether something takes long. It is called as long as things are done.
func (r *receiver) tick() {
	r.mu.Lock()
	long, idle := r.busy && r.turns == r.seen, !r.busy && r.turns == r.seen
	r.seen = r.turns
	r.ticking = !long && !idle && !r.apart
	if r.ticking {
		time.AfterFunc(longTime, r.tick)
	}
	r.mu.Unlock()
	if long {
		r.attend()
	}
}

// meet deals with what needs no turn: it may come while a task runs.
func (u *Link) meet(f wire.Frame) (met bool) {
	switch f.Kind {
	case task.FrameLogLevel:
		var level task.LogLevel
		if u.Codec.Decode(f.Data, reflect.ValueOf(&level)) == nil {
			u.levels.Inherit(level)
		}
	case task.FrameCollect:
		u.space.CollectSoon()
	case task.FrameReply:
		u.Replied(f)
	default:
		return false
	}
	return true
}
