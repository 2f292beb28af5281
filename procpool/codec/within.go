package codec

import (
	"reflect"
	"unsafe"
)

// Pointers may point into the middle of a value: those of container/list to the list's root, the one
// of strings.Builder to itself, a node's in a slice of nodes to its parent. So a struct whose
// parts refer to its like gets a number where it is within another value, as what a pointer
// points to does, and a pointer that comes later refers to that. One that came before has
// made a copy.

// pointsToItself tells whether t is a struct whose parts, as far as their types say, have pointers to such.
func (r *Registry) pointsToItself(t reflect.Type) bool {
	if known, ok := r.cyclic.Load(t); ok {
		return known.(bool)
	}
	kind, _ := r.classify(t)
	is := kind == wireStruct && r.reaches(t, reflect.PointerTo(t), map[reflect.Type]bool{})
	r.cyclic.Store(t, is)
	return is
}

// reaches tells whether a t can lead to a value of type to. seen are the types that were looked at.
func (r *Registry) reaches(t, to reflect.Type, seen map[reflect.Type]bool) bool {
	if t == to {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	switch kind, _ := r.classify(t); kind {
	case wirePtr, wireSlice, wireArray:
		return r.reaches(t.Elem(), to, seen)
	case wireMap:
		return r.reaches(t.Key(), to, seen) || r.reaches(t.Elem(), to, seen)
	case wireStruct:
		for _, f := range crossingFields(t) {
			if r.reaches(f.Type, to, seen) {
				return true
			}
		}
	}
	return false
}

// describeWithin is describe for an element or a field.
func (r *Registry) describeWithin(buf []byte, t reflect.Type, seen map[reflect.Type]int) []byte {
	if r.pointsToItself(t) {
		buf = append(buf, wireWithin)
	}
	return r.describe(buf, t, seen)
}

// compileWithin is compile for an element or a field.
func (r *Registry) compileWithin(t reflect.Type, making map[reflect.Type]*encodeFunc) encodeFunc {
	encode := r.compile(t, making)
	if !r.pointsToItself(t) {
		return encode
	}
	pointer := reflect.PointerTo(t)
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		e.place(p, pointer)
		return encode(e, p)
	}
}

// place gives what is at p a number.
func (e *encoder) place(p unsafe.Pointer, t reflect.Type) {
	if e.refs == nil {
		e.refs = map[ref]uint64{}
	}
	if _, ok := e.refs[ref{p, t}]; !ok {
		e.refs[ref{p, t}] = e.places
	}
	e.places++
}

// within reads what a pointer may point to.
func (c *planner) within(w *wireType, t reflect.Type) (decodeFunc, error) {
	decode, err := c.plan(w.elem, t)
	if err != nil {
		return nil, err
	}
	return func(d *decoder, p unsafe.Pointer) error {
		if err := d.spend(1, unsafe.Sizeof(reflect.Value{})); err != nil {
			return err
		}
		d.refs = append(d.refs, reflect.NewAt(t, p))
		return decode(d, p)
	}, nil
}
