package pool

import "time"

// An Observer is told what becomes of the elements of a call. Its methods, but Flush, are called with the scheduler's
// lock held, from any goroutine: they are quick, do not call the scheduler, and run no code of the user.
type Observer interface {
	// Done tells that n elements have results, the first of them i. They are from one worker.
	Done(i, n int, by Who)
	// Attempt tells that an attempt at element i has failed. What follows is Failed, or Retried.
	Attempt(i int, by Who, err error)
	// Failed tells that element i has its error, which the last attempt had.
	Failed(i int, by Who)
	// Retried tells that element i waits to be run again.
	Retried(i int)
	// Dropped tells that element i ends without a result or an error of its own, as why says.
	Dropped(i int, why error)
	// Ran tells when element i began and ended, if the call is Timed, before its result or error is told.
	Ran(i int, by Who, began, ended time.Time)
	// Complete tells how many elements a call has that was open.
	Complete(n int)
	// Over tells that all elements have an outcome. Why is nil, or what has ended the call.
	Over(why error)
	// Flush is called by who has waited for the end of the call. It returns when what the observer makes known is known.
	Flush()
}

// An Observe makes the observer of a call that is about to be taken in. Previous are those of the last single call
// of the pool that had any.
type Observe func(c *Call, previous []Observer) Observer

// A Who is how a worker is known to others. Its zero value is nobody.
type Who struct {
	Name string
	PID  int
}

// observe makes the observers of a call, of one call after the other.
func (s *Scheduler) observe(c *Call) {
	if len(c.opts.Observe) == 0 {
		return
	}
	s.observing.Lock()
	defer s.observing.Unlock()
	for _, o := range c.opts.Observe {
		c.observers = append(c.observers, o(c, s.observers))
	}
	if c.single {
		s.observers = c.observers
	}
}

// Pool is the pool that runs the call.
func (c *Call) Pool() *Scheduler { return c.pool }

// Func is the function's name.
func (c *Call) Func() string { return c.fn.Name }

// Label is what the call is named in errors.
func (c *Call) Label() string { return c.opts.Label }

// Origin is on whose behalf the call is.
func (c *Call) Origin() string { return c.origin }

// Made is when the call was.
func (c *Call) Made() time.Time { return c.made }

// Single reports whether it is of one element, which was submitted by itself.
func (c *Call) Single() bool { return c.single }

// Len is how many elements it has; less than 0 while that is not known. It is for who makes an observer.
func (c *Call) Len() int {
	if c.open {
		return -1
	}
	return c.tasks.len()
}

// Told returns the call's observers.
func (c *Call) Told() []Observer { return c.observers }

// flush returns when observers have made known what they know.
func (c *Call) flush() {
	for _, o := range c.observers {
		o.Flush()
	}
}

// An Activity is a worker, and what it has begun and not ended, as far as is known.
type Activity struct {
	Who
	Call  *Call // nil: nothing
	Index int   // of the element
}

// Activities returns the workers there are.
func (s *Scheduler) Activities() []Activity {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Activity, 0, len(s.workers))
	for _, w := range s.workers {
		c, i := w.running()
		all = append(all, Activity{w.who(), c, i})
	}
	return all
}
