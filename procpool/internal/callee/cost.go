package callee

import (
	"sync/atomic"
	"time"
)

// A Cost is how long an element takes that calls a function, as the results say that have come lately. Several pools
// may call it, each with a lock of its own, so it is atomic.
type Cost struct{ nanoseconds, last atomic.Int64 }

// Each is how long an element takes, 0 if nobody knows.
func (c *Cost) Each() time.Duration { return time.Duration(c.nanoseconds.Load()) }

// Took notes that elements have taken so long each. That a worker had to wait for a processor once makes none
// costly: of each two in a row the shorter counts.
func (c *Cost) Took(each time.Duration) {
	each = max(each, 1)
	if last := time.Duration(c.last.Swap(int64(each))); last > 0 {
		each = min(each, last)
	}
	if old := c.Each(); old > 0 {
		each = (old + each + 1) / 2
	}
	c.nanoseconds.Store(int64(each))
}

// Soon returns how many elements take about d: one if nobody knows.
func (c *Cost) Soon(d time.Duration) int {
	each := c.Each()
	if each == 0 {
		return 1
	}
	return int(min(max(d/each, 1), maxSoon))
}

// maxSoon is the most elements that soon returns, however little they take.
const maxSoon = 1 << 16
