package procpool

import "time"

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
	// chunkLength is the most elements of a chunk, however little they are.
	chunkLength = 1 << 16
)

// A cost is how long an element of a call takes, as the results say that have come lately.
type cost struct{ each time.Duration }

// took notes that n elements have taken d together, and their way.
func (c *cost) took(d time.Duration, n int) {
	each := max(d/time.Duration(n), 1)
	if c.each == 0 {
		c.each = each
		return
	}
	c.each = max((3*c.each+each)/4, 1)
}

// within returns how many elements take about d.
func (c *cost) within(d time.Duration) int {
	if c.each == 0 {
		return window
	}
	return int(min(max(d/c.each, 1), chunkLength))
}

// portion is how many elements of c to give to w, which has some already: none if those are enough.
func (w *worker) portion(c *Call) int {
	has := w.elements()
	if c.opts.timeout > 0 || c.lineByLine() {
		return max(0, 1-has)
	}
	share := max(1, c.pending()/(2*w.pool.size))
	if n := c.opts.chunk; n > 0 {
		enough := max(n, min(window, share))
		return max(0, min(n, enough-has))
	}
	n := min(share, c.cost.within(chunkTime))
	if has >= n {
		return 0
	}
	return n
}

// worthTaking tells whether what w has not begun may be of use to another worker: what is done sooner
// than it could be taken back is not. It may also be that w is at an element that takes long.
func (w *worker) worthTaking(now time.Time) bool {
	live := w.live()
	if len(live) == 0 {
		return false
	}
	n := 0
	for _, f := range live {
		n += f.n
	}
	if n < 2 {
		return false
	}
	each := live[0].call.cost.each
	return each == 0 || each*time.Duration(n) > takingTime || now.Sub(w.progressed) > takingTime
}

// takingTime is about how long it takes until another worker has begun what it was given in place of w.
const takingTime = 200 * time.Microsecond
