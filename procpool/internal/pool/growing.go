package pool

import (
	"cmp"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
)

// A call grows while it is open: elements are added, and it is not over before it is shut.

// add takes in the next element of a call that is open, or its error instead. It fails
// if the call is open no more.
func (s *Scheduler) add(c *Call, m task.Message, handles []any, bad error) error {
	s.mu.Lock()
	if !c.open {
		err := cmp.Or(c.abort, fault.ErrClosed)
		s.mu.Unlock()
		m.Drop()
		return err
	}
	i := c.tasks.len()
	c.left++
	for _, h := range handles {
		c.tasks.hold(i, h)
	}
	c.tasks.add(m)
	if bad != nil {
		c.void++
		c.fail(i, nil, bad)
	} else {
		s.waits(c, 1)
	}
	if s.allBusy() { // the next result that comes hands it out
		s.mu.Unlock()
		return nil
	}
	s.dispatchAndUnlock()
	return nil
}

// allBusy tells whether all workers that there may be have something to do, which is quicker to
// tell than to find out what to hand out. mu is held.
func (s *Scheduler) allBusy() bool {
	if len(s.workers) < s.size || s.broken != nil {
		return false
	}
	for _, w := range s.workers {
		if len(w.flights) < 2 && w.elements() < 2 {
			return false
		}
	}
	return true
}

// shut ends the adding of elements. The error says why more would have been added, or
// is nil. pool.mu is held.
func (c *Call) shut(why error) {
	if !c.open {
		return
	}
	c.open = false
	c.abort = cmp.Or(c.abort, why)
	for _, o := range c.observers {
		o.Complete(c.tasks.len())
	}
	c.settle()
}
