package dyn

import (
	"reflect"

	"github.com/parago/parago/procpool/embed"
)

// makes says what type a function returns that is to make an actor's state. The actor's
// process needs the type and its methods.
func (r *Registry) makes(t string, f *embed.Func) *embed.Func {
	r.boxed.Store(t, true)
	f.Result = t
	return f
}

// Methods returns the methods of a value of a session's type, by name: x is a Box, or a
// value whose type is what text says. They take arguments as the interpreter has them, and return
// values of a session's type in a Box. It returns nil for values of other types.
func (r *Registry) Methods(x any, text string) map[string]reflect.Value {
	if b, ok := r.open(x).(Box); ok {
		x, text = b.V, b.T
	}
	if text == "" {
		return nil
	}
	t, v := r.parse(text), reflect.ValueOf(x)
	if t.kind != reflect.Pointer || t.named { // its methods may change it
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		t, v = r.parse("*"+text), p
	}
	all := map[string]reflect.Value{}
	for _, name := range r.methodNames(t) {
		f, ok := r.find(t, name)
		if !ok {
			continue
		}
		if f.native != "" {
			if m, ok := r.nativeMethod(f, name); ok {
				all[name] = r.boundTo(t, v, name, m)
			}
			continue
		}
		all[name] = r.boxing(r.boundTo(t, v, name, withoutReceiver(f.m.fn.Type())), r.parse("func"+f.m.sig))
	}
	return all
}

// methodNames lists the methods that t may have, promoted ones too.
func (r *Registry) methodNames(t *typ) (names []string) {
	seen := map[*typ]bool{}
	var visit func(t *typ)
	visit = func(t *typ) {
		if t.kind == reflect.Pointer && t.native == nil && !t.named {
			t = t.elem
		}
		if seen[t] {
			return
		}
		seen[t] = true
		u := r.under(t)
		r.mu.RLock()
		for _, m := range append(t.methods[:len(t.methods):len(t.methods)], u.methods...) {
			names = append(names, m.name)
		}
		r.mu.RUnlock()
		if t.native != nil {
			rt := t.native
			if rt.Kind() != reflect.Interface && rt.Kind() != reflect.Pointer {
				rt = reflect.PointerTo(rt)
			}
			for i := range rt.NumMethod() {
				names = append(names, rt.Method(i).Name)
			}
			return
		}
		for _, f := range u.fields {
			if f.embedded {
				visit(f.typ)
			}
		}
	}
	visit(t)
	return names
}

// nativeMethod returns the type of a method that is promoted from a native value.
func (r *Registry) nativeMethod(f found, name string) (reflect.Type, bool) {
	rt := f.owner.native
	if rt == nil {
		return nil, false
	}
	if rt.Kind() == reflect.Interface {
		m, ok := rt.MethodByName(name)
		return m.Type, ok
	}
	if rt.Kind() != reflect.Pointer {
		rt = reflect.PointerTo(rt)
	}
	m, ok := rt.MethodByName(name)
	if !ok {
		return nil, false
	}
	return withoutReceiver(m.Type), true
}

// withoutReceiver is the type of a method value.
func withoutReceiver(t reflect.Type) reflect.Type {
	var in, out []reflect.Type
	for i := 1; i < t.NumIn(); i++ {
		in = append(in, t.In(i))
	}
	for i := range t.NumOut() {
		out = append(out, t.Out(i))
	}
	return reflect.FuncOf(in, out, t.IsVariadic())
}

// boxing is fn with results that know their type, as sig has it.
func (r *Registry) boxing(fn reflect.Value, sig *typ) reflect.Value {
	t := fn.Type()
	var in, out []reflect.Type
	for i := range t.NumIn() {
		in = append(in, t.In(i))
	}
	plain := true
	for i := range t.NumOut() {
		o := t.Out(i)
		if i < len(sig.out) && o.Kind() != reflect.Interface && !r.pure(sig.out[i]) {
			o, plain = basics["any"], false
		}
		out = append(out, o)
	}
	if plain {
		return fn
	}
	return reflect.MakeFunc(reflect.FuncOf(in, out, t.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		var results []reflect.Value
		if t.IsVariadic() {
			results = fn.CallSlice(args)
		} else {
			results = fn.Call(args)
		}
		for i, v := range results {
			if v.Type() != out[i] {
				b := reflect.New(out[i]).Elem()
				b.Set(reflect.ValueOf(r.box(sig.out[i].text, v.Interface())))
				results[i] = b
			}
		}
		return results
	})
}
