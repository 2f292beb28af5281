package procpool

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/parago/parago/procpool/wire"
)

// A running is what elements that run may ask about themselves: those of a chunk, one after the other.
type running struct {
	first  int          // the index of the first
	seq    uint32       // its number as a task
	outbox *wire.Outbox // tells the task that has begun; nil: it is the first
	seed   uint64
	seeded bool

	made atomic.Pointer[ownRand] // for the last element that has asked
}

// An ownRand is the random numbers of an element.
type ownRand struct {
	index int
	*rand.Rand
}

// index is that of the element which runs now.
func (r *running) index() int {
	if r.outbox == nil {
		return r.first
	}
	return r.first + int(r.outbox.Begun()-r.seq)
}

// rand is the random numbers of the element which runs now.
func (r *running) rand() *rand.Rand {
	index := r.index()
	for {
		old := r.made.Load()
		if old != nil && old.index == index {
			return old.Rand
		}
		seed, stream := rand.Uint64(), rand.Uint64()
		if r.seeded {
			seed, stream = r.seed, uint64(index)
		}
		made := &ownRand{index, rand.New(rand.NewPCG(seed, stream))}
		if r.made.CompareAndSwap(old, made) {
			return made.Rand
		}
	}
}

// runningTask is what this process runs, if it is a worker: one element at a time.
type runningTask struct{ now atomic.Pointer[running] }

// TaskIndex returns which element of its call the caller, a function that runs in a pool, is
// working on: the place of its argument in the slice, the sequence or the rows; 0 if it was
// submitted alone. The second result is false outside of pools.
func TaskIndex() (index int, ok bool) {
	t := this.task.now.Load()
	if t == nil {
		return 0, false
	}
	return t.index(), true
}

// Seed gives each element of the call random numbers of its own, by [Rand], that depend on n and
// the element's index only: not on workers, their number, chunks or attempts. R's future.seed.
func Seed(n uint64) CallOption {
	return func(o *callOptions) { o.seed, o.seeded = n, true }
}

// Rand returns the random numbers of the element that the caller, a function that runs in
// a pool, is working on. They are always the same if the call has a [Seed]: those of
// rand.NewPCG(n, index). Otherwise, and outside of pools, they are different each time. All of
// an element's calls of Rand return the same generator, which is for one goroutine at a time.
func Rand() *rand.Rand {
	t := this.task.now.Load()
	if t == nil {
		return rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	return t.rand()
}

// softContext is the context of a task that may run for d, or for ever if d is 0.
func softContext(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d <= 0 {
		return context.WithCancel(parent)
	}
	return context.WithTimeout(parent, d)
}
