package codec

import (
	"context"
	"fmt"
	"reflect"
	"unsafe"
)

func structEncoder(t reflect.Type, r *Registry, making map[reflect.Type]*encodeFunc) encodeFunc {
	type field struct {
		offset uintptr
		encode encodeFunc
		name   string
	}
	var fields []field
	for _, f := range crossingFields(t) {
		fields = append(fields, field{f.Offset, r.compileWithin(f.Type, making), "." + plainName(f.Name)})
	}
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		for i := range fields {
			f := &fields[i]
			if err := f.encode(e, unsafe.Add(p, f.offset)); err != nil {
				return err.at(f.name)
			}
		}
		return nil
	}
}

// seen writes a reference if p was written before. Else it writes that p follows.
func (e *encoder) seen(p unsafe.Pointer, t reflect.Type) bool {
	if e.refs == nil {
		e.refs = map[ref]uint64{}
	}
	if n, ok := e.refs[ref{p, t}]; ok {
		e.buf = append(e.buf, 2)
		e.uvarint(n)
		return true
	}
	e.refs[ref{p, t}] = e.places
	e.places++
	e.buf = append(e.buf, 1)
	return false
}

func pointerEncoder(t reflect.Type, elem encodeFunc) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		target := *(*unsafe.Pointer)(p)
		if target == nil {
			e.buf = append(e.buf, 0)
			return nil
		}
		if e.seen(target, t) {
			return nil
		}
		if e.depth++; e.depth > maxValueDepth {
			return tooDeep(t.String())
		}
		err := elem(e, target)
		e.depth--
		return err
	}
}

func mapEncoder(t reflect.Type, key, elem encodeFunc) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		m := reflect.NewAt(t, p).Elem()
		if m.IsNil() {
			e.buf = append(e.buf, 0)
			return nil
		}
		if e.seen(m.UnsafePointer(), t) {
			return nil
		}
		if e.depth++; e.depth > maxValueDepth {
			return tooDeep(t.String())
		}
		defer func() { e.depth-- }()
		e.uvarint(uint64(m.Len()))
		k, v := reflect.New(t.Key()), reflect.New(t.Elem())
		for entry := m.MapRange(); entry.Next(); {
			k.Elem().SetIterKey(entry)
			v.Elem().SetIterValue(entry)
			if err := key(e, k.UnsafePointer()); err != nil {
				return err.at(" key ")
			}
			if err := elem(e, v.UnsafePointer()); err != nil {
				return err.at(fmt.Sprintf("[%#v]", k.Elem()))
			}
		}
		return nil
	}
}

// The marks of an interface's content.
const (
	dynNil   = 0
	dynNew   = 1 // description and value
	dynKnown = 2 // number of a description and value
	dynError = 3 // an error record
)

func interfaceEncoder(t reflect.Type) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		v := reflect.NewAt(t, p).Elem().Elem()
		if !v.IsValid() {
			e.buf = append(e.buf, dynNil)
			return nil
		}
		if e.depth++; e.depth > maxValueDepth {
			return tooDeep(t.String())
		}
		defer func() { e.depth-- }()
		switch x := v.Interface().(type) {
		case error:
			e.buf = append(e.buf, dynError)
			e.error(x, 0)
			return nil
		case context.Context:
			return &EncodeError{Type: v.Type().String()}
		}
		plan := e.r.encoder(v.Type())
		if err := e.r.lost(v.Type(), plan); err != nil {
			if problem := plan.encode(e, pointerTo(v)); problem != nil {
				return problem // which says more
			}
			return &EncodeError{Type: v.Type().String(), Err: err}
		}
		if n, ok := e.dynamic[v.Type()]; ok {
			e.buf = append(e.buf, dynKnown)
			e.uvarint(uint64(n))
		} else {
			if e.dynamic == nil {
				e.dynamic = map[reflect.Type]int{}
			}
			e.dynamic[v.Type()] = len(e.dynamic)
			e.buf = append(append(e.buf, dynNew), plan.header...)
		}
		return plan.encode(e, pointerTo(v))
	}
}
