package dyn

import (
	"fmt"
	"reflect"
)

// A Box is a value of a session's type inside an interface. Two boxes are equal
// exactly if the Go values would be, so == and map keys need no help.
type Box struct {
	T string // the type's canonical text, e.g. "*Point"
	V any    // the value as the interpreter holds it

	// types is the registry that knows T; all boxes of a process share it.
	types *Registry
}

// Box makes a Box of v, whose static type is t.
func (r *Registry) box(t string, v any) any {
	if _, seen := r.boxed.Load(t); !seen {
		r.boxed.Store(t, true)
	}
	return Box{T: t, V: r.plain(t, v), types: r}
}

// plain is v without the interpreter's own wrapping.
func (r *Registry) plain(t string, v any) any {
	if p, ok := v.(reflect.Value); ok && p.IsValid() {
		return p.Interface()
	}
	if v == nil { // a nil pointer or map can arrive without its type
		if rt := r.reflectType(r.parse(t)); rt != nil {
			return reflect.Zero(rt).Interface()
		}
	}
	return v
}

// A boxed is an interface value that native code sees in place of a Box.
type boxed interface{ box() Box }

func (b Box) box() Box { return b }

// Selectable is what procpool.Select looks at.
func (b Box) Selectable() any { return b.V }

// open returns the dynamic value of x: a Box for session types, never a wrapper.
func (r *Registry) open(x any) any {
	switch x := x.(type) {
	case nil, string, int, float64, bool, Box:
		return x
	case boxed:
		return x.box()
	}
	v := reflect.ValueOf(x)
	if v.Kind() == reflect.Pointer && !v.IsNil() && r.isWrapper(v.Type().Elem()) {
		v = v.Elem()
	}
	if r.isWrapper(v.Type()) {
		return r.open(v.Field(0).Interface())
	}
	return x
}

// equal is == of two interface values.
func (r *Registry) equal(a, b any) bool {
	a, b = r.open(a), r.open(b)
	x, ok := a.(Box)
	y, ok2 := b.(Box)
	if !ok || !ok2 {
		return a == b
	}
	if x.T != y.T {
		return false
	}
	if x.V != nil && !reflect.TypeOf(x.V).Comparable() {
		panic(runtimeError("comparing uncomparable type " + r.typeString(x.T)))
	}
	return x.V == y.V
}

// A runtimeError is a runtime.Error that this package reports itself.
type runtimeError string

func (e runtimeError) Error() string { return "runtime error: " + string(e) }
func (runtimeError) RuntimeError()   {}

// A plainError is a runtime.Error whose text says no "runtime error".
type plainError string

func (e plainError) Error() string { return string(e) }
func (plainError) RuntimeError()   {}

// An assertionError stands for *runtime.TypeAssertionError.
type assertionError string

func (e assertionError) Error() string { return string(e) }
func (assertionError) RuntimeError()   {}

// typeName is what %T says of x.
func (r *Registry) typeName(x any) string {
	x = r.open(x)
	if b, ok := x.(Box); ok {
		return r.typeString(b.T)
	}
	return fmt.Sprintf("%T", x)
}
