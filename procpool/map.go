package procpool

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/parago/parago/procpool/view"
)

func sortErrors(errs []*TaskError) {
	slices.SortStableFunc(errs, func(a, b *TaskError) int { return cmp.Compare(a.Index, b.Index) })
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
	n := in.Len()
	add := func(c *Call, m *message, i int, onHandle func(any)) error {
		if i == 0 {
			if err := c.fn.takesElement(flags); err != nil {
				return err
			}
		}
		return c.element(m, i, in.Index(i), onHandle)
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

// elementPlace is where an element stands among the arguments of a function.
func elementPlace(flags byte) int {
	if flags&taskContext != 0 {
		return 1
	}
	return 0
}

// takesElement checks that a function takes an element, and nothing else but maybe a context.
func (t *target) takesElement(flags byte) error {
	if n, want := t.typ.NumIn(), elementPlace(flags)+1; n != want {
		return errorf("%s takes %s, want %d", t.name, view.Count(n, "argument"), want)
	}
	return nil
}

// element encodes the task of element i, which is x.
func (c *Call) element(m *message, i int, x reflect.Value, onHandle func(any)) error {
	v, err := argument(c.fn.typ.In(elementPlace(c.flags)), x)
	if err != nil {
		return errorf("element %d for %s is %w", i, c.fn.name, err)
	}
	m.buf = c.appendTask(m.buf, i, 1)
	if err := m.arg(v, onHandle); err != nil {
		return atPath(err, place("xs", i))
	}
	return nil
}

// deliver decodes a result, which is empty if the function returns nothing.
func (p *process) deliver(data []byte, into reflect.Value) error {
	if len(data) == 0 {
		return nil
	}
	return p.codec.Decode(data, into)
}

// rowAdder encodes several arguments for each element.
func rowAdder(row func(int) []any, many bool) func(*Call, *message, int, func(any)) error {
	return func(c *Call, m *message, i int, onHandle func(any)) error {
		args, err := c.fn.arguments(row(i), 0)
		if err != nil {
			return err
		}
		m.buf = c.appendTask(m.buf, i, len(args))
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
