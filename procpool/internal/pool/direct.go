package pool

import "github.com/parago/parago/procpool/internal/wait"

// A goroutine that waits for a single call reads the result by itself where nobody else does, which saves waking it: of
// Submit(f, x).Get() that is half of the time.

// expect sees to it that somebody reads the outcome of what w has been given last, which is of c. mu is held.
func (w *worker) expect(c *Call) {
	if w.direct != nil && (!c.single || len(w.flights) > 1) { // else who waits for it does, most likely
		w.direct.Attend()
	}
}

// rested has nobody read what w sends, if it has nothing more to do and somebody has waited for what it did last. mu is held.
func (w *worker) rested(c *Call) {
	if w.direct != nil && c.single && c.awaited && len(w.flights) == 0 && w.pool.waiting == 0 {
		w.direct.Rest()
	}
}

// alone is the worker that runs c and nothing else; nil if there is none. mu is held.
func (c *Call) alone() Direct {
	for _, w := range c.pool.workers {
		if len(w.flights) == 1 && w.flights[0].call == c {
			return w.direct
		}
	}
	return nil
}

// read reads what the worker sends that runs c, until c is over or has gone to another, if nobody else does.
func (c *Call) read() {
	if !c.single || wait.IsClosed(c.done) {
		return
	}
	s := c.pool
	s.mu.Lock()
	c.awaited = true
	d := c.alone()
	if d == nil || c.over || c.reads != nil {
		s.mu.Unlock()
		return
	}
	c.reads = d
	s.mu.Unlock()
	d.Await(func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return !c.over && c.alone() == d
	})
	s.mu.Lock()
	c.reads = nil
	s.mu.Unlock()
}

// release has who reads for c look again: c has ended in another way. pool.mu is held.
func (c *Call) release() {
	if c.reads != nil {
		c.reads.Release()
	}
}

// attend has the outcome of c read, which nobody may wait for as read does.
func (c *Call) attend() {
	if !c.single || wait.IsClosed(c.done) {
		return
	}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	if d := c.alone(); d != nil {
		d.Attend()
	}
}
