package procpool

import (
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
)

// A CallOption sets something of one call.
type CallOption func(*callOptions)

type callOptions struct {
	chunk     int
	timeout   time.Duration
	retry     retry
	failFast  bool
	unordered bool
	inFlight  int
	seed      uint64
	seeded    bool
	progress  bool
	timeline  *Timeline
	label     string
	output    *screen.Mode // nil: the pool's
	bad       error
}

func callOptionsOf(opts []CallOption) callOptions {
	var o callOptions
	for _, opt := range opts {
		opt(&o)
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
	return func(o *callOptions) {
		o.chunk = n
		if n < 0 {
			o.bad = fault.Errorf("ChunkSize(%d): need at least 0", n)
		}
	}
}

// Unordered has Stream yield results as they come, those of quick elements first. Map
// returns them in order all the same. Python's imap_unordered.
func Unordered() CallOption { return func(o *callOptions) { o.unordered = true } }

// InFlight bounds how many elements Stream has taken from its input and not yet yielded: k,
// but at least a chunk. The default is two for each worker, and more, some thousands at most, of elements that take next to no
// time. More evens out elements that take unequally long; they wait in memory. Python's buffersize.
func InFlight(k int) CallOption {
	return func(o *callOptions) {
		o.inFlight = k
		if k < 1 {
			o.bad = fault.Errorf("InFlight(%d): need at least 1", k)
		}
	}
}

// Timeout bounds how long each element may run. One that takes longer fails with a
// *TimeoutError, and its worker is killed and replaced. The context that TryMap
// and TryStream pass ends after d, so that the function can end by itself; it is
// killed a tenth of d later, at least a second. A function without a
// context is killed at once. With a Timeout, workers get elements one at a time.
func Timeout(d time.Duration) CallOption {
	return func(o *callOptions) {
		o.timeout = d
		if d <= 0 {
			o.bad = fault.Errorf("Timeout(%s): need more than 0", d)
		}
	}
}

// minGrace is the least time that a function has to end after its context did. All cores may be busy with
// other workers.
const minGrace = time.Second

// limit is when a worker is killed whose task does not end.
func (c *Call) limit() time.Duration {
	d := c.opts.timeout
	if c.flags&task.WithContext != 0 {
		d += max(minGrace, d/10)
	}
	return d
}

// FailFast cancels the elements that have not begun once one has failed. A stream ends
// after those that had.
func FailFast() CallOption { return func(o *callOptions) { o.failFast = true } }

// Label names the call in errors, in its progress and in a Timeline.
func Label(s string) CallOption { return func(o *callOptions) { o.label = s } }
