package dyn

import (
	"reflect"
	"unsafe"
)

// A step leads from a value to an embedded field.
type step struct {
	index int
	deref bool // the value is a pointer
}

// A found method: the way to its receiver and what to call there.
type found struct {
	path  []step
	owner *typ // the named type that has it; for an interface field its type
	m     method
	// native is the method's name on a native or interface value, "" if m is a session's method.
	native string
}

// find looks for a method of t, promoted ones too, as Go does: the shallowest wins.
// Whether t is addressable is said by addr.
func (r *Registry) find(t *typ, name string) (found, bool) {
	type node struct {
		t    *typ
		path []step
	}
	level := []node{{t, nil}}
	seen := map[*typ]bool{}
	for len(level) > 0 {
		var next []node
		for _, n := range level {
			t, deref := n.t, false
			if t.kind == reflect.Pointer && t.native == nil && !t.named {
				t, deref = t.elem, true
			}
			if seen[t] {
				continue
			}
			seen[t] = true
			if f, ok := r.own(t, name); ok {
				f.path = n.path
				return f, true
			}
			u := r.under(t)
			if u.native != nil || u.kind != reflect.Struct {
				continue
			}
			for i, fd := range u.fields {
				if fd.embedded {
					path := append(append([]step(nil), n.path...), step{i, deref})
					next = append(next, node{fd.typ, path})
				}
			}
		}
		level = next
	}
	return found{}, false
}

// own looks among the methods that t itself has.
func (r *Registry) own(t *typ, name string) (found, bool) {
	r.mu.RLock()
	ms := t.methods
	r.mu.RUnlock()
	for _, m := range ms {
		if m.name == name {
			if t.kind == reflect.Interface {
				return found{owner: t, native: name}, true
			}
			return found{owner: t, m: m}, true
		}
	}
	if u := r.under(t); u != t && u.kind == reflect.Interface {
		return r.own(u, name)
	}
	if t.native != nil {
		rt := t.native
		if rt.Kind() != reflect.Interface && rt.Kind() != reflect.Pointer {
			rt = reflect.PointerTo(rt)
		}
		if _, ok := rt.MethodByName(name); ok {
			return found{owner: t, native: name}, true
		}
	}
	return found{}, false
}

// hasMethod says whether a value of type t has the method with this signature.
func (r *Registry) hasMethod(t *typ, name, sig string) bool {
	f, ok := r.find(t, name)
	if !ok {
		return false
	}
	// A pointer method needs a pointer on the way: t itself or an embedded one.
	addr := t.kind == reflect.Pointer && !t.named
	cur := t
	for _, s := range f.path {
		if cur.kind == reflect.Pointer && !cur.named {
			cur = cur.elem
		}
		cur = r.under(cur).fields[s.index].typ
		if cur.kind == reflect.Pointer && !cur.named {
			addr = true
		}
	}
	if f.native != "" {
		if f.owner.native == nil {
			for _, m := range r.under(f.owner).methods {
				if m.name == name {
					return m.sig == sig
				}
			}
			return false
		}
		rt := f.owner.native
		if addr && rt.Kind() != reflect.Interface && rt.Kind() != reflect.Pointer {
			rt = reflect.PointerTo(rt)
		}
		return r.nativeHas(rt, name, sig)
	}
	return f.m.sig == sig && (addr || !f.m.ptr)
}

// nativeHas says whether the native type has the method with the signature.
func (r *Registry) nativeHas(rt reflect.Type, name, sig string) bool {
	m, ok := rt.MethodByName(name)
	if !ok {
		return false
	}
	want := r.reflectType(r.parse("func" + sig))
	if want == nil {
		return false
	}
	got := m.Type
	if rt.Kind() == reflect.Interface {
		return got == want
	}
	if got.NumIn()-1 != want.NumIn() || got.NumOut() != want.NumOut() {
		return false
	}
	for i := range want.NumIn() {
		if got.In(i+1) != want.In(i) {
			return false
		}
	}
	for i := range want.NumOut() {
		if got.Out(i) != want.Out(i) {
			return false
		}
	}
	return true
}

// bound returns method name of the dynamic value x as a function of type ft.
func (r *Registry) bound(x any, name string, ft reflect.Type) reflect.Value {
	x = r.open(x)
	if x == nil {
		panic(nilDereference)
	}
	b, ok := x.(Box)
	if !ok {
		m := reflect.ValueOf(x).MethodByName(name)
		if !m.IsValid() {
			panic(runtimeError("no method " + name + " on " + r.typeName(x)))
		}
		return cast(m, ft)
	}
	return r.boundTo(r.parse(b.T), reflect.ValueOf(b.V), name, ft)
}

// boundTo finds the receiver of each call when that is made: a method of a value behind
// a pointer sees what the pointer leads to then, as Go's own methods of interfaces do.
func (r *Registry) boundTo(t *typ, v reflect.Value, name string, ft reflect.Type) reflect.Value {
	if _, ok := r.find(t, name); !ok {
		panic(runtimeError("no method " + name + " on " + r.show(t)))
	}
	return reflect.MakeFunc(ft, func(args []reflect.Value) []reflect.Value {
		f, ok := r.find(t, name) // it may have been redefined
		if !ok {
			panic(runtimeError("no method " + name + " on " + r.show(t)))
		}
		owner := v
		for _, s := range f.path {
			owner = deref(owner).Field(s.index)
		}
		if f.native != "" {
			return r.callNative(owner, name, args, ft)
		}
		recv := cast(r.receiver(f, owner), f.m.fn.Type().In(0))
		if !f.m.ptr { // the method has a copy
			c := reflect.New(recv.Type()).Elem()
			c.Set(recv)
			recv = c
		}
		return call(f.m.fn, append([]reflect.Value{recv}, args...), ft)
	})
}

// receiver is what a session's method takes: owner, its address or what it points to.
func (r *Registry) receiver(f found, owner reflect.Value) reflect.Value {
	isPointer := r.under(f.owner).kind == reflect.Pointer
	switch {
	case f.m.ptr && (owner.Kind() != reflect.Pointer || isPointer):
		return owner.Addr()
	case !f.m.ptr && owner.Kind() == reflect.Pointer && !isPointer:
		return deref(owner)
	}
	return owner
}

// deref is what v points to, v itself if it is no pointer.
func deref(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Pointer {
		return v
	}
	if v.IsNil() {
		panic(nilDereference)
	}
	return v.Elem()
}

// callNative calls a method of a native value, or of an embedded interface.
func (r *Registry) callNative(owner reflect.Value, name string, args []reflect.Value, ft reflect.Type) []reflect.Value {
	if owner.Kind() == reflect.Interface {
		return call(r.bound(owner.Interface(), name, ft), args, ft)
	}
	m := owner.MethodByName(name)
	if !m.IsValid() && owner.CanAddr() {
		m = owner.Addr().MethodByName(name)
	}
	return call(m, args, ft)
}

// call calls fn on behalf of a function of type ft.
func call(fn reflect.Value, args []reflect.Value, ft reflect.Type) []reflect.Value {
	t := fn.Type()
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = cast(a, t.In(i))
	}
	var out []reflect.Value
	if t.IsVariadic() {
		out = fn.CallSlice(in)
	} else {
		out = fn.Call(in)
	}
	for i := range out {
		out[i] = cast(out[i], ft.Out(i))
	}
	return out
}

// cast gives v the type t. The interpreter makes several reflect types for one
// recursive type of the user's; they have the same layout.
func cast(v reflect.Value, t reflect.Type) reflect.Value {
	if !v.IsValid() {
		return reflect.Zero(t)
	}
	if v.Type() == t {
		return v
	}
	if v.Type().AssignableTo(t) {
		c := reflect.New(t).Elem()
		c.Set(v)
		return c
	}
	if v.Kind() == reflect.Interface && t.Kind() != reflect.Interface {
		return cast(v.Elem(), t)
	}
	if v.Kind() == t.Kind() && v.Type().Size() == t.Size() && t.Kind() != reflect.Interface {
		c := reflect.New(v.Type())
		c.Elem().Set(v)
		return reflect.NewAt(t, unsafe.Pointer(c.Pointer())).Elem()
	}
	return v.Convert(t)
}
