package procpool

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/view"
	"github.com/parago/parago/procpool/wire"
)

// argument returns x as the type in of a parameter, as a call would convert a
// constant: numbers change their type if they keep their value.
func argument(in reflect.Type, x reflect.Value) (reflect.Value, error) {
	if !x.IsValid() {
		switch in.Kind() {
		case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
			return reflect.Zero(in), nil
		}
		return x, fmt.Errorf("nil, want %s", in)
	}
	if x.Type() == in {
		return x, nil
	}
	if x.Type().AssignableTo(in) {
		v := reflect.New(in).Elem()
		v.Set(x)
		return v, nil
	}
	if x.Kind() == reflect.Interface {
		return argument(in, x.Elem())
	}
	if number(x.Kind()) && number(in.Kind()) && x.Type().PkgPath() == "" && x.CanConvert(in) {
		v := x.Convert(in)
		if back := v.Convert(x.Type()); back.Equal(x) && (sign(v) < 0) == (sign(x) < 0) {
			return v, nil
		}
	}
	return x, fmt.Errorf("%s, want %s", x.Type(), in)
}

func number(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Float64 }

func sign(v reflect.Value) float64 {
	switch {
	case v.CanInt():
		return float64(v.Int())
	case v.CanFloat():
		return math.Copysign(1, v.Float())
	}
	return 1
}

// arguments checks args against a function's parameters, from the first-th on.
func (t *target) arguments(args []any, first int) ([]reflect.Value, error) {
	in := t.typ
	n := in.NumIn() - first
	if in.IsVariadic() && len(args) < n-1 || !in.IsVariadic() && len(args) != n {
		return nil, fault.Errorf("%s takes %s, %d given", t.name, view.Count(n, "argument"), len(args))
	}
	out := make([]reflect.Value, len(args))
	for i, x := range args {
		param, _ := parameter(in, i+first)
		v, err := argument(param, reflect.ValueOf(x))
		if err != nil {
			return nil, fault.Errorf("argument %d of %s is %w", i+1, t.name, err)
		}
		out[i] = v
	}
	return out, nil
}

// define sends what a child lacks to call t: units, then the function itself.
func (c *child) define(t *target) error {
	if _, ok := c.defined[t]; ok {
		return nil
	}
	if err := c.tell(t.units); err != nil {
		return err
	}
	if err := t.def.Send(c.out, task.FrameDefine, t.id); err != nil {
		return err
	}
	c.defined[t] = t.id
	this.learn(t)
	return nil
}

// tell sends the units that a child lacks.
func (c *child) tell(units []host.Unit) error {
	for _, u := range units {
		if v, ok := c.has[u.Key]; ok && v == u.Version {
			continue
		}
		if u.Content != nil {
			if err := u.Content.Bulk.Send(c.out, task.FrameContent, u.Version); err != nil {
				return err
			}
			u.Content = nil // it is on its way
		}
		if err := c.send(task.FrameUnit, u.Version, u); err != nil {
			return err
		}
		c.has[u.Key] = u.Version
	}
	return nil
}

// undefine drops functions whose calls are over. What they had captured is freed.
func (c *child) undefine() {
	for t := range c.defined {
		if t.over.Load() {
			delete(c.defined, t)
			c.out.Put(wire.Frame{Kind: task.FrameDefine, ID: t.id})
		}
	}
}

// seal encodes what the function has captured, at the moment of the call. OnHandle is told of handles in that, or
// is nil.
func (t *target) seal(onHandle func(any)) error {
	if t.def != nil {
		return nil
	}
	d := task.Definition{Name: t.name, Entry: t.entry, Result: t.result}
	switch {
	case t.factory:
		d.Mode = task.CapturesFactory
	case len(t.capture) > 0:
		d.Mode = task.CapturesReceiver
	}
	m := task.Message{From: &this.Segments}
	var handles kept
	err := t.captures(&m, d, func(h any) {
		handles.add(h)
		if onHandle != nil {
			onHandle(h)
		}
	})
	if err != nil {
		m.Drop()
		return err
	}
	t.def = task.NewBulk(m, handles)
	return nil
}

// captures adds a definition and what the function has captured.
func (t *target) captures(m *task.Message, d task.Definition, onHandle func(any)) error {
	if err := m.Arg(&this.Codec, reflect.ValueOf(d), nil); err != nil {
		return err
	}
	for i, x := range t.capture {
		before := len(m.Buf)
		if err := m.Arg(&this.Codec, reflect.ValueOf(x), onHandle); err != nil {
			return t.holds(err, i)
		}
		if err := task.CaptureSize(len(m.Buf) - before); err != nil && t.fields {
			return fault.Errorf("what %s captures: %w", t.name, err)
		} else if err != nil {
			return fault.Errorf("captured[%d] of %s, of type %T: %w", i, t.name, x, err)
		}
	}
	return nil
}

// holds says which variable an *EncodeError is about: "mu of func literal at In[3]:2" or
// "captured[0] of (*T).m.mu".
func (t *target) holds(err error, i int) error {
	var e *EncodeError
	if !t.fields || !errors.As(err, &e) || e.Path == "" {
		return fault.AtPath(err, fmt.Sprintf("captured[%d] of %s", i, t.name))
	}
	e.Path = strings.TrimPrefix(e.Path, ".") + " of " + t.name
	return err
}
