package pool

import (
	"bytes"
	"context"
	"encoding/binary"
	"reflect"
	"time"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
)

// begin makes a call of f, of whose elements fill encodes the arguments. F may be a *callee.Callee that was
// resolved before.
func (s *Scheduler) begin(f any, flags byte, o CallOptions, fill func(*Call) error) (*Call, error) {
	if s.options.Bad != nil {
		return nil, s.options.Bad
	}
	s.used()
	t, err := s.callee(f)
	if err != nil {
		return nil, err
	}
	c := &Call{pool: s, fn: t, opts: o, origin: s.Origin(), made: time.Now(), done: make(chan struct{})}
	c.flags = flags | o.flags()
	s.mu.Lock()
	s.spare.give(&c.tasks)
	s.mu.Unlock()
	c.deliver = c.keep
	if err = o.Bad; err == nil {
		err = fill(c)
	}
	if err == nil {
		err = s.prepare()
	}
	if err != nil {
		c.tasks.dropLarge()
		t.Drop()
		return nil, err
	}
	return c, nil
}

// callee finds f, with what goes along. The caller drops it.
func (s *Scheduler) callee(f any) (t *callee.Callee, err error) {
	t, resolved := f.(*callee.Callee)
	if resolved {
		t.Hold()
	} else if t, err = s.pools.callees.Resolve(f); err != nil {
		return nil, err
	}
	if err = t.Seal(nil); err != nil {
		t.Drop()
		return nil, err
	}
	return t, nil
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
	m := task.Message{Buf: c.tasks.data[len(c.tasks.data):], From: &c.pool.Segments}
	if err := write(&m, func(h any) { c.tasks.hold(i, h) }); err != nil {
		m.Drop()
		return err
	}
	c.tasks.add(m)
	return nil
}

func (c *Call) row(m *task.Message, i int, row []any, at func(i, k int) string, onHandle func(any)) error {
	args, err := c.fn.Arguments(row, 0)
	if err != nil && !c.single {
		return fault.Errorf("rows[%d]: %w", i, err)
	}
	if err != nil {
		return err
	}
	m.Buf = binary.AppendUvarint(m.Buf, uint64(len(args)))
	for k, v := range args {
		if err := m.Arg(&c.pool.Codec, v, onHandle); err != nil {
			return fault.AtPath(err, at(i, k))
		}
	}
	return nil
}

// prepare resolves the initializer, once, for the first caller.
func (s *Scheduler) prepare() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.options.Initializer == nil || s.init != nil {
		return nil
	}
	t, err := s.pools.callees.Resolve(s.options.Initializer)
	if err != nil {
		return fault.Errorf("initializer: %w", err)
	}
	args, err := t.Arguments(s.options.InitArgs, 0)
	if err != nil {
		return fault.Errorf("initializer: %w", err)
	}
	if err := t.Seal(nil); err != nil {
		return fault.Errorf("initializer: %w", err)
	}
	m := task.Message{Buf: task.Append(nil, 0, t.ID, len(args))}
	for i, v := range args {
		if err := m.Arg(&s.Codec, v, s.initKept.Add); err != nil {
			return fault.Errorf("initializer: %w", fault.AtPath(err, fault.Place("args", i)))
		}
	}
	s.initArg = m.Buf
	s.init = t
	return nil
}

// enter takes the call in, which ends with ctx.
func (s *Scheduler) enter(ctx context.Context, c *Call) error {
	origin := s.Context(c.origin)
	if err := context.Cause(origin); err != nil {
		c.dismiss()
		return err
	}
	s.observe(c)
	if err := s.submit(c, context.Cause(ctx)); err != nil {
		for _, o := range c.observers {
			o.Over(err)
		}
		c.flush()
		c.dismiss()
		return err
	}
	if origin.Err() != nil { // Cancel may not have seen the call
		s.cancel(c, context.Cause(origin))
	}
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, func() { s.cancel(c, context.Cause(ctx)) })
		c.OnDone(func() { stop() })
	}
	return nil
}

// dismiss frees what a call holds that is not taken in.
func (c *Call) dismiss() {
	c.tasks.dropLarge()
	c.fn.Drop()
}

// Submit calls f(args...) in a worker, and returns at once. An error of the submission is the call's.
func (s *Scheduler) Submit(ctx context.Context, f any, args []any, o CallOptions) *Call {
	c, err := s.begin(f, 0, o, func(c *Call) error {
		c.single = true
		return c.rows(1, func(int) []any { return args }, func(_, k int) string { return fault.Place("args", k) })
	})
	if err == nil {
		err = s.enter(ctx, c)
	}
	if err != nil {
		return s.failedCall(err)
	}
	return c
}

// failedCall is a call that was over before it began.
func (s *Scheduler) failedCall(err error) *Call {
	c := &Call{pool: s, fn: &callee.Callee{}, done: make(chan struct{}), abort: err, over: true}
	close(c.done)
	return c
}

// Apply calls f(args...) in a worker and returns what it returns, as f's own type. Of
// several results it returns a []any; a last error is Apply's.
func (s *Scheduler) Apply(ctx context.Context, f any, args []any) (any, error) {
	c := s.Submit(ctx, f, args, CallOptions{})
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
	if err := c.pool.Codec.Decode(data, v); err != nil {
		return nil, err
	}
	return v.Elem().Interface(), nil
}
