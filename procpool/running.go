package procpool

import (
	"bytes"
	"context"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"time"
)

// A running is what a task that runs may ask about itself.
type running struct {
	index  int
	seed   uint64
	seeded bool

	once sync.Once
	rand *rand.Rand
}

// runningTasks finds the task that the caller is in. A worker runs one at a time; those of a
// pool with Serial are told apart by their goroutines.
type runningTasks struct {
	mu        sync.Mutex
	own       *running            // of this process, if it is a worker; guarded by mu, as is the rest
	goroutine map[string]*running // by the goroutine that the function was called in
}

func (r *runningTasks) current() *running {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.goroutine) > 0 {
		if t := r.goroutine[goroutineID()]; t != nil {
			return t
		}
	}
	return r.own
}

// set says what the process runs: nil for nothing.
func (r *runningTasks) set(t *running) {
	r.mu.Lock()
	r.own = t
	r.mu.Unlock()
}

// enter says what the calling goroutine runs until it calls what is returned.
func (r *runningTasks) enter(t *running) (leave func()) {
	id := goroutineID()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.goroutine == nil {
		r.goroutine = map[string]*running{}
	}
	r.goroutine[id] = t
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.goroutine, id)
	}
}

// goroutineID takes the number of the calling goroutine from "goroutine 7 [running]:".
func goroutineID() string {
	var buf [64]byte
	f := bytes.Fields(buf[:runtime.Stack(buf[:], false)])
	if _, err := strconv.Atoi(string(f[1])); err != nil {
		panic(errorf("a stack that begins with %q", buf))
	}
	return string(f[1])
}

// TaskIndex returns which element of its call the caller, a function that runs in a pool, is
// working on: the place of its argument in the slice, the sequence or the rows; 0 if it was
// submitted alone. The second result is false outside of pools. In a pool with Serial
// it knows only the goroutine that the function was called in.
func TaskIndex() (index int, ok bool) {
	t := this.tasks.current()
	if t == nil {
		return 0, false
	}
	return t.index, true
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
	t := this.tasks.current()
	if t == nil {
		return rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	t.once.Do(func() {
		if t.seeded {
			t.rand = rand.New(rand.NewPCG(t.seed, uint64(t.index)))
		} else {
			t.rand = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
		}
	})
	return t.rand
}

// softContext is the context of a task that may run for d, or for ever if d is 0.
func softContext(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d <= 0 {
		return context.WithCancel(parent)
	}
	return context.WithTimeout(parent, d)
}
