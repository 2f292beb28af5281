package procpool

import "cmp"

// A call grows while it is open: elements are added, and it is not over before it is shut.

// add takes in the next element of a call that is open, or its error instead. It fails
// if the call is open no more.
func (s *scheduler) add(c *Call, m message, handles []any, bad error) error {
	s.mu.Lock()
	if !c.open {
		err := cmp.Or(c.abort, ErrClosed)
		s.mu.Unlock()
		m.drop()
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
	s.dispatchAndUnlock()
	return nil
}

// shut ends the adding of elements. The error says why more would have been added, or
// is nil. pool.mu is held.
func (c *Call) shut(why error) {
	if !c.open {
		return
	}
	c.open = false
	c.abort = cmp.Or(c.abort, why)
	c.watch.complete(c.tasks.len())
	c.settle()
}
