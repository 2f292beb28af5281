package procpool

import (
	"math/rand/v2"

	"github.com/parago/parago/procpool/internal/pool"
)

// TaskIndex returns which element of its call the caller, a function that runs in a pool, is
// working on: the place of its argument in the slice, the sequence or the rows; 0 if it was
// submitted alone. The second result is false outside of pools.
func TaskIndex() (index int, ok bool) {
	t := this.Running.Now.Load()
	if t == nil {
		return 0, false
	}
	return t.Index(), true
}

// Seed gives each element of the call random numbers of its own, by [Rand], that depend on n and
// the element's index only: not on workers, their number, chunks or attempts. R's future.seed.
func Seed(n uint64) CallOption {
	return func(o *pool.CallOptions) { o.Seed, o.Seeded = n, true }
}

// Rand returns the random numbers of the element that the caller, a function that runs in
// a pool, is working on. They are always the same if the call has a [Seed]: those of
// rand.NewPCG(n, index). Otherwise, and outside of pools, they are different each time. All of
// an element's calls of Rand return the same generator, which is for one goroutine at a time.
func Rand() *rand.Rand {
	t := this.Running.Now.Load()
	if t == nil {
		return rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	return t.Rand()
}
