package procpool

import (
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/pool"
)

// A CallOption sets something of one call.
type CallOption func(*pool.CallOptions)

// callOptions is what opts set together.
func callOptions(opts []CallOption) (o pool.CallOptions) {
	for _, set := range opts {
		set(&o)
	}
	return o
}

// Chunk returns how many of n elements Python's Pool.map gives each of so many workers at a time:
// a quarter of its share, rounded up, and 0 for none. It is for ChunkSize, where a
// worker should get as much at a time as in Python. The default adapts instead.
func Chunk(n, workers int) int {
	if n <= 0 {
		return 0
	}
	parts := 4 * max(workers, 1)
	return (n + parts - 1) / parts
}

// ChunkSize has workers take n elements at a time. Zero, the default, adapts to how
// much there is to do; results and errors do not depend on it. Python's chunksize.
func ChunkSize(n int) CallOption {
	return func(o *pool.CallOptions) {
		o.Chunk = n
		if n < 0 {
			o.Bad = fault.Errorf("ChunkSize(%d): need at least 0", n)
		}
	}
}

// Unordered has Stream yield results as they come, those of quick elements first. Map
// returns them in order all the same. Python's imap_unordered.
func Unordered() CallOption { return func(o *pool.CallOptions) { o.Unordered = true } }

// InFlight bounds how many elements Stream has taken from its input and not yet yielded: k,
// but at least a chunk. The default is two for each worker, and more, some thousands at most, of elements that take next to no
// time. More evens out elements that take unequally long; they wait in memory. Python's buffersize.
func InFlight(k int) CallOption {
	return func(o *pool.CallOptions) {
		o.InFlight = k
		if k < 1 {
			o.Bad = fault.Errorf("InFlight(%d): need at least 1", k)
		}
	}
}

// Timeout bounds how long each element may run. One that takes longer fails with a
// *TimeoutError, and its worker is killed and replaced. The context that TryMap
// and TryStream pass ends after d, so that the function can end by itself; it is
// killed a tenth of d later, at least a second. A function without a
// context is killed at once. With a Timeout, workers get elements one at a time.
func Timeout(d time.Duration) CallOption {
	return func(o *pool.CallOptions) {
		o.Timeout = d
		if d <= 0 {
			o.Bad = fault.Errorf("Timeout(%s): need more than 0", d)
		}
	}
}

// FailFast cancels the elements that have not begun once one has failed. A stream ends
// after those that had.
func FailFast() CallOption { return func(o *pool.CallOptions) { o.FailFast = true } }

// Label names the call in errors, in its progress and in a Timeline.
func Label(s string) CallOption { return func(o *pool.CallOptions) { o.Label = s } }
