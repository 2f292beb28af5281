package node

import (
	"math/rand/v2"
	"sync/atomic"

	"github.com/parago/parago/procpool/wire"
)

// A Running is what elements that run may ask about themselves: those of a chunk, one after the other.
type Running struct {
	First  int          // the index of the first
	Seq    uint32       // its number as a task
	Outbox *wire.Outbox // tells the task that has begun; nil: it is the first
	Seed   uint64
	Seeded bool

	made  atomic.Pointer[ownRand] // for the last element that has asked
	outer *Running                // what ran when it began; set by Begin
	over  atomic.Bool             // it has ended, or was left behind
}

// An ownRand is the random numbers of an element.
type ownRand struct {
	index int
	*rand.Rand
}

// Index is that of the element which runs now.
func (r *Running) Index() int {
	if r.Outbox == nil {
		return r.First
	}
	return r.First + int(r.Outbox.Begun()-r.Seq)
}

// Rand is the random numbers of the element which runs now.
func (r *Running) Rand() *rand.Rand {
	index := r.Index()
	for {
		old := r.made.Load()
		if old != nil && old.index == index {
			return old.Rand
		}
		seed, stream := rand.Uint64(), rand.Uint64()
		if r.Seeded {
			seed, stream = r.Seed, uint64(index)
		}
		made := &ownRand{index, rand.New(rand.NewPCG(seed, stream))}
		if r.made.CompareAndSwap(old, made) {
			return made.Rand
		}
	}
}

// A RunningTask is what this process runs: if it is a worker, one element at a time. Elements of Serial pools run in the process
// that submits them, and those of several pools overlap: then it is the one that began last of those that still run.
type RunningTask struct{ Now atomic.Pointer[Running] }

// Begin notes that r runs, beside what runs already.
func (t *RunningTask) Begin(r *Running) {
	for {
		r.outer = t.Now.Load()
		if t.Now.CompareAndSwap(r.outer, r) {
			break
		}
	}
	t.drop()
}

// End notes that r has ended, or is not waited for any more. It may be called again, and before Begin.
func (t *RunningTask) End(r *Running) {
	r.over.Store(true)
	t.drop()
}

// drop goes back to what ran before, past what has ended meanwhile.
func (t *RunningTask) drop() {
	for r := t.Now.Load(); r != nil && r.over.Load(); r = t.Now.Load() {
		t.Now.CompareAndSwap(r, r.outer)
	}
}
