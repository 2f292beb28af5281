package procpool

import (
	"fmt"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
)

// retry is what Retry sets: it is part of a call's options.
type retry struct {
	max         int
	first, most time.Duration
	when        func(error) bool
	bad         error
}

// A RetryOption sets something of Retry.
type RetryOption func(*retry)

// Retry has an element that fails run again, up to n times more: after an error, a panic, a
// timeout or the death of its worker. An element that kills one worker after the other is
// given up then, and its *TaskError says after how many Attempts. Only what is safe
// to do twice should be retried: an attempt may have got anywhere before it failed. Cancelling and
// terminating are no failures. Ray's max_retries, Dask's retries.
func Retry(n int, opts ...RetryOption) CallOption {
	r := retry{max: n}
	for _, o := range opts {
		o(&r)
	}
	if n < 0 {
		r.bad = fault.Errorf("Retry(%d): need at least 0", n)
	}
	return func(o *callOptions) {
		o.retry = r
		if r.bad != nil {
			o.bad = r.bad
		}
	}
}

// Backoff has an element wait before it runs again: for first, then twice as long each time, for
// most at last. Others run meanwhile.
func Backoff(first, most time.Duration) RetryOption {
	return func(r *retry) {
		r.first, r.most = first, most
		if first < 0 || most < first {
			r.bad = fault.Errorf("Backoff(%s, %s): need 0 or more, then at least as much", first, most)
		}
	}
}

// RetryIf has an element run again only if f says so of its error, a *TaskError. It is called
// in this process, in a goroutine of its own. Its panic is reported and counts as no.
func RetryIf(f func(error) bool) RetryOption { return func(r *retry) { r.when = f } }

// wait is how long to wait after so many attempts.
func (r *retry) wait(attempts int) time.Duration {
	d := r.first
	for n := 1; n < attempts && d < r.most; n++ {
		d *= 2
	}
	return min(d, r.most)
}

// tryAgain reports whether element i, which has failed, gets a further attempt. It rests
// until then. pool.mu is held.
func (c *Call) tryAgain(i int, w *worker, e *fault.TaskError) bool {
	r := &c.opts.retry
	if e.Attempts > r.max || c.abort != nil {
		return false
	}
	if c.resting == nil {
		c.resting, c.tried = map[int]*time.Timer{}, map[int]int{}
	}
	c.tried[i] = e.Attempts
	c.casts.returned(w)
	if r.when != nil {
		c.resting[i] = time.AfterFunc(0, func() { c.reconsider(i, w, e) })
		return true
	}
	c.rest(i)
	return true
}

// rest has element i run again after a while. pool.mu is held.
func (c *Call) rest(i int) {
	c.watch.retries()
	c.pool.stats.Retried++
	d := c.opts.retry.wait(c.tried[i])
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
			this.Screen.Write(c.origin, true, fmt.Appendf(nil, "procpool: the function of RetryIf for %s panicked: %s\n", c.fn.Name, fault.PanicText(x)))
		}
	}()
	return c.opts.retry.when(e)
}
