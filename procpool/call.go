package procpool

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"
)

// A Call is what was submitted to a pool together: one element or many. It is what
// a Future is made of.
type Call struct {
	pool    *scheduler
	fn      *target
	opts    callOptions
	origin  string
	n       int
	single  bool
	slab    []byte          // the tasks of all elements
	ends    []int           // of each in slab
	large   map[int]message // those in segments; guarded by pool.mu once submitted
	handles map[int][]any
	watch   *progress     // shows how far it is; nil: nobody does
	number  int           // among the calls that watch shows
	casts   *broadcast    // nil: any worker may run any element
	trace   *tracer       // records what becomes of it; nil: nobody does
	done    chan struct{} // closed when left is 0

	// deliver takes a value; it is called once for each element, from any goroutine.
	deliver func(i int, data []byte) error

	// Guarded by pool.mu.
	next  int   // first element that was never handed out
	again []int // elements to hand out once more
	left  int   // elements without an outcome
	ended []bool
	errs  []*TaskError
	abort error // why elements without an outcome have none

	mu        sync.Mutex
	callbacks []func() // guarded by mu
	calling   bool     // somebody calls them
	value     []byte   // of a single call
}

// task returns the encoded task of element i.
func (c *Call) task(i int) message {
	if m, ok := c.large[i]; ok {
		return m
	}
	start := 0
	if i > 0 {
		start = c.ends[i-1]
	}
	return message{buf: c.slab[start:c.ends[i]]}
}

// keep takes in the encoded task of element i.
func (c *Call) keep(i int, m message) {
	m.finish()
	if m.seg == nil {
		c.slab = append(c.slab, m.buf...) // it may be there already
	} else {
		if c.large == nil {
			c.large = map[int]message{}
		}
		c.large[i] = m
	}
	c.ends[i] = len(c.slab)
}

// dropLarge frees the segments of a call that is not submitted.
func (c *Call) dropLarge() {
	for _, m := range c.large {
		m.drop()
	}
}

// pending returns how many elements wait for a worker.
func (c *Call) pending() int { return c.n - c.next + len(c.again) }

// nextElement is the one that take will hand out.
func (c *Call) nextElement() int {
	if len(c.again) > 0 {
		return c.again[0]
	}
	return c.next
}

// take hands out an element. There is one.
func (c *Call) take() int {
	if n := len(c.again); n > 0 {
		i := c.again[0]
		c.again = c.again[1:]
		return i
	}
	c.next++
	return c.next - 1
}

// fail gives element i an error, unless it has an outcome. pool.mu is held.
func (c *Call) fail(i int, w *worker, err error) {
	if c.ended[i] {
		return
	}
	e := &TaskError{Index: i, Func: c.fn.name, Err: err}
	if w != nil {
		e.Worker, e.PID = w.child.name, w.child.spawned.PID()
	}
	var p *RemotePanic
	if errors.As(err, &p) {
		e.Stack = p.Stack
	}
	c.errs = append(c.errs, e)
	c.trace.end(c, i, w, err)
	c.pool.stats.Failed++
	c.watch.landed(w, false)
	c.finish(i)
	if c.opts.failFast && c.abort == nil {
		c.drop(ErrCanceled)
	}
}

// finish gives element i its outcome. pool.mu is held.
func (c *Call) finish(i int) {
	if c.ended[i] {
		return
	}
	c.ended[i] = true
	c.trace.over(c, i, c.abort)
	if m, ok := c.large[i]; ok { // whoever had the task has read it or is gone
		m.drop()
		delete(c.large, i)
	}
	c.left--
	if c.left == 0 {
		c.pool.callDone(c)
	}
}

// drop ends the elements that were not handed out. pool.mu is held.
func (c *Call) drop(why error) {
	c.abort = why
	for c.pending() > 0 {
		c.finish(c.take())
	}
}

// Done is closed when every element has a result or an error.
func (c *Call) Done() <-chan struct{} { return c.done }

// wait returns when the call is done, its origin cancelled or, if it is positive, the
// time over.
func (c *Call) wait(limit time.Duration) error {
	var timeout <-chan time.Time
	if limit >= 0 {
		t := time.NewTimer(limit)
		defer t.Stop()
		timeout = t.C
	}
	ctx := this.context(this.origin())
	select {
	case <-c.done:
	default:
		select {
		case <-c.done:
		case <-timeout:
			return &TimeoutError{What: c.fn.name}
		case <-ctx.Done():
			select { // its own end comes with its origin's
			case <-c.done:
			case <-time.After(stopTimeout):
				return context.Cause(ctx)
			}
		}
	}
	c.pool.lastShown(c.watch)
	this.flush()
	return nil
}

// Wait waits for the end of the call. It sets into, a pointer or nil, to the result of a single call.
func (c *Call) Wait(into any) error { return c.WaitTimeout(into, -1) }

// WaitTimeout is Wait, for d at most. Then its error is a *TimeoutError, and the call goes on.
func (c *Call) WaitTimeout(into any, d time.Duration) error {
	if err := c.wait(d); err != nil {
		return err
	}
	if err := c.err(); err != nil {
		return err
	}
	if into == nil || !c.single {
		return nil
	}
	return c.result(reflect.ValueOf(into).Elem())
}

// result decodes the value of a single call.
func (c *Call) result(into reflect.Value) error {
	if len(c.value) == 0 { // the function returns nothing
		return nil
	}
	if err := this.codec.Decode(c.value, into); err != nil {
		return &TaskError{Func: c.fn.name, Err: err}
	}
	return nil
}

// err returns the errors of a call that is done.
func (c *Call) err() error {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	if c.single && len(c.errs) > 0 {
		return c.errs[0]
	}
	sortErrors(c.errs)
	var all []error
	for _, e := range c.errs {
		all = append(all, e)
	}
	if c.abort != nil {
		if len(all) == 0 {
			return c.abort
		}
		if c.opts.failFast {
			return errors.Join(all...)
		}
		all = append(all, c.abort)
	}
	return errors.Join(all...)
}

// Cancel stops the call: what waits does not begin, workers running parts of it are
// killed and replaced. It reports whether there was anything to stop.
func (c *Call) Cancel() bool { return c.pool.cancel(c, ErrCanceled) }

// OnDone has f called when the call is done, in the order of the calls of OnDone, in a
// goroutine of its own. A panic of f is reported and harms nobody.
func (c *Call) OnDone(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.callbacks = append(c.callbacks, f)
	if !c.calling {
		c.calling = true
		go c.call()
	}
}

// call waits for the end and calls the callbacks, until there are none left.
func (c *Call) call() {
	<-c.done
	this.flush()
	for {
		c.mu.Lock()
		if len(c.callbacks) == 0 {
			c.calling = false
			c.mu.Unlock()
			return
		}
		f := c.callbacks[0]
		c.callbacks[0] = nil
		c.callbacks = c.callbacks[1:]
		c.mu.Unlock()
		c.callback(f)
	}
}

func (c *Call) callback(f func()) {
	defer func() {
		if x := recover(); x != nil {
			this.write(c.origin, true, fmt.Appendf(nil, "procpool: a callback of %s panicked: %s\n", c.fn.name, panicText(x)))
		}
	}()
	f()
}
