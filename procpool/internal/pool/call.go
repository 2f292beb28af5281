package pool

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"sync"
	"time"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
)

// A Call is what was submitted to a pool together: one element or many. It is what
// a Future is made of.
type Call struct {
	pool      *Scheduler
	made      time.Time
	fn        *callee.Callee
	opts      CallOptions
	origin    string
	flags     byte // of its tasks
	single    bool
	block     *codec.BlockType // how elements cross together; nil: each as it is
	tasks     slab             // guarded by pool.mu once submitted
	casts     *broadcast       // nil: any worker may run any element
	observers []Observer
	done      chan struct{} // closed when left is 0

	// deliver takes a value; it is called once for each element, from any goroutine.
	deliver func(i int, data []byte) error
	// deliverBlock, if there is one, takes the values of elements from i on instead.
	deliverBlock func(i int, b *codec.Block) error
	// onEnd, if there is one, is told of each element's end, with its error, instead of keeping
	// the error. One that was dropped has neither a result nor an error. pool.mu is held.
	onEnd func(i int, e *fault.TaskError)

	// Guarded by pool.mu.
	open     bool                // elements may be added
	next     int                 // first element that was never handed out
	void     int                 // elements from next on that have failed all the same
	again    []span              // elements to hand out once more
	returned int                 // how many those are
	queued   bool                // it is in pool.ready
	entry    *list.Element       // of pool.calls; nil if it was over at once
	resting  map[int]*time.Timer // elements that will be among those later
	tried    map[int]int         // how often elements have been run that have failed and were run again
	left     int                 // elements without an outcome
	over     bool                // all have one
	errs     []*fault.TaskError
	failing  bool   // some element has an error
	abort    error  // why elements without an outcome have none
	awaited  bool   // somebody waits for it as long as it takes
	reads    Direct // whose reports one of these reads; nil: none does

	mu        sync.Mutex
	callbacks []func() // guarded by mu
	calling   bool     // somebody calls them
	value     []byte   // of a single call
}

// fail gives element i an error, unless it has an outcome or a further attempt. pool.mu is held.
func (c *Call) fail(i int, w *worker, err error) {
	if c.tasks.isOver(i) {
		return
	}
	e := &fault.TaskError{Index: i, Func: c.fn.Name, Label: c.opts.Label, Attempts: c.tried[i], Err: err}
	if w != nil {
		e.Worker, e.PID = w.who().Name, w.who().PID
		e.Attempts++
	}
	if p, ok := err.(*fault.RemotePanic); ok {
		e.Stack = p.Stack
	}
	for _, o := range c.observers {
		o.Attempt(i, w.who(), err)
	}
	if w == nil || !c.tryAgain(i, w, e) {
		c.failed(i, w, e)
	}
}

// failed gives element i its error. pool.mu is held.
func (c *Call) failed(i int, w *worker, e *fault.TaskError) {
	if c.onEnd == nil {
		c.errs = append(c.errs, e)
	}
	c.failing = true
	c.pool.stats.Failed++
	for _, o := range c.observers {
		o.Failed(i, w.who())
	}
	c.end(i, e)
	if c.opts.FailFast && c.abort == nil {
		c.drop(fault.ErrCanceled)
		c.pool.recall(c)
	}
}

// finish gives element i its outcome, which is a result. pool.mu is held.
func (c *Call) finish(i int) { c.end(i, nil) }

// drops ends elements without a result or an error of their own. pool.mu is held.
func (c *Call) drops(s span) {
	for i := s.i; i < s.i+s.n; i++ {
		if c.tasks.isOver(i) {
			continue
		}
		for _, o := range c.observers {
			o.Dropped(i, c.abort)
		}
		c.end(i, nil)
	}
}

func (c *Call) end(i int, e *fault.TaskError) {
	if c.tasks.isOver(i) {
		return
	}
	c.tasks.finish(i)
	delete(c.tried, i)
	if c.open {
		c.tasks.trim()
	}
	c.left--
	if c.onEnd != nil {
		c.onEnd(i, e)
	}
	c.settle()
}

// settle sees whether the call is over. pool.mu is held.
func (c *Call) settle() {
	if c.left == 0 && !c.open && !c.over {
		c.over = true
		c.pool.callDone(c)
	}
}

// drop ends the elements that were not handed out, and the adding of more. pool.mu is held.
func (c *Call) drop(why error) {
	if c.over {
		return
	}
	c.abort, c.open = why, false
	for c.pending() > 0 {
		c.drops(c.take(c.pending(), math.MaxInt))
	}
	for i, t := range c.resting {
		t.Stop()
		delete(c.resting, i)
		c.drops(span{i, 1})
	}
	c.settle()
}

// Done is closed when every element has a result or an error.
func (c *Call) Done() <-chan struct{} {
	c.attend()
	return c.done
}

// wait returns when the call is done, its origin cancelled, ctx over or, if it is not
// negative, the time.
func (c *Call) wait(ctx context.Context, limit time.Duration) error {
	var timeout <-chan time.Time
	if limit >= 0 {
		t := time.NewTimer(limit)
		defer t.Stop()
		timeout = t.C
	}
	origin := c.pool.Context(c.pool.Origin())
	if timeout == nil && ctx.Done() == nil {
		c.read()
	} else {
		c.attend()
	}
	select {
	case <-c.done:
	default:
		select {
		case <-c.done:
		case <-timeout:
			return &fault.TimeoutError{What: c.fn.Name}
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-origin.Done():
			select { // its own end comes with its origin's
			case <-c.done:
			case <-time.After(stopTimeout):
				return context.Cause(origin)
			}
		}
	}
	c.flush()
	c.pool.Screen.Flush()
	return nil
}

// Wait waits for the end of the call. It sets into, a pointer or nil, to the result of a single call.
func (c *Call) Wait(into any) error { return c.WaitTimeout(into, -1) }

// WaitTimeout is Wait, for d at most. Then its error is a *TimeoutError, and the call goes on.
func (c *Call) WaitTimeout(into any, d time.Duration) error {
	return c.waitInto(context.Background(), d, into)
}

// WaitContext is Wait, until ctx is over at most. Then its error is the context's cause, and the call goes on.
func (c *Call) WaitContext(ctx context.Context, into any) error { return c.waitInto(ctx, -1, into) }

func (c *Call) waitInto(ctx context.Context, d time.Duration, into any) error {
	if err := c.wait(ctx, d); err != nil {
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
	if err := c.pool.Codec.Decode(c.value, into); err != nil {
		return &fault.TaskError{Func: c.fn.Name, Err: err}
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
		if c.opts.FailFast {
			return errors.Join(all...)
		}
		all = append(all, c.abort)
	}
	return errors.Join(all...)
}

// Cancel stops the call: what waits does not begin, workers running parts of it are
// killed and replaced. It reports whether there was anything to stop.
func (c *Call) Cancel() bool { return c.pool.cancel(c, fault.ErrCanceled) }

// OnDone has f called when the call is done, in the order of the calls of OnDone, in a
// goroutine of its own. A panic of f is reported and harms nobody.
func (c *Call) OnDone(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.callbacks = append(c.callbacks, f)
	c.attend()
	if !c.calling {
		c.calling = true
		go c.call()
	}
}

// call waits for the end and calls the callbacks, until there are none left.
func (c *Call) call() {
	<-c.done
	c.pool.Screen.Flush()
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
			c.pool.Screen.Write(c.origin, true, fmt.Appendf(nil, "procpool: a callback of %s panicked: %s\n", c.fn.Name, fault.PanicText(x)))
		}
	}()
	f()
}
