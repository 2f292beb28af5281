package runner

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// actors know the methods of the states of procpool's actors.
type actors struct {
	interp  *interpreter
	natives *natives
}

// methods finds the methods of an actor's state: those that an interpreted type has here, and
// those of a compiled one, also unexported ones.
func (a actors) methods(state any, result string) map[string]reflect.Value {
	if ms := a.interp.types.Methods(state, result); ms != nil {
		return ms
	}
	v := reflect.ValueOf(value(state))
	if v.Kind() != reflect.Pointer { // its methods may change it
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		v = p
	}
	ms := map[string]reflect.Value{}
	for i := range v.NumMethod() {
		ms[v.Type().Method(i).Name] = v.Method(i)
	}
	a.natives.unexported(v, ms)
	return ms
}

// unexported adds the unexported methods of what p points to, and of what is embedded there. Reflect
// does not show them; their package has them as functions.
func (n *natives) unexported(p reflect.Value, ms map[string]reflect.Value) {
	t := p.Type().Elem()
	for name, f := range n.methodsOf(t) {
		if _, ok := ms[name]; !ok {
			ms[name] = bound(f, p)
		}
	}
	if t.Kind() != reflect.Struct || p.IsNil() {
		return
	}
	for i := range t.NumField() {
		if !t.Field(i).Anonymous {
			continue
		}
		f := p.Elem().Field(i)
		f = reflect.NewAt(f.Type(), f.Addr().UnsafePointer()) // its name may be unexported
		switch {
		case f.Elem().Kind() != reflect.Pointer:
			n.unexported(f, ms)
		case !f.Elem().IsNil():
			n.unexported(f.Elem(), ms)
		}
	}
}

// methodsOf are the methods that a compiled cell has told of as functions of t.
func (n *natives) methodsOf(t reflect.Type) map[string]reflect.Value {
	n.mu.Lock()
	defer n.mu.Unlock()
	ms := map[string]reflect.Value{}
	for declared, is := range n.types {
		if is != t || t.Kind() == reflect.Interface {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(n.funcs)) { // a later declaration has the longer name
			if method, ok := strings.CutPrefix(name, declared+"."); ok {
				ms[userName(method)] = n.funcs[name]
			}
		}
	}
	return ms
}

// bound is a method of what p points to.
func bound(method, p reflect.Value) reflect.Value {
	if method.Type().In(0).Kind() != reflect.Pointer {
		p = p.Elem()
	}
	t := method.Type()
	signature := reflect.FuncOf(slices.Collect(t.Ins())[1:], slices.Collect(t.Outs()), t.IsVariadic())
	return reflect.MakeFunc(signature, func(args []reflect.Value) []reflect.Value {
		all := append([]reflect.Value{p}, args...)
		if t.IsVariadic() {
			return method.CallSlice(all)
		}
		return method.Call(all)
	})
}
