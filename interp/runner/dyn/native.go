package dyn

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// errBox is an error of a session's type, for native code. What the type lacks
// answers as a missing method would.
type errBox struct{ Box }

func (e errBox) Error() string              { return callString(e.Box, "Error") }
func (e errBox) Format(s fmt.State, v rune) { e.Box.Format(s, v) }

func (e errBox) Unwrap() error {
	if e.types.hasMethod(e.types.parse(e.T), "Unwrap", "()(error)") {
		var f func() error
		e.types.bind(e.Box, "Unwrap", &f)
		return f()
	}
	return nil
}

func (e errBox) Is(target error) bool {
	if e.types.hasMethod(e.types.parse(e.T), "Is", "(error)(bool)") {
		var f func(error) bool
		e.types.bind(e.Box, "Is", &f)
		return f(target)
	}
	return false
}

// listBox is an errBox whose Unwrap returns several errors.
type listBox struct{ Box }

func (e listBox) Error() string              { return callString(e.Box, "Error") }
func (e listBox) Format(s fmt.State, v rune) { e.Box.Format(s, v) }
func (e listBox) Is(target error) bool       { return errBox(e).Is(target) }

func (e listBox) Unwrap() []error {
	var f func() []error
	e.types.bind(e.Box, "Unwrap", &f)
	return f()
}

// strBox is a fmt.Stringer of a session's type.
type strBox struct{ Box }

func (s strBox) String() string             { return callString(s.Box, "String") }
func (s strBox) Format(f fmt.State, v rune) { s.Box.Format(f, v) }

func callString(b Box, method string) string {
	var f func() string
	b.types.bind(b, method, &f)
	return f()
}

// bind sets the function variable that p points to to a method of x.
func (r *Registry) bind(x any, name string, p any) {
	dst := reflect.ValueOf(p).Elem()
	dst.Set(r.bound(x, name, dst.Type()))
}

// to stores x into the native interface variable that p points to. That x
// implements it has been checked.
func (r *Registry) to(x any, text string, p any) {
	dst := reflect.ValueOf(p).Elem()
	x = r.open(x)
	b, ok := x.(Box)
	switch {
	case x == nil:
		dst.SetZero()
	case !ok:
		dst.Set(reflect.ValueOf(x))
	default:
		dst.Set(r.wrap(b, text, dst.Type()))
	}
}

func (r *Registry) wrap(b Box, text string, it reflect.Type) reflect.Value {
	switch text {
	case "error":
		if r.hasMethod(r.parse(b.T), "Unwrap", "()([]error)") {
			return reflect.ValueOf(listBox{b})
		}
		return reflect.ValueOf(errBox{b})
	case "fmt۰.Stringer":
		return reflect.ValueOf(strBox{b})
	}
	alias, name, _ := strings.Cut(text, ".")
	wt := r.lookup(alias, "_"+name)
	if wt == nil {
		panic(runtimeError("a " + r.typeName(b) + " cannot become a " + strings.ReplaceAll(text, "۰", "") + " here"))
	}
	r.mu.Lock()
	r.wrappers[wt] = true
	r.mu.Unlock()
	w := reflect.New(wt).Elem()
	w.Field(0).Set(reflect.ValueOf(b))
	for i := 1; i < wt.NumField(); i++ {
		m := strings.TrimPrefix(wt.Field(i).Name, "W")
		if wt.Field(i).Type.Kind() == reflect.Func && r.hasAny(b, m) {
			w.Field(i).Set(r.bound(b, m, wt.Field(i).Type))
		}
	}
	return w
}

func (r *Registry) hasAny(b Box, m string) bool {
	_, ok := r.find(r.parse(b.T), m)
	return ok
}

func (r *Registry) isWrapper(t reflect.Type) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.wrappers[t]
}

// as is errors.As for a target of a session's type (or any other).
func (r *Registry) as(err error, text string, p any) bool {
	for err != nil {
		if r.is(err, text) {
			return r.unbox(err, text, p)
		}
		if b, ok := r.open(err).(Box); ok && r.hasMethod(r.parse(b.T), "As", "(any)(bool)") {
			var f func(any) bool
			r.bind(b, "As", &f)
			if f(r.box("*"+text, p)) {
				return true
			}
		}
		if x, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range x.Unwrap() {
				if e != nil && r.as(e, text, p) {
					return true
				}
			}
			return false
		}
		err = errors.Unwrap(err)
	}
	return false
}
