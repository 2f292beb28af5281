package pool

import (
	"bytes"
	"context"
	"reflect"
	"runtime"
	"sync"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/internal/wait"
)

// A Stream is a function that can be called for any sequence.
type Stream struct {
	pool  *Scheduler
	ctx   context.Context
	fn    *callee.Callee // resolved already
	flags byte
	opts  CallOptions
	err   error
	Keeps any // what must not be collected as long as the stream may run
}

// Stream takes f as it is now, for sequences to come, whose calls end with ctx.
func (s *Scheduler) Stream(ctx context.Context, f any, flags byte, o CallOptions) *Stream {
	r := &Stream{pool: s, ctx: ctx, flags: flags, opts: o}
	t, err := s.callee(f)
	if err == nil {
		err = t.TakesElement(flags)
	}
	r.fn, r.err = t, err
	if t != nil {
		runtime.AddCleanup(r, (*callee.Callee).Drop, t) // each run holds it, too
	}
	return r
}

// A Run is one pass of a stream over a sequence. Its elements are those of a call that
// grows: a goroutine of the run takes them from the sequence as there is room, and
// ends with it.
type Run struct {
	stream *Stream
	call   *Call
	stop   chan struct{} // closed when no more is wanted
	fed    chan struct{} // closed when the sequence is over
	wake   chan struct{} // 1-buffered: there are more outcomes
	taken  int           // elements that the sequence gave; owned by feed

	mu       sync.Mutex
	window   streamWindow
	outcomes map[int]yielded // that wait to be yielded, by element; guarded by mu, as is the rest
	came     []int           // the elements among them as they ended; unordered only
	next     int             // the element to yield; ordered only
	putting  bool            // the sequence waits for us
	panicked any             // what it ended with, or nil
	exited   bool            // it has ended its goroutine
	told     bool            // why there is no more has been yielded
}

// A yielded is what became of an element: a value, an error or, if it was dropped, neither.
type yielded struct {
	ended bool // until then it may still fail
	ok    bool
	data  []byte
	err   *fault.TaskError
}

// Run begins a pass over a sequence: each calls its argument with a pointer to each element, and
// ends when that returns false. It runs in a goroutine of its own. Stop must be called in the end.
func (s *Stream) Run(each func(put func(any) bool)) *Run {
	r := &Run{
		stream: s, stop: make(chan struct{}), fed: make(chan struct{}), wake: make(chan struct{}, 1), outcomes: map[int]yielded{},
	}
	err := s.err
	if err == nil {
		r.call, err = s.pool.begin(s.fn, s.flags, s.opts, (*Call).takesElements)
	}
	if err == nil {
		c := r.call
		c.open, c.deliver, c.onEnd = true, r.deliver, r.ended
		s.pool.mu.Lock()
		r.window = newWindow(&c.opts, s.pool.size)
		s.pool.mu.Unlock()
		err = s.pool.enter(s.ctx, c)
	}
	if err != nil {
		r.call = s.pool.failedCall(err)
		close(r.fed)
		return r
	}
	go r.feed(each)
	return r
}

// feed takes elements from the sequence until it ends, or no more are wanted.
func (r *Run) feed(each func(func(any) bool)) {
	defer close(r.fed)
	finished := false
	defer func() {
		x := recover()
		r.mu.Lock()
		r.panicked, r.exited, r.putting = x, x == nil && !finished, false
		r.mu.Unlock()
		s := r.call.pool
		s.mu.Lock()
		r.call.shut(nil)
		s.dispatchAndUnlock()
	}()
	each(r.put)
	finished = true
}

// put submits the element that x points to. It reports whether more are wanted.
func (r *Run) put(x any) bool {
	if !r.within(true) || !r.enter() {
		return false
	}
	c, i := r.call, r.taken
	r.taken++
	m := task.Message{From: &r.call.pool.Segments}
	var handles []any
	err := c.element(&m, i, reflect.ValueOf(x).Elem(), func(h any) { handles = append(handles, h) })
	if err != nil {
		m.Drop()
		m = task.Message{}
	}
	if c.pool.add(c, m, handles, err) != nil {
		return false
	}
	return r.within(false)
}

// enter waits until there is room for an element. It reports false if no more are wanted.
func (r *Run) enter() bool {
	for {
		r.mu.Lock()
		ok := r.window.enter()
		r.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-r.window.freed:
		case <-r.stop:
			return false // and stays within: Stop waits for the sequence to end
		case <-r.call.done:
			return false
		}
	}
}

// within notes that the sequence waits for us, or does not any more. It reports
// whether elements are still wanted; if not, the sequence is to end and Stop waits for that.
func (r *Run) within(putting bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.stop:
		return false
	default:
		r.putting = putting
		return true
	}
}

// deliver takes a value.
func (r *Run) deliver(i int, data []byte) error {
	if len(data) >= task.SharedSize { // it may be in memory that the worker uses again
		data = bytes.Clone(data)
	}
	r.mu.Lock()
	r.outcomes[i] = yielded{ok: true, data: data}
	r.mu.Unlock()
	return nil
}

// ended takes the end of an element. pool.mu is held.
func (r *Run) ended(i int, e *fault.TaskError) {
	r.mu.Lock()
	o := r.outcomes[i]
	o.ended = true
	if e != nil {
		o = yielded{ended: true, err: e}
	}
	r.outcomes[i] = o
	if r.call.opts.Unordered {
		r.came = append(r.came, i)
	}
	r.window.fit(r.call.pool.size, &r.call.fn.Cost, max(r.call.tasks.mean(), len(o.data)))
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// take returns the next outcome, if it is there.
func (r *Run) take() (o yielded, i int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.call.opts.Unordered {
		if len(r.came) == 0 {
			return o, 0, false
		}
		i = r.came[0]
		r.came = r.came[1:]
	} else {
		i = r.next
		if !r.outcomes[i].ended {
			return o, 0, false
		}
		r.next++
	}
	o = r.outcomes[i]
	delete(r.outcomes, i)
	r.window.leave()
	return o, i, true
}

// Next sets into, a pointer or nil, to the next result. It reports false when there is no more.
func (r *Run) Next(into any) (more bool, err error) {
	pool := r.call.pool
	origin := pool.Context(pool.Origin())
	for {
		over := wait.IsClosed(r.call.done)
		o, i, ok := r.take()
		switch {
		case ok:
			if o.err == nil && !o.ok {
				continue
			}
			pool.Screen.Flush()
			return true, r.value(o, i, into)
		case over:
			return r.last()
		}
		select {
		case <-r.wake:
		case <-r.call.done:
		case <-origin.Done():
			r.call.pool.cancel(r.call, context.Cause(origin))
			<-r.call.done
		}
	}
}

// value is what Next returns for an element.
func (r *Run) value(o yielded, i int, into any) error {
	if o.err != nil {
		return o.err
	}
	if into == nil {
		return nil
	}
	if err := r.call.into(o.data, reflect.ValueOf(into).Elem()); err != nil {
		return &fault.TaskError{Index: i, Func: r.call.fn.Name, Label: r.call.opts.Label, Err: err}
	}
	return nil
}

// last says why there is no more, unless it is that the sequence has ended.
func (r *Run) last() (more bool, err error) {
	c := r.call
	c.flush()
	c.pool.Screen.Flush()
	c.pool.mu.Lock()
	err = c.abort
	if c.failing && c.opts.FailFast {
		err = nil // it has been yielded
	}
	c.pool.mu.Unlock()
	r.mu.Lock()
	told, panicked := r.told, r.panicked
	r.told = true
	if r.exited && err == nil {
		err = fault.Errorf("the input of %s has ended its goroutine", c.fn.Name)
	}
	r.mu.Unlock()
	if told {
		return false, nil
	}
	if panicked != nil {
		panic(panicked)
	}
	return err != nil, err
}

// Stop ends the pass: what has not begun does not, and workers that run parts of it are killed and
// replaced. It waits for the sequence to end unless that is busy with its next element.
func (r *Run) Stop() {
	r.mu.Lock()
	if !wait.IsClosed(r.stop) {
		close(r.stop)
	}
	putting := r.putting
	r.mu.Unlock()
	r.call.pool.cancel(r.call, fault.ErrCanceled)
	if putting {
		<-r.fed
	}
	r.call.flush()
}
