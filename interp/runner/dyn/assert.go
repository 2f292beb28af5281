package dyn

import (
	"reflect"
	"strings"
)

// is says whether the dynamic value x has type t, or implements it.
func (r *Registry) is(x any, text string) bool {
	x = r.open(x)
	if text == "nil" {
		return x == nil
	}
	if x == nil {
		return false
	}
	b, isBox := x.(Box)
	if isBox && b.T == text {
		return true
	}
	t := r.parse(text)
	if t.native != nil && t.native.Kind() != reflect.Interface {
		return !isBox && reflect.TypeOf(x) == t.native
	}
	ms, ok := r.interfaceMethods(t)
	if !ok {
		return !isBox && r.pure(t) && reflect.TypeOf(x) == r.reflectType(t)
	}
	return r.missing(x, ms) == ""
}

// pure says whether the interpreter holds values of t under their real type: values of
// other types are in boxes.
func (r *Registry) pure(t *typ) bool {
	if t.native != nil || t.named {
		return t.native != nil
	}
	for _, e := range append(append([]*typ{t.elem, t.key}, t.in...), t.out...) {
		if e != nil && !r.pure(e) {
			return false
		}
	}
	return len(t.fields) == 0 && len(t.methods) == 0
}

// interfaceMethods returns the methods that t asks for, if it is an interface.
func (r *Registry) interfaceMethods(t *typ) ([]method, bool) {
	if t.native != nil {
		if t.native.Kind() != reflect.Interface {
			return nil, false
		}
		var ms []method
		for i := range t.native.NumMethod() {
			ms = append(ms, method{name: t.native.Method(i).Name, fn: reflect.Zero(t.native.Method(i).Type)})
		}
		return ms, true
	}
	u := r.under(t)
	if u.kind != reflect.Interface {
		return nil, false
	}
	return u.methods, true
}

// missing names the first method that x lacks, "" if none.
func (r *Registry) missing(x any, ms []method) string {
	b, isBox := x.(Box)
	for _, m := range ms {
		sig := m.sig
		if sig == "" {
			sig = nativeSig(m.fn.Type())
		}
		switch {
		case isBox && !r.hasMethod(r.parse(b.T), m.name, sig):
			return m.name
		case !isBox && m.sig == "":
			if _, ok := reflect.TypeOf(x).MethodByName(m.name); !ok {
				return m.name
			}
		case !isBox && !r.nativeHas(reflect.TypeOf(x), m.name, sig):
			return m.name
		}
	}
	return ""
}

// nativeSig writes the signature of a native method as package interpreted would.
func nativeSig(t reflect.Type) string {
	var in, out []string
	for i := range t.NumIn() {
		s := nativeText(t.In(i))
		if t.IsVariadic() && i == t.NumIn()-1 {
			s = "..." + strings.TrimPrefix(s, "[]")
		}
		in = append(in, s)
	}
	for i := range t.NumOut() {
		out = append(out, nativeText(t.Out(i)))
	}
	s := "(" + strings.Join(in, ",") + ")"
	if len(out) > 0 {
		s += "(" + strings.Join(out, ",") + ")"
	}
	return s
}

func nativeText(t reflect.Type) string {
	if t.Name() != "" {
		if t.PkgPath() == "" {
			return t.Name()
		}
		return aliasReplacer.Replace(t.PkgPath()) + "۰." + t.Name()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + nativeText(t.Elem())
	case reflect.Slice:
		return "[]" + nativeText(t.Elem())
	case reflect.Map:
		return "map[" + nativeText(t.Key()) + "]" + nativeText(t.Elem())
	case reflect.Func:
		return "func" + nativeSig(t)
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return "any"
		}
	}
	return t.String()
}

// unbox stores the value of x into the variable that p points to, if x has type t.
func (r *Registry) unbox(x any, text string, p any) bool {
	if !r.is(x, text) {
		return false
	}
	x = r.open(x)
	dst := reflect.ValueOf(p).Elem()
	t := r.parse(text)
	if _, ok := r.interfaceMethods(t); ok {
		if t.native != nil && t.native.NumMethod() > 0 {
			r.to(x, text, p)
		} else {
			dst.Set(reflect.ValueOf(x))
		}
		return true
	}
	if b, ok := x.(Box); ok {
		x = b.V
	}
	dst.Set(cast(reflect.ValueOf(x), dst.Type()))
	return true
}

// mustUnbox is unbox for x.(T) with one result; static is the type of x.
func (r *Registry) mustUnbox(x any, static, text string, p any) {
	if r.unbox(x, text, p) {
		return
	}
	t := r.parse(text)
	ms, iface := r.interfaceMethods(t)
	x = r.open(x)
	st, want := r.typeString(static), r.show(t)
	switch {
	case x == nil && iface:
		panic(assertionError("interface conversion: interface is nil, not " + want))
	case x == nil:
		panic(assertionError("interface conversion: " + st + " is nil, not " + want))
	case iface:
		panic(assertionError("interface conversion: " + r.typeName(x) + " is not " + want + ": missing method " + r.missing(x, ms)))
	}
	panic(assertionError("interface conversion: " + st + " is " + r.typeName(x) + ", not " + want))
}

// which returns the index of the first case that x fits, -1 if none. A case lists
// types separated by a vertical bar.
func (r *Registry) which(x any, cases ...string) int {
	for i, c := range cases {
		for _, t := range strings.Split(c, "|") {
			if r.is(x, t) {
				return i
			}
		}
	}
	return -1
}
