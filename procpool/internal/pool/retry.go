package pool

import (
	"fmt"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
)

// wait is how long to wait after so many attempts.
func (r *Retry) wait(attempts int) time.Duration {
	d := r.First
	for n := 1; n < attempts && d < r.Most; n++ {
		d *= 2
	}
	return min(d, r.Most)
}

// tryAgain reports whether element i, which has failed, gets a further attempt. It rests
// until then. pool.mu is held.
func (c *Call) tryAgain(i int, w *worker, e *fault.TaskError) bool {
	r := &c.opts.Retry
	if e.Attempts > r.Max || c.abort != nil {
		return false
	}
	if c.resting == nil {
		c.resting, c.tried = map[int]*time.Timer{}, map[int]int{}
	}
	c.tried[i] = e.Attempts
	c.casts.returned(w)
	if r.When != nil {
		c.resting[i] = time.AfterFunc(0, func() { c.reconsider(i, w, e) })
		return true
	}
	c.rest(i)
	return true
}

// rest has element i run again after a while. pool.mu is held.
func (c *Call) rest(i int) {
	for _, o := range c.observers {
		o.Retried(i)
	}
	c.pool.stats.Retried++
	d := c.opts.Retry.wait(c.tried[i])
	if d == 0 {
		delete(c.resting, i)
		c.putBack(span{i, 1})
		return
	}
	c.resting[i] = time.AfterFunc(d, func() {
		s := c.pool
		s.mu.Lock()
		if _, ok := c.resting[i]; ok { // the call may have been cancelled
			delete(c.resting, i)
			c.putBack(span{i, 1})
		}
		s.dispatchAndUnlock()
	})
}

// reconsider asks RetryIf's function about element i.
func (c *Call) reconsider(i int, w *worker, e *fault.TaskError) {
	yes := c.asks(e)
	s := c.pool
	s.mu.Lock()
	if _, ok := c.resting[i]; ok {
		if yes {
			c.rest(i)
		} else {
			delete(c.resting, i)
			c.failed(i, w, e)
		}
	}
	s.dispatchAndUnlock()
}

func (c *Call) asks(e *fault.TaskError) (yes bool) {
	defer func() {
		if x := recover(); x != nil {
			yes = false
			c.pool.Screen.Write(c.origin, true, fmt.Appendf(nil, "procpool: the function of RetryIf for %s panicked: %s\n", c.fn.Name, fault.PanicText(x)))
		}
	}()
	return c.opts.Retry.When(e)
}
