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
	natural, err := d.r.goType(w, nil)
	if err != nil {
		return err
	}
	if !natural.AssignableTo(t) {
		return decodeErrorf("%s, which is not known here as a %s", w, t)
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

// goType returns the type that w describes: the registered one of its name, or one
// made of its structure. above are the descriptions being made.
func (r *Registry) goType(w *wireType, above []*wireType) (reflect.Type, error) {
	for _, a := range above {
		if a == w {
			return nil, decodeErrorf("%s contains itself and is not known here", w)
		}
	}
	above = append(above, w)
	switch w.kind {
	case wireNamed, wireOwn:
		r.mu.RLock()
		t := r.types[w.name]
		r.mu.RUnlock()
		if t == nil && r.find != nil {
			t = r.find(w.name)
		}
		if t != nil {
			return t, nil
		}
		if w.kind == wireOwn {
			if t := standardOwn(w.name); t != nil {
				return t, nil
			}
			return nil, decodeErrorf("%s is not known here", w)
		}
		return r.goType(w.elem, above)
	case wireHandle:
		r.mu.RLock()
		h := r.byName[w.name]
		r.mu.RUnlock()
		if h == nil {
			return nil, decodeErrorf("handle %s is not known here", w.name)
		}
		return h.Type, nil
	case wireIface:
		return reflect.TypeFor[any](), nil
	case wireTime:
		return timeType, nil
	case wireNil, wireZero:
		return reflect.TypeFor[struct{}](), nil
	case wireStruct:
		return r.structType(w, above)
	case wireMap:
		return r.mapType(w, above)
	case wireSlice, wirePtr, wireArray:
		elem, err := r.goType(w.elem, above)
		if err != nil {
			return nil, err
		}
		return composite(w, elem), nil
	}
	return basicTypes[reflect.Kind(w.kind)], nil
}

func composite(w *wireType, elem reflect.Type) reflect.Type {
	switch w.kind {
	case wireSlice:
		return reflect.SliceOf(elem)
	case wirePtr:
		return reflect.PointerTo(elem)
	}
	return reflect.ArrayOf(w.len, elem)
}

func (r *Registry) mapType(w *wireType, above []*wireType) (reflect.Type, error) {
	key, err := r.goType(w.key, above)
	if err != nil {
		return nil, err
	}
	elem, err := r.goType(w.elem, above)
	if err != nil {
		return nil, err
	}
	if !key.Comparable() {
		return nil, decodeErrorf("map with keys of type %s", key)
	}
	return reflect.MapOf(key, elem), nil
}

func (r *Registry) structType(w *wireType, above []*wireType) (reflect.Type, error) {
	fields := make([]reflect.StructField, len(w.fields))
	for i, f := range w.fields {
		t, err := r.goType(f.typ, above)
		if err != nil {
			return nil, err
		}
		fields[i] = reflect.StructField{Name: f.name, Type: t, Tag: reflect.StructTag(f.tag)}
		if c := f.name; c == "" || !(c[0] >= 'A' && c[0] <= 'Z') {
			fields[i].PkgPath = "main"
		}
	}
	return reflect.StructOf(fields), nil
}
