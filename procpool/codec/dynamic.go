package codec

import (
	"reflect"
	"unsafe"
)

// boxed reads a value of a described type into an interface.
func (c *planner) boxed(w *wireType, t reflect.Type) (decodeFunc, error) {
	return func(d *decoder, p unsafe.Pointer) error { return d.box(w, t, p) }, nil
}

// box makes a value of the type that w describes and puts it into the t at p.
func (d *decoder) box(w *wireType, t reflect.Type, p unsafe.Pointer) error {
	natural, err := d.naturalType(w)
	if err != nil {
		return err
	}
	if !natural.AssignableTo(t) {
		return decodeErrorf("%s is no %s here", w, t)
	}
	if err := d.spend(1, natural.Size()); err != nil {
		return err
	}
	decode, err := d.r.decodePlan(w, natural)
	if err != nil {
		return err
	}
	v := reflect.New(natural)
	if err := decode(d, v.UnsafePointer()); err != nil {
		return err
	}
	reflect.NewAt(t, p).Elem().Set(v.Elem())
	return nil
}

// unboxed reads what was in an interface into a t.
func (c *planner) unboxed(t reflect.Type) (decodeFunc, error) {
	return func(d *decoder, p unsafe.Pointer) error {
		if err := d.deeper(); err != nil {
			return err
		}
		defer func() { d.depth-- }()
		mark, err := d.byte()
		if err != nil {
			return err
		}
		switch mark {
		case dynNil:
			return nil
		case dynError:
			return d.boxError(t, p)
		case dynNew:
			w, err := d.header()
			if err != nil {
				return err
			}
			d.dynamic = append(d.dynamic, w)
			return d.unbox(w, t, p)
		case dynKnown:
			n, err := d.uvarint()
			if err != nil {
				return err
			}
			if n >= uint64(len(d.dynamic)) {
				return decodeErrorf("a type that was not described")
			}
			return d.unbox(d.dynamic[n], t, p)
		}
		return decodeErrorf("mark %d", mark)
	}, nil
}

func (d *decoder) unbox(w *wireType, t reflect.Type, p unsafe.Pointer) error {
	if t.Kind() == reflect.Interface {
		return d.box(w, t, p)
	}
	decode, err := d.r.decodePlan(w, t)
	if err != nil {
		return err
	}
	return decode(d, p)
}

func (d *decoder) boxError(t reflect.Type, p unsafe.Pointer) error {
	e, err := d.error(0)
	if err != nil {
		return err
	}
	if v := reflect.ValueOf(e); v.Type().AssignableTo(t) {
		reflect.NewAt(t, p).Elem().Set(v)
		return nil
	}
	return decodeErrorf("error %T (%v) does not fit %s", e, e, t)
}
