package pool

import (
	"encoding/binary"
	"time"

	"github.com/parago/parago/procpool/wire"
)

// A span is elements of a call that follow each other: n from i on.
type span struct{ i, n int }

// pending returns how many elements wait for a worker.
func (c *Call) pending() int { return c.tasks.len() - c.next - c.void + c.returned }

// nextElement is the one that take will hand out.
func (c *Call) nextElement() int {
	if len(c.again) > 0 {
		return c.again[0].i
	}
	for c.void > 0 && c.tasks.isOver(c.next) {
		c.next++
		c.void--
	}
	return c.next
}

// take hands out at most n elements that fit in a chunk of so many bytes, and at least one. There is one.
func (c *Call) take(n, bytes int) span {
	i := c.nextElement()
	switch {
	case len(c.again) > 0:
		n = min(n, c.again[0].n)
	case c.void > 0: // the next may have failed already
		n = 1
	default:
		n = min(n, c.tasks.len()-i)
	}
	n = c.tasks.fit(i, n, bytes)
	if len(c.again) == 0 {
		c.next += n
	} else {
		c.returned -= n
		if c.again[0] = (span{i + n, c.again[0].n - n}); c.again[0].n == 0 {
			c.again = c.again[1:]
		}
	}
	c.pool.waiting -= n
	return span{i, n}
}

// putBack has elements wait once more.
func (c *Call) putBack(s span) {
	c.again = append(c.again, s)
	c.returned += s.n
	c.pool.waits(c, s.n)
}

// finishAll gives elements that have a result their outcome. pool.mu is held.
func (c *Call) finishAll(s span, w *worker) {
	if !c.opts.Timed && c.onEnd == nil && !c.open && len(c.tried) == 0 && len(c.tasks.large) == 0 && len(c.tasks.handles) == 0 {
		n := c.tasks.finishAll(s.i, s.n)
		c.left -= n
		c.landed(s.i, n, w)
		c.settle()
		return
	}
	for i := s.i; i < s.i+s.n; i++ {
		if !c.tasks.isOver(i) {
			c.landed(i, 1, w)
			c.finish(i)
		}
	}
}

// landed counts n results of w, the first of them element i's.
func (c *Call) landed(i, n int, w *worker) {
	c.pool.stats.Done += n
	for _, o := range c.observers {
		o.Done(i, n, w.who())
	}
}

// ran passes on when w says that element i began and ended. pool.mu is held.
func (c *Call) ran(i int, w *worker, began, ended time.Time) {
	for _, o := range c.observers {
		o.Ran(i, w.who(), began, ended)
	}
}

// ran notes what a worker says of the task whose result is next. mu is held.
func (w *worker) ran(f *wire.Frame) {
	if len(w.flights) == 0 || w.flights[0].seq != uint32(f.ID) || w.flights[0].call == nil || len(f.Data) != 16 {
		return
	}
	at := func(i int) time.Time { return time.Unix(0, int64(binary.LittleEndian.Uint64(f.Data[i:]))) }
	w.flights[0].call.ran(w.flights[0].i, w, at(0), at(8))
}
