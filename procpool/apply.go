package procpool

import (
	"bytes"
	"context"
	"encoding/binary"
	"reflect"
	"sync"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
)

// begin makes a call of f, of whose elements fill encodes the arguments. F may be a *callee.Callee that was
// resolved before.
func (p *Pool) begin(f any, flags byte, opts []CallOption, fill func(*Call) error) (*Call, error) {
	if p == nil {
		p = Default()
	}
	if p.bad != nil {
		return nil, p.bad
	}
	p.s.used()
	t, resolved := f.(*callee.Callee)
	if !resolved {
		var err error
		if t, err = this.Callees.Resolve(f); err != nil {
			return nil, err
		}
	} else {
		t.Hold()
	}
	if err := t.Seal(nil); err != nil {
		t.Drop()
		return nil, err
	}
	c := &Call{pool: p.s, fn: t, opts: callOptionsOf(opts), origin: this.Origin(), done: make(chan struct{})}
	c.flags = flags | c.opts.flags()
	c.trace = newTracer(c.opts.timeline)
	if c.opts.bad != nil {
		t.Drop()
		return nil, c.opts.bad
	}
	c.deliver = c.keep
	err := fill(c)
	if err == nil {
		err = p.s.prepare()
	}
	if err != nil {
		c.tasks.dropLarge()
		t.Drop()
		return nil, err
	}
	return c, nil
}

// keep takes the value of a single call.
func (c *Call) keep(_ int, data []byte) error {
	if len(data) >= task.SharedSize { // it may be in memory that the worker uses again
		data = bytes.Clone(data)
	}
	c.value = data
	return nil
}

// rows has the arguments of n elements encoded, which row tells. An error names them as at says.
func (c *Call) rows(n int, row func(i int) []any, at func(i, k int) string) error {
	c.tasks.reserve(n)
	for i := range n {
		err := c.add(i, func(m *task.Message, onHandle func(any)) error { return c.row(m, i, row(i), at, onHandle) })
		if err != nil {
			return err
		}
	}
	return nil
}

// add takes in element i, whose arguments write appends to a message.
func (c *Call) add(i int, write func(m *task.Message, onHandle func(any)) error) error {
	m := task.Message{Buf: c.tasks.data[len(c.tasks.data):], From: &this.Segments}
	if err := write(&m, func(h any) { c.tasks.hold(i, h) }); err != nil {
		m.Drop()
		return err
	}
	c.tasks.add(m)
	return nil
}

func (c *Call) row(m *task.Message, i int, row []any, at func(i, k int) string, onHandle func(any)) error {
	args, err := c.fn.Arguments(row, 0)
	if err != nil {
		return err
	}
	m.Buf = binary.AppendUvarint(m.Buf, uint64(len(args)))
	for k, v := range args {
		if err := m.Arg(&this.Codec, v, onHandle); err != nil {
			return fault.AtPath(err, at(i, k))
		}
	}
	return nil
}

// prepare resolves the initializer, once, for the first caller.
func (s *scheduler) prepare() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.options.initializer == nil || s.init != nil {
		return nil
	}
	t, err := this.Callees.Resolve(s.options.initializer)
	if err != nil {
		return fault.Errorf("initializer: %w", err)
	}
	args, err := t.Arguments(s.options.initArgs, 0)
	if err != nil {
		return fault.Errorf("initializer: %w", err)
	}
	if err := t.Seal(nil); err != nil {
		return fault.Errorf("initializer: %w", err)
	}
	m := task.Message{Buf: task.Append(nil, 0, t.ID, len(args))}
	for i, v := range args {
		if err := m.Arg(&this.Codec, v, s.initKept.Add); err != nil {
			return fault.Errorf("initializer: %w", fault.AtPath(err, fault.Place("args", i)))
		}
	}
	s.initArg = m.Buf
	s.init = t
	return nil
}

// enter submits the call and ties it to the pool's context.
func (p *Pool) enter(c *Call) error {
	origin := this.Context(c.origin)
	err := context.Cause(origin)
	if err == nil {
		if c.opts.progress {
			c.pool.watch(c)
		}
		err = c.pool.submit(c)
	}
	if err != nil {
		c.pool.unwatch(c, err)
		c.tasks.dropLarge()
		c.fn.Drop()
		return err
	}
	if origin.Err() != nil { // CancelOrigin may not have seen the call
		c.pool.cancel(c, context.Cause(origin))
	}
	if p != nil && p.ctx != nil {
		ctx := p.ctx
		stop := context.AfterFunc(ctx, func() { c.pool.cancel(c, context.Cause(ctx)) })
		c.OnDone(func() { stop() })
	}
	return nil
}

// SubmitCall calls f(args...) in a worker, and returns at once. An error of the
// submission is the call's.
func (p *Pool) SubmitCall(f any, args []any, opts ...CallOption) *Call {
	c, err := p.begin(f, 0, opts, func(c *Call) error {
		c.single = true
		return c.rows(1, func(int) []any { return args }, func(_, k int) string { return fault.Place("args", k) })
	})
	if err == nil {
		err = p.enter(c)
	}
	if err != nil {
		return failedCall(err)
	}
	return c
}

// failedCall is a call that was over before it began.
func failedCall(err error) *Call {
	s := &scheduler{}
	s.changed.L = &sync.Mutex{}
	c := &Call{pool: s, fn: &callee.Callee{}, done: make(chan struct{}), abort: err, over: true}
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
	typ := c.fn.Type
	n := typ.NumOut()
	if n > 0 && typ.Out(n-1) == callee.ErrorType {
		n--
	}
	into := reflect.TypeFor[[]any]()
	if n == 1 {
		into = typ.Out(0)
	}
	v := reflect.New(into)
	if err := this.Codec.Decode(data, v); err != nil {
		return nil, err
	}
	return v.Elem().Interface(), nil
}
