package codec

import (
	"errors"
	"reflect"
	"slices"
)

// goType returns the very type that w describes: what has a name is found by it, the rest is
// built of such. It is an error if this process has no such type, never another type of
// the same structure.
func (r *Registry) goType(w *wireType) (reflect.Type, error) {
	if t := w.plans.natural(); t != nil {
		return t, nil
	}
	t, err := (&maker{r: r}).goType(w)
	if err == nil {
		w.plans.setNatural(t)
	}
	return t, err
}

// naturalType is goType, but for what is read only to be dropped.
func (d *decoder) naturalType(w *wireType) (reflect.Type, error) {
	if d.dropping > 0 {
		return d.r.anyType(w)
	}
	return d.r.goType(w)
}

// anyType returns some type that what w describes can be read into.
func (r *Registry) anyType(w *wireType) (reflect.Type, error) {
	return (&maker{r: r, lax: true}).goType(w)
}

// A maker makes the type of a description.
type maker struct {
	r     *Registry
	lax   bool        // where there is no such type, one of its structure will do
	above []*wireType // those being made
}

func (m *maker) goType(w *wireType) (reflect.Type, error) {
	if slices.Contains(m.above, w) {
		return nil, decodeErrorf("%s contains itself and has no name", w)
	}
	m.above = append(m.above, w)
	defer func() { m.above = m.above[:len(m.above)-1] }()
	switch w.kind {
	case wireNamed:
		return m.named(w)
	case wireWithin:
		return m.goType(w.elem)
	case wireHandle:
		return m.r.handleType(w)
	case wireIface:
		return reflect.TypeFor[any](), nil
	case wireTime:
		return timeType, nil
	case wireFunc:
		return m.functionType(w)
	case wireStruct:
		return m.structType(w)
	case wireMap:
		return m.mapType(w)
	case wireSlice, wirePtr, wireArray:
		elem, err := m.goType(w.elem)
		if err != nil {
			return nil, err
		}
		return composite(w, elem), nil
	}
	if t := basicTypes[reflect.Kind(w.kind)]; t != nil {
		return t, nil
	}
	return m.placeholder(w)
}

func (m *maker) named(w *wireType) (reflect.Type, error) {
	t := m.r.find(w.name)
	switch {
	case t != nil:
		return t, nil
	case m.lax:
		return m.goType(w.elem)
	}
	return nil, unknown(w)
}

func unknown(w *wireType) error {
	return decodeErrorf("the type %s (%s) is not known here: the program that gets it must use it, or call procpool.RegisterType(*new(%s))", w, w.name.full, w)
}

// placeholder stands for what holds nothing.
func (m *maker) placeholder(w *wireType) (reflect.Type, error) {
	if !m.lax {
		return nil, decodeErrorf("%s has no name by which it could be found", w)
	}
	if w.kind == wireAsks {
		return reflect.TypeFor[any](), nil
	}
	return reflect.TypeFor[struct{}](), nil
}

func (r *Registry) handleType(w *wireType) (reflect.Type, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if h := r.byName[w.handle]; h != nil {
		return h.Type, nil
	}
	return nil, decodeErrorf("handle %s is not known here", w.handle)
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

func (m *maker) mapType(w *wireType) (reflect.Type, error) {
	key, err := m.goType(w.key)
	if err != nil {
		return nil, err
	}
	elem, err := m.goType(w.elem)
	if err != nil {
		return nil, err
	}
	if !key.Comparable() {
		return nil, decodeErrorf("map with keys of type %s", key)
	}
	return reflect.MapOf(key, elem), nil
}

func (m *maker) structType(w *wireType) (reflect.Type, error) {
	fields := make([]reflect.StructField, len(w.fields))
	for i, f := range w.fields {
		t, err := m.goType(f.typ)
		if err != nil {
			return nil, err
		}
		fields[i] = reflect.StructField{Name: f.name, PkgPath: f.pkg, Type: t, Tag: reflect.StructTag(f.tag), Anonymous: f.embedded}
		if m.lax { // the structure of a type with a name may not be one of a type without
			fields[i].Anonymous = false
			if c := f.name; c == "" || !(c[0] >= 'A' && c[0] <= 'Z') {
				fields[i].PkgPath = "main"
			}
		}
	}
	return reflect.StructOf(fields), nil
}

// lost tells why another process would not find t by its plan's description, which does not lead
// back to t in this one either; nil if it does.
func (r *Registry) lost(t reflect.Type, plan *encodePlan) (err error) {
	if plan.found.Load() {
		return nil
	}
	defer func() {
		if x := recover(); x != nil { // reflect cannot build all structs
			err = errNoName
		}
	}()
	w, err := r.parse(plan.description)
	if err != nil {
		return err
	}
	back, err := r.goType(w)
	var problem *DecodeError
	switch {
	case errors.As(err, &problem):
		return errors.New(problem.Reason)
	case back != t:
		return errNoName
	}
	plan.found.Store(true)
	return nil
}

var errNoName = errors.New("in an interface it would arrive as another type: give the type a name")
