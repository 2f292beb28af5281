package codec

import (
	"reflect"
	"unsafe"
)

func (c *planner) pointer(w *wireType, t reflect.Type) (decodeFunc, error) {
	elem, err := c.plan(w.elem, t.Elem())
	if err != nil {
		return nil, err
	}
	return func(d *decoder, p unsafe.Pointer) error {
		old, fresh, err := d.reference(t)
		if err != nil || !fresh {
			if old.IsValid() {
				*(*unsafe.Pointer)(p) = old.UnsafePointer()
			}
			return err
		}
		if err := d.spend(1, t.Elem().Size()); err != nil {
			return err
		}
		if err := d.deeper(); err != nil {
			return err
		}
		v := reflect.New(t.Elem())
		d.refs = append(d.refs, v.Convert(t))
		*(*unsafe.Pointer)(p) = v.UnsafePointer()
		err = elem(d, v.UnsafePointer())
		d.depth--
		return err
	}, nil
}

// reference reads the mark of a pointer or map: nil, one seen before, or fresh.
func (d *decoder) reference(t reflect.Type) (old reflect.Value, fresh bool, err error) {
	mark, err := d.byte()
	if err != nil {
		return old, false, err
	}
	switch mark {
	case 0:
		return old, false, nil
	case 1:
		return old, true, nil
	case 2:
		n, err := d.uvarint()
		if err != nil {
			return old, false, err
		}
		if n >= uint64(len(d.refs)) || d.refs[n].Type() != t {
			return old, false, decodeErrorf("a reference to no %s", t)
		}
		return d.refs[n], false, nil
	}
	return old, false, decodeErrorf("mark %d", mark)
}

func (c *planner) mapping(w *wireType, t reflect.Type) (decodeFunc, error) {
	key, err := c.plan(w.key, t.Key())
	if err != nil {
		return nil, err
	}
	elem, err := c.plan(w.elem, t.Elem())
	if err != nil {
		return nil, err
	}
	return func(d *decoder, p unsafe.Pointer) error {
		m := reflect.NewAt(t, p).Elem()
		old, fresh, err := d.reference(t)
		if err != nil || !fresh {
			if old.IsValid() {
				m.Set(old)
			}
			return err
		}
		n, err := d.uvarint()
		if err != nil {
			return err
		}
		if n > uint64(len(d.data)) && n > 1 {
			return errShort
		}
		if err := d.spend(n, t.Key().Size()+t.Elem().Size()+16); err != nil {
			return err
		}
		if err := d.deeper(); err != nil {
			return err
		}
		m.Set(reflect.MakeMapWithSize(t, int(n)))
		d.refs = append(d.refs, reflect.ValueOf(m.Interface()))
		for range n {
			k, v := reflect.New(t.Key()), reflect.New(t.Elem())
			if err := key(d, k.UnsafePointer()); err != nil {
				return err
			}
			if err := elem(d, v.UnsafePointer()); err != nil {
				return err
			}
			m.SetMapIndex(k.Elem(), v.Elem())
		}
		d.depth--
		return nil
	}, nil
}

// structure matches fields by name. What the target lacks is read and dropped, what
// it has more stays zero.
func (c *planner) structure(w *wireType, t reflect.Type) (decodeFunc, error) {
	type field struct {
		offset uintptr
		decode decodeFunc
		drop   reflect.Type
	}
	fields := make([]field, 0, len(w.fields))
	for i := range w.fields {
		from := &w.fields[i]
		if from.name == blank {
			continue
		}
		to, ok := fieldNamed(t, from.name)
		if !ok {
			drop, err := c.r.anyType(from.typ)
			if err != nil {
				return nil, err
			}
			decode, err := c.plan(from.typ, drop)
			if err != nil {
				return nil, err
			}
			fields = append(fields, field{decode: decode, drop: drop})
			continue
		}
		decode, err := c.plan(from.typ, to.Type)
		if err != nil {
			return nil, decodeErrorf("field %s of %s: %v", to.Name, t, err)
		}
		fields = append(fields, field{offset: to.Offset, decode: decode})
	}
	return func(d *decoder, p unsafe.Pointer) error {
		for i := range fields {
			f := &fields[i]
			if f.drop != nil {
				if err := d.drop(f.drop, f.decode); err != nil {
					return err
				}
				continue
			}
			if err := f.decode(d, unsafe.Add(p, f.offset)); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// drop reads what nobody gets.
func (d *decoder) drop(t reflect.Type, decode decodeFunc) error {
	if err := d.spend(1, t.Size()); err != nil {
		return err
	}
	d.dropping++
	defer func() { d.dropping-- }()
	return decode(d, reflect.New(t).UnsafePointer())
}

func fieldNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	fields := crossingFields(t)
	for _, f := range fields {
		if f.Name == name {
			return f, true
		}
	}
	for _, f := range fields {
		if plainName(f.Name) == plainName(name) {
			return f, true
		}
	}
	return reflect.StructField{}, false
}
