package codec

import (
	"reflect"
	"unsafe"
)

func (c *planner) slice(w *wireType, t reflect.Type) (decodeFunc, error) {
	size := t.Elem().Size()
	from := w.elem
	if from.kind == wireNamed {
		from = from.elem
	}
	if from.kind < 32 && rawSize(reflect.Kind(from.kind)) > 0 {
		return c.rawSlice(reflect.Kind(from.kind), t)
	}
	elem, err := c.plan(w.elem, t.Elem())
	if err != nil {
		return nil, err
	}
	return func(d *decoder, p unsafe.Pointer) error {
		n, err := d.uvarint()
		if err != nil || n == 0 {
			return err
		}
		n--
		if err := d.spend(n, max(size, 1)); err != nil {
			return err
		}
		s := reflect.MakeSlice(t, int(n), int(n))
		reflect.NewAt(t, p).Elem().Set(s)
		return d.elements(s.UnsafePointer(), int(n), size, elem)
	}, nil
}

// unzeroed is the size from which memory for numbers is not zeroed before they are
// copied there. Memory of that size is aligned for any of them.
const unzeroed = 64 << 10

// rawSlice reads numbers that were written as they are in memory.
func (c *planner) rawSlice(k reflect.Kind, t reflect.Type) (decodeFunc, error) {
	width := rawSize(k)
	same := t.Elem().Kind() == k && c.r.rawElem(t.Elem())
	store, err := numberDecoder(k, t.Elem())
	if err != nil && t.Elem().Kind() != reflect.Interface {
		return nil, err
	}
	return func(d *decoder, p unsafe.Pointer) error {
		n, err := d.uvarint()
		if err != nil || n == 0 {
			return err
		}
		n--
		if n > uint64(len(d.data)/width) {
			return errShort
		}
		raw, _ := d.take(n * uint64(width))
		if err := d.spend(n, t.Elem().Size()); err != nil {
			return err
		}
		if same && len(raw) >= unzeroed {
			b := copyOf(raw)
			*(*[]byte)(p) = unsafe.Slice(unsafe.StringData(b), n) // the header of any slice
			return nil
		}
		s := reflect.MakeSlice(t, int(n), int(n))
		reflect.NewAt(t, p).Elem().Set(s)
		if same {
			copy(unsafe.Slice((*byte)(s.UnsafePointer()), len(raw)), raw)
			return nil
		}
		return widen(raw, k, s, store)
	}, nil
}

// widen stores raw numbers of kind k in a slice of another kind.
func widen(raw []byte, k reflect.Kind, s reflect.Value, store decodeFunc) error {
	encode, width := basicEncoder(k), rawSize(k)
	one := make([]byte, 16)
	for i := range s.Len() {
		copy(one, raw[i*width:(i+1)*width])
		e := encoder{}
		encode(&e, unsafe.Pointer(&one[0]))
		if s.Type().Elem().Kind() == reflect.Interface {
			return decodeErrorf("numbers do not fit %s", s.Type())
		}
		if err := store(&decoder{data: e.buf}, s.Index(i).Addr().UnsafePointer()); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) elements(first unsafe.Pointer, n int, size uintptr, elem decodeFunc) error {
	if err := d.deeper(); err != nil {
		return err
	}
	for i := range n {
		if err := elem(d, unsafe.Add(first, uintptr(i)*size)); err != nil {
			return err
		}
	}
	d.depth--
	return nil
}

func (c *planner) array(w *wireType, t reflect.Type) (decodeFunc, error) {
	n, size := t.Len(), t.Elem().Size()
	if n != w.len {
		return nil, mismatch(w, t)
	}
	elem, err := c.plan(w.elem, t.Elem())
	if err != nil {
		return nil, err
	}
	return func(d *decoder, p unsafe.Pointer) error { return d.elements(p, n, size, elem) }, nil
}
