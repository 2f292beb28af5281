package procpool

import (
	"bytes"
	"cmp"
	"context"
	"reflect"
	"runtime"
	"slices"
	"sync"
)

// A Pool runs functions in worker processes, which start on first use and are kept. Its
// methods are safe for concurrent use. A nil *Pool is the default pool, which
// everybody shares and nobody needs to close. Python's multiprocessing.Pool, but
// that a worker's death fails its own task only, and nothing ever hangs.
//
// A pool is ended by Close or Terminate. One that is dropped without either is
// closed when it is collected: what was submitted still finishes, then its workers end.
type Pool struct {
	s       *scheduler
	ctx     context.Context
	bad     error // why it cannot be used
	cleanup runtime.Cleanup
	of      *Pool // that WithContext was called on: it must stay as long as this one
}

// NewPool makes a pool of n workers at most; 0 is CPUCount, or 1 within a worker. An
// impossible option or size is the error of the first call.
func NewPool(n int, opts ...PoolOption) *Pool {
	if n == 0 {
		n = CPUCount()
		if this.up != nil {
			n = 1
		}
	}
	s := &scheduler{size: n}
	s.changed.L = &s.mu
	for _, o := range opts {
		o(&s.options)
	}
	p := &Pool{s: s, bad: s.options.bad}
	if n < 0 {
		p.bad = errorf("NewPool(%d): need at least 1 worker", n)
		s.size = 1
	}
	this.warm(min(n, 2))
	this.mu.Lock()
	this.pools[s] = true
	this.mu.Unlock()
	p.cleanup = runtime.AddCleanup(p, func(s *scheduler) { go s.dropped() }, s)
	return p
}

// dropped ends the workers of a pool that nobody can use any more. It ends with its last call.
func (s *scheduler) dropped() {
	s.close()
	this.forgetPool(s)
}

// Default returns the pool that a nil *Pool stands for.
func Default() *Pool {
	this.mu.Lock()
	p := this.defaults
	this.mu.Unlock()
	if p != nil {
		return p
	}
	p = NewPool(0)
	this.mu.Lock()
	defer this.mu.Unlock()
	if this.defaults == nil {
		this.defaults = p
	}
	return this.defaults
}

// WithContext returns the same pool for calls that end when ctx does, with its cause as
// their error.
func (p *Pool) WithContext(ctx context.Context) *Pool {
	if p == nil {
		p = Default()
	}
	return &Pool{s: p.s, ctx: ctx, bad: p.bad, of: p}
}

// Close finishes what was submitted, then ends the workers. Later calls fail with
// ErrClosed. It may be called again.
func (p *Pool) Close() error {
	if p == nil {
		return nil
	}
	p.s.close()
	p.forget()
	this.flush()
	return nil
}

// Terminate ends the workers now. What has not finished fails with ErrTerminated. It
// may be called again, and after Close.
func (p *Pool) Terminate() {
	if p == nil {
		return
	}
	p.s.terminate()
	p.forget()
	this.flush()
}

func (p *Pool) forget() {
	for p.of != nil {
		p = p.of
	}
	p.cleanup.Stop()
	this.forgetPool(p.s)
}

func (p *process) forgetPool(s *scheduler) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.pools, s)
}

// Resize sets how many workers there may be; less than 1 is CPUCount. Those too many end when
// they are idle.
func (p *Pool) Resize(n int) {
	if p == nil {
		p = Default()
	}
	if n < 1 {
		n = CPUCount()
	}
	s := p.s
	s.mu.Lock()
	s.size = n
	for len(s.workers) > 0 {
		live := 0
		var last *worker
		for _, w := range s.workers {
			if !w.quitting {
				live++
				last = w
			}
		}
		if live <= n {
			break
		}
		last.takeBack(0)
		last.quit()
	}
	s.dispatchAndUnlock()
}

// Stats counts what a pool has done.
type Stats struct {
	Started int // workers
	Done    int // elements with a result
	Waiting int // elements that no worker has yet
}

// Stats returns the counts as they are now.
func (p *Pool) Stats() Stats {
	if p == nil {
		p = Default()
	}
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	st := p.s.stats
	st.Waiting = p.s.pending()
	return st
}

// WorkerInfo describes a worker.
type WorkerInfo struct {
	Name  string
	PID   int
	Tasks int  // elements that it was given
	Busy  bool // it has some now
}

// Workers returns the pool's workers as they are now, oldest first.
func (p *Pool) Workers() []WorkerInfo {
	if p == nil {
		p = Default()
	}
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	var out []WorkerInfo
	for _, w := range p.s.workers {
		if !w.quitting && w.kill == nil {
			out = append(out, WorkerInfo{w.child.name, w.child.spawned.PID(), w.taken, len(w.flights) > 0})
		}
	}
	return out
}

func sortErrors(errs []*TaskError) {
	slices.SortStableFunc(errs, func(a, b *TaskError) int { return cmp.Compare(a.Index, b.Index) })
}

// begin makes a call of f for n elements, of which add encodes the arguments.
func (p *Pool) begin(f any, n int, single bool, flags byte, opts []CallOption, add func(m *message, t *target, i int, onHandle func(any)) error) (*Call, error) {
	if p == nil {
		p = Default()
	}
	if p.bad != nil {
		return nil, p.bad
	}
	t, err := this.resolve(f)
	if err != nil {
		return nil, err
	}
	if err := t.seal(nil); err != nil {
		return nil, err
	}
	c := &Call{pool: p.s, fn: t, opts: callOptionsOf(opts), origin: this.origin(), n: n, single: single, done: make(chan struct{})}
	if c.opts.bad != nil {
		return nil, c.opts.bad
	}
	c.ends = make([]int, n)
	for i := range n {
		m := message{buf: c.slab[len(c.slab):], from: &this.segments}
		if err := add(&m, t, i, func(h any) { c.hold(i, h) }); err != nil {
			m.drop()
			c.dropLarge()
			return nil, err
		}
		c.keep(i, m)
	}
	c.deliver = func(_ int, data []byte) error {
		if len(data) >= sharedSize { // it may be in memory that the worker uses again
			data = bytes.Clone(data)
		}
		c.value = data
		return nil
	}
	if err := p.s.prepare(); err != nil {
		c.dropLarge()
		return nil, err
	}
	return c, nil
}

// hold notes a handle that goes with element i.
func (c *Call) hold(i int, h any) {
	if c.handles == nil {
		c.handles = map[int][]any{}
	}
	c.handles[i] = append(c.handles[i], h)
}

// prepare resolves the initializer, once, for the first caller.
func (s *scheduler) prepare() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.options.initializer == nil || s.init != nil {
		return nil
	}
	t, err := this.resolve(s.options.initializer)
	if err != nil {
		return errorf("initializer: %w", err)
	}
	args, err := t.arguments(s.options.initArgs, 0)
	if err != nil {
		return errorf("initializer: %w", err)
	}
	if err := t.seal(nil); err != nil {
		return errorf("initializer: %w", err)
	}
	m := message{buf: appendTask(nil, 0, t.id, len(args))}
	for i, v := range args {
		if err := m.arg(v, nil); err != nil {
			return errorf("initializer: %w", atPath(err, place("args", i)))
		}
	}
	s.initArg = m.buf
	s.init = t
	return nil
}

// enter submits the call and ties it to the pool's context.
func (p *Pool) enter(c *Call) error {
	if err := c.pool.submit(c); err != nil {
		c.dropLarge()
		return err
	}
	if p != nil && p.ctx != nil {
		ctx := p.ctx
		stop := context.AfterFunc(ctx, func() { c.pool.cancel(c, context.Cause(ctx)) })
		c.OnDone(func() { stop() })
	}
	return nil
}

// MapInto calls f for each element of the slice xs and sets *out to the slice of
// results, in order; those of failed elements are zero. It is what Map is made of.
func (p *Pool) MapInto(f, xs, out any, opts ...CallOption) error {
	return p.each(f, xs, out, 0, opts)
}

// TryMapInto is MapInto for an f that takes a context first and also returns an error.
func (p *Pool) TryMapInto(f, xs, out any, opts ...CallOption) error {
	return p.each(f, xs, out, taskContext, opts)
}

// ForEachOf calls f for each element of the slice xs.
func (p *Pool) ForEachOf(f, xs any, opts ...CallOption) error { return p.each(f, xs, nil, 0, opts) }

func (p *Pool) each(f, xs, out any, flags byte, opts []CallOption) error {
	in := reflect.ValueOf(xs)
	if in.Kind() != reflect.Slice {
		return errorf("%T is not a slice", xs)
	}
	first := 0
	if flags&taskContext != 0 {
		first = 1
	}
	n := in.Len()
	add := func(m *message, t *target, i int, onHandle func(any)) error {
		if i == 0 && t.typ.NumIn() != first+1 {
			return errorf("%s takes %d arguments, want %d", t.name, t.typ.NumIn(), first+1)
		}
		v, err := argument(t.typ.In(first), in.Index(i))
		if err != nil {
			return errorf("element %d for %s is %w", i, t.name, err)
		}
		m.buf = appendTask(m.buf, flags, t.id, 1)
		if err := m.arg(v, onHandle); err != nil {
			return atPath(err, place("xs", i))
		}
		return nil
	}
	c, err := p.begin(f, n, false, flags, opts, add)
	if err != nil {
		return err
	}
	if out != nil {
		to := reflect.ValueOf(out).Elem()
		to.Set(reflect.MakeSlice(to.Type(), n, n))
		c.deliver = func(i int, data []byte) error { return this.deliver(data, to.Index(i)) }
	}
	if err := p.enter(c); err != nil {
		return err
	}
	return c.Wait(nil)
}

// deliver decodes a result, which is empty if the function returns nothing.
func (p *process) deliver(data []byte, into reflect.Value) error {
	if len(data) == 0 {
		return nil
	}
	return p.codec.Decode(data, into)
}

// SubmitCall calls f(args...) in a worker, and returns at once. An error of the
// submission is the call's.
func (p *Pool) SubmitCall(f any, args []any, opts ...CallOption) *Call {
	c, err := p.begin(f, 1, true, 0, opts, rowAdder(func(int) []any { return args }, false))
	if err == nil {
		err = p.enter(c)
	}
	if err != nil {
		return failedCall(err)
	}
	return c
}

// rowAdder encodes several arguments for each element.
func rowAdder(row func(int) []any, many bool) func(*message, *target, int, func(any)) error {
	return func(m *message, t *target, i int, onHandle func(any)) error {
		args, err := t.arguments(row(i), 0)
		if err != nil {
			return err
		}
		m.buf = appendTask(m.buf, 0, t.id, len(args))
		for k, v := range args {
			at := place("args", k)
			if many {
				at = place(place("rows", i), k)
			}
			if err := m.arg(v, onHandle); err != nil {
				return atPath(err, at)
			}
		}
		return nil
	}
}

// failedCall is a call that was over before it began.
func failedCall(err error) *Call {
	s := &scheduler{}
	s.changed.L = &sync.Mutex{}
	c := &Call{pool: s, fn: &target{}, done: make(chan struct{}), abort: err}
	close(c.done)
	return c
}

// Apply calls f(args...) in a worker and returns what it returns, as f's own type. Of
// several results it returns a []any; a last error is Apply's.
func (p *Pool) Apply(f any, args ...any) (any, error) {
	c := p.SubmitCall(f, args)
	if err := c.Wait(nil); err != nil {
		return nil, err
	}
	return c.any(c.value)
}

// any decodes a value of f's own type.
func (c *Call) any(data []byte) (any, error) {
	if len(data) == 0 {
		return nil, nil
	}
	typ := c.fn.typ
	n := typ.NumOut()
	if n > 0 && typ.Out(n-1) == errorType {
		n--
	}
	into := reflect.TypeFor[[]any]()
	if n == 1 {
		into = typ.Out(0)
	}
	v := reflect.New(into)
	if err := this.codec.Decode(data, v); err != nil {
		return nil, err
	}
	return v.Elem().Interface(), nil
}

// StarMap calls f(row...) for each row and returns the results in order, as Apply would
// return them.
func (p *Pool) StarMap(f any, rows [][]any, opts ...CallOption) ([]any, error) {
	c, err := p.begin(f, len(rows), false, 0, opts, rowAdder(func(i int) []any { return rows[i] }, true))
	if err != nil {
		return nil, err
	}
	out := make([]any, len(rows))
	c.deliver = func(i int, data []byte) (err error) {
		out[i], err = c.any(data)
		return err
	}
	if err := p.enter(c); err != nil {
		return nil, err
	}
	return out, c.Wait(nil)
}
