package pool

import (
	"cmp"
	"context"
	"reflect"
	"slices"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
)

func sortErrors(errs []*fault.TaskError) {
	slices.SortStableFunc(errs, func(a, b *fault.TaskError) int { return cmp.Compare(a.Index, b.Index) })
}

// Map calls f for each element of the slice xs and sets *out to the slice of results, in order; those of failed
// elements are zero. If out is nil, nobody asks for results.
func (s *Scheduler) Map(ctx context.Context, f, xs, out any, flags byte, o CallOptions) error {
	in := reflect.ValueOf(xs)
	if in.Kind() != reflect.Slice {
		return fault.Errorf("%T is not a slice", xs)
	}
	c, err := s.begin(f, flags, o, func(c *Call) error { return c.elements(in) })
	if err != nil {
		return err
	}
	if out != nil {
		n, to := in.Len(), reflect.ValueOf(out).Elem()
		to.Set(reflect.MakeSlice(to.Type(), n, n))
		c.deliver = func(i int, data []byte) error { return c.into(data, to.Index(i)) }
		c.deliverBlock = func(i int, b *codec.Block) error { return b.Decode(to.Slice(i, i+b.Len())) }
	} else { // results come from several workers at once
		c.deliver = func(int, []byte) error { return nil }
	}
	if err := s.enter(ctx, c); err != nil {
		return err
	}
	return c.Wait(nil)
}

// elements has the elements of a slice encoded.
func (c *Call) elements(xs reflect.Value) error {
	n := xs.Len()
	if n == 0 {
		return nil
	}
	if err := c.takesElements(); err != nil {
		return err
	}
	c.tasks.reserve(n)
	together := c.block != nil && xs.Type().Elem() == c.fn.Type.In(callee.ElementPlace(c.flags))
	if together && c.tasks.stride > 0 {
		c.tasks.addFlat(c.block, xs)
		return nil
	}
	for i := 0; i < n; i++ {
		if together {
			var err error
			if i, err = c.tasks.addEach(c.block, xs, i); err != nil {
				return fault.AtPath(err, fault.Place("xs", i))
			}
		}
		if i < n {
			err := c.add(i, func(m *task.Message, onHandle func(any)) error { return c.element(m, i, xs.Index(i), onHandle) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// takesElements sees how elements cross, before the first is encoded.
func (c *Call) takesElements() error {
	if err := c.fn.TakesElement(c.flags); err != nil {
		return err
	}
	in, _ := callee.Parameter(c.fn.Type, callee.ElementPlace(c.flags))
	if c.block = c.pool.Codec.BlockType(in); c.block != nil {
		c.tasks.stride = c.block.Stride
	}
	return nil
}

// element encodes the arguments of element i, which is x.
func (c *Call) element(m *task.Message, i int, x reflect.Value, onHandle func(any)) error {
	v, err := callee.Argument(c.fn.Type.In(callee.ElementPlace(c.flags)), x)
	if err != nil {
		return fault.Errorf("element %d for %s is %w", i, c.fn.Name, err)
	}
	if c.block != nil {
		m.Buf, err = c.block.Append(m.Buf, v, codec.Options{Grow: m.Grow})
	} else {
		m.Buf = append(m.Buf, 1) // argument
		err = m.Arg(&c.pool.Codec, v, onHandle)
	}
	if err != nil {
		return fault.AtPath(err, fault.Place("xs", i))
	}
	return nil
}

// into decodes a result, which is empty if the function returns nothing.
func (c *Call) into(data []byte, into reflect.Value) error {
	if len(data) == 0 {
		return nil
	}
	return c.pool.Codec.Decode(data, into)
}

// StarMap calls f(row...) for each row and returns the results in order, as Apply would
// return them.
func (s *Scheduler) StarMap(ctx context.Context, f any, rows [][]any, o CallOptions) ([]any, error) {
	c, err := s.begin(f, 0, o, func(c *Call) error {
		return c.rows(len(rows), func(i int) []any { return rows[i] }, func(i, k int) string { return fault.Place(fault.Place("rows", i), k) })
	})
	if err != nil {
		return nil, err
	}
	out := make([]any, len(rows))
	c.deliver = func(i int, data []byte) (err error) {
		out[i], err = c.any(data)
		return err
	}
	if err := s.enter(ctx, c); err != nil {
		return nil, err
	}
	return out, c.Wait(nil)
}
