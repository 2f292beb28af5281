package procpool

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

// A RawStream is what Stream and TryStream are made of: a function that can be called for any
// sequence.
type RawStream struct {
	pool  *Pool
	fn    any // a *target that is resolved already
	flags byte
	opts  []CallOption
	err   error
}

// StreamOf takes f as it is now, for sequences to come.
func (p *Pool) StreamOf(f any, opts ...CallOption) *RawStream { return p.stream(f, 0, opts) }

// TryStreamOf is StreamOf for an f that takes a context first and also returns an error.
func (p *Pool) TryStreamOf(f any, opts ...CallOption) *RawStream {
	return p.stream(f, task.WithContext, opts)
}

func (p *Pool) stream(f any, flags byte, opts []CallOption) *RawStream {
	if p == nil {
		p = Default()
	}
	s := &RawStream{pool: p, flags: flags, opts: opts}
	t, err := this.Callees.Resolve(f)
	if err == nil {
		err = t.Seal(nil)
	}
	if err == nil {
		err = t.TakesElement(flags)
	}
	s.fn, s.err = t, err
	if err == nil {
		runtime.AddCleanup(s, (*callee.Callee).Drop, t) // each run holds it, too
	}
	return s
}

// A RawRun is one pass of a stream over a sequence. Its elements are those of a call that
// grows: a goroutine of the run takes them from the sequence as there is room, and
// ends with it.
type RawRun struct {
	stream *RawStream
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
func (s *RawStream) Run(each func(put func(any) bool)) *RawRun {
	r := &RawRun{
		stream: s, stop: make(chan struct{}), fed: make(chan struct{}), wake: make(chan struct{}, 1), outcomes: map[int]yielded{},
	}
	err := s.err
	if err == nil {
		r.call, err = s.pool.begin(s.fn, s.flags, s.opts, (*Call).takesElements)
	}
	if err == nil {
		c := r.call
		c.open, c.deliver, c.onEnd = true, r.deliver, r.ended
		s.pool.s.mu.Lock()
		r.window = newWindow(&c.opts, s.pool.s.size)
		s.pool.s.mu.Unlock()
		err = s.pool.enter(c)
	}
	if err != nil {
		r.call = failedCall(err)
		close(r.fed)
		return r
	}
	go r.feed(each)
	return r
}

// feed takes elements from the sequence until it ends, or no more are wanted.
func (r *RawRun) feed(each func(func(any) bool)) {
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
func (r *RawRun) put(x any) bool {
	if !r.within(true) || !r.enter() {
		return false
	}
	c, i := r.call, r.taken
	r.taken++
	m := task.Message{From: &this.Segments}
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
func (r *RawRun) enter() bool {
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
func (r *RawRun) within(putting bool) bool {
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
func (r *RawRun) deliver(i int, data []byte) error {
	if len(data) >= task.SharedSize { // it may be in memory that the worker uses again
		data = bytes.Clone(data)
	}
	r.mu.Lock()
	r.outcomes[i] = yielded{ok: true, data: data}
	r.mu.Unlock()
	return nil
}

// ended takes the end of an element. pool.mu is held.
func (r *RawRun) ended(i int, e *fault.TaskError) {
	r.mu.Lock()
	o := r.outcomes[i]
	o.ended = true
	if e != nil {
		o = yielded{ended: true, err: e}
	}
	r.outcomes[i] = o
	if r.call.opts.unordered {
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
func (r *RawRun) take() (o yielded, i int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.call.opts.unordered {
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
func (r *RawRun) Next(into any) (more bool, err error) {
	origin := this.Context(this.Origin())
	for {
		over := wait.IsClosed(r.call.done)
		o, i, ok := r.take()
		switch {
		case ok:
			if o.err == nil && !o.ok {
				continue
			}
			this.Screen.Flush()
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
func (r *RawRun) value(o yielded, i int, into any) error {
	if o.err != nil {
		return o.err
	}
	if into == nil {
		return nil
	}
	if err := this.deliver(o.data, reflect.ValueOf(into).Elem()); err != nil {
		return &fault.TaskError{Index: i, Func: r.call.fn.Name, Label: r.call.opts.label, Err: err}
	}
	return nil
}

// last says why there is no more, unless it is that the sequence has ended.
func (r *RawRun) last() (more bool, err error) {
	c := r.call
	c.pool.lastShown(c.watch)
	this.Screen.Flush()
	c.pool.mu.Lock()
	err = c.abort
	if c.failing && c.opts.failFast {
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
func (r *RawRun) Stop() {
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
	r.call.pool.lastShown(r.call.watch)
}
