package bridge

import (
	"fmt"
	"reflect"
	"runtime"
)

// checks are what texts call before they do what may panic: the interpreter panics too, with
// texts of package reflect. These do in compiled code what panics there, so the panic is Go's.
func checks() map[string]any {
	return map[string]any{
		"Nil":       notNil,
		"None":      notNone,
		"Index":     func(i, n int) { _ = make([]struct{}, n)[i] },
		"Slice":     func(c, i, j int) { _ = make([]struct{}, c)[i:j] },
		"SliceFrom": func(n, i int) { _ = make([]struct{}, n)[i:] },
		"Slice3":    func(c, i, j, k int) { _ = make([]struct{}, c)[i:j:k] },
		"Substring": func(s string, i, j int) string { return s[i:j] },
		"Suffix":    func(s string, i int) string { return s[i:] },
		"Shift":     func(n int) { _ = uint(1) << n },
		"Make":      func(n, c int) { _ = make([]struct{}, n, c) },
		"Assert":    notOf,
		"Field":     field,
		"Copy":      copied,
	}
}

// notNil panics if p, a pointer or a function, is nil.
func notNil(p any) {
	if reflect.ValueOf(p).IsNil() {
		dereference()
	}
}

// notNone panics if there is nothing in the interface p.
func notNone(p any) {
	if p == nil {
		dereference()
	}
}

func dereference() {
	var none *int
	*none = 0
}

// notOf panics as x.(T) does for an x of an interface type that has none of T in it. From
// is a pointer to the interface type, and to is a *T.
func notOf(x, from, to any) {
	is := "nil"
	if x != nil {
		is = reflect.TypeOf(x).String()
	}
	panic(conversion(fmt.Sprintf("%s is %s, not %s", reflect.TypeOf(from).Elem(), is, reflect.TypeOf(to).Elem())))
}

// A conversion is the runtime's error of a type assertion.
type conversion string

var _ runtime.Error = conversion("")

func (c conversion) Error() string { return "interface conversion: " + string(c) }
func (conversion) RuntimeError()   {}

// field returns a pointer to the i-th field of the struct that p points to, also to one
// that is not exported.
func field(p any, i int) any {
	f := reflect.ValueOf(p).Elem().Field(i)
	return reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Interface()
}

// copied returns a pointer to a copy of v.
func copied(v any) any {
	p := reflect.New(reflect.TypeOf(v))
	p.Elem().Set(reflect.ValueOf(v))
	return p.Interface()
}
