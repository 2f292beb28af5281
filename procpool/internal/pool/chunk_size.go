package pool

import (
	"cmp"
	"time"

	"github.com/parago/parago/procpool/internal/callee"
)

// How many elements a worker is given at a time. All workers are to end together, so it gets
// a share of what there is, which becomes smaller towards the end; and it is not given
// more than takes a while, so that elements begin about in their order. What it has not begun goes
// to a worker that has nothing to do.
const (
	// window is the most elements that a worker is given as long as nobody knows how long they take, and
	// that it has at a time if their number is set.
	window = 64
	// chunkTime is about how long a chunk takes, and chunkBytes the most that its arguments have, if it
	// has several elements.
	chunkTime  = 4 * time.Millisecond
	chunkBytes = 256 << 10
	// leastTime is about how long the elements take together that are worth a journey of their own.
	leastTime = 100 * time.Microsecond
)

// within returns how many elements take about d, window if nobody knows.
func within(c *callee.Cost, d time.Duration) int {
	if c.Each() == 0 {
		return window
	}
	return c.Soon(d)
}

// portion is how many elements of c to give to w, which has some already: none if those are enough.
func (w *worker) portion(c *Call) int {
	has := w.elements()
	if c.opts.Timeout > 0 || c.lineByLine() || w.pool.starter.OneByOne() {
		return max(0, 1-has)
	}
	if c.single { // others like it may be waiting
		if has >= min(window, w.share(w.pool.waiting), within(&c.fn.Cost, chunkTime)) {
			return 0
		}
		return 1
	}
	if w.pool.options.Workers.Memory > 0 { // somebody is to look between chunks how much it uses
		if has > 0 {
			return 0
		}
		return min(w.share(c.pending()), cmp.Or(c.opts.Chunk, c.fn.Cost.Soon(memoryLooks)))
	}
	if n := c.opts.Chunk; n > 0 {
		enough := max(n, min(window, w.share(c.pending())))
		return max(0, min(n, enough-has))
	}
	return w.chunk(c, has)
}

// chunk is portion where the number follows what elements cost.
func (w *worker) chunk(c *Call, has int) int {
	share, cost := w.share(c.pending()), &c.fn.Cost
	if c.opts.FailFast && has > 0 { // a worker that sees a failure leaves out the rest of its chunk, and has no other
		return 0
	}
	known := max(window, within(cost, leastTime), 16*(c.tasks.len()-c.left)) // they may take longer than those of an earlier call
	n := min(share, known, within(cost, chunkTime))
	if cost.Each() == 0 {
		return max(0, min(n, n-has))
	}
	// Small ones are worth a journey together, and some wait while others run.
	n = max(n, min(within(cost, leastTime), c.pending()))
	if has >= n && (has > n || cost.Each()*time.Duration(n) > chunkTime/2) {
		return 0
	}
	return n
}

// share is how many of n elements w may have.
func (w *worker) share(n int) int { return max(1, n/(2*w.pool.size)) }

// worthTaking tells whether what w has not begun may be of use to another worker: what is done sooner
// than it could be taken back is not. It may also be that w is at an element that takes long.
func (w *worker) worthTaking(now time.Time) bool {
	n := w.untouched()
	if n < 2 {
		return false
	}
	each := w.flights[0].call.fn.Cost.Each()
	return each == 0 || each*time.Duration(n) > takingTime || now.Sub(w.progressed) > takingTime
}

// takingTime is about how long it takes until another worker has begun what it was given in place of w.
const takingTime = 200 * time.Microsecond
