package callee

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/view"
)

// Argument returns x as the type in of a parameter, as a call would convert a
// constant: numbers change their type if they keep their value.
func Argument(in reflect.Type, x reflect.Value) (reflect.Value, error) {
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
		return Argument(in, x.Elem())
	}
	if IsNumber(x.Kind()) && IsNumber(in.Kind()) && x.Type().PkgPath() == "" && x.CanConvert(in) {
		v := x.Convert(in)
		if back := v.Convert(x.Type()); back.Equal(x) && (sign(v) < 0) == (sign(x) < 0) {
			return v, nil
		}
	}
	return x, fmt.Errorf("%s, want %s", x.Type(), in)
}

// IsNumber tells the kinds of numbers, complex ones not among them.
func IsNumber(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Float64 }

func sign(v reflect.Value) float64 {
	switch {
	case v.CanInt():
		return float64(v.Int())
	case v.CanFloat():
		return math.Copysign(1, v.Float())
	}
	return 1
}

// Arguments checks args against a function's parameters, from the first-th on.
func (t *Callee) Arguments(args []any, first int) ([]reflect.Value, error) {
	in := t.Type
	n := in.NumIn() - first
	switch {
	case in.IsVariadic() && len(args) < n-1:
		return nil, fault.Errorf("%s takes %s or more, %d given", t.Name, view.Count(n-1, "argument"), len(args))
	case !in.IsVariadic() && len(args) != n:
		return nil, fault.Errorf("%s takes %s, %d given", t.Name, view.Count(n, "argument"), len(args))
	}
	out := make([]reflect.Value, len(args))
	for i, x := range args {
		param, _ := Parameter(in, i+first)
		v, err := Argument(param, reflect.ValueOf(x))
		if err != nil {
			return nil, fault.Errorf("argument %d of %s is %w", i+1, t.Name, err)
		}
		out[i] = v
	}
	return out, nil
}

// Seal encodes what the function has captured, at the moment of the call. OnHandle is told of handles in that, or
// is nil.
func (t *Callee) Seal(onHandle func(any)) error {
	if t.Def != nil {
		return nil
	}
	d := task.Definition{Name: t.Name, Entry: t.Entry, Result: t.result}
	switch {
	case t.factory:
		d.Mode = task.CapturesFactory
	case len(t.Capture) > 0:
		d.Mode = task.CapturesReceiver
	}
	m := task.Message{From: &t.Node.Segments}
	var handles task.Kept
	err := t.captures(&m, d, func(h any) {
		handles.Add(h)
		if onHandle != nil {
			onHandle(h)
		}
	})
	if err != nil {
		m.Drop()
		return err
	}
	t.Def = task.NewBulk(m, handles)
	return nil
}

// captures adds a definition and what the function has captured.
func (t *Callee) captures(m *task.Message, d task.Definition, onHandle func(any)) error {
	if err := m.Arg(&t.Node.Codec, reflect.ValueOf(d), nil); err != nil {
		return err
	}
	for i, x := range t.Capture {
		before := len(m.Buf)
		if err := m.Arg(&t.Node.Codec, reflect.ValueOf(x), onHandle); err != nil {
			return t.holds(err, i)
		}
		if err := task.CaptureSize(len(m.Buf) - before); err != nil && t.fields {
			return fault.Errorf("what %s captures: %w", t.Name, err)
		} else if err != nil {
			return fault.Errorf("captured[%d] of %s, of type %T: %w", i, t.Name, x, err)
		}
	}
	return nil
}

// holds says which variable an *codec.EncodeError is about: "mu of func literal at In[3]:2" or
// "captured[0] of (*T).m.mu".
func (t *Callee) holds(err error, i int) error {
	var e *codec.EncodeError
	if !t.fields || !errors.As(err, &e) || e.Path == "" {
		return fault.AtPath(err, fmt.Sprintf("captured[%d] of %s", i, t.Name))
	}
	e.Path = strings.TrimPrefix(e.Path, ".") + " of " + t.Name
	return err
}
