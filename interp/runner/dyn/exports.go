package dyn

import (
	"reflect"

	"github.com/traefik/yaegi/interp"
)

// Exports is the Registry as symbols for the interpreter, under import path p. Lowered text
// calls them as package parago۰; package interpreted says what each is for.
func (r *Registry) Exports(p string) interp.Exports {
	key := p + "/" + p[lastSlash(p)+1:]
	sym := map[string]reflect.Value{"Defers": reflect.ValueOf((*Defers)(nil))}
	for name, f := range map[string]any{
		"Define":    r.define,
		"Method":    r.method,
		"Box":       r.box,
		"Open":      r.open,
		"Equal":     r.equal,
		"Is":        r.is,
		"Unbox":     r.unbox,
		"MustUnbox": r.mustUnbox,
		"Case":      r.which,
		"Bind":      r.bind,
		"To":        r.to,
		"As":        r.as,
		"Scope":     r.scope,
		"Recover":   r.recover,
		"Panic":     func(v any) { panic(v) },
		"Index":     index,
		"Low":       low,
		"Low3":      low3,
		"Make":      size,
		"Ended":     ended,
		"Go":        r.start,
		"Guarded":   r.guarded,
		"Rune":      decode,
		"Clear":     empty,
		"Print":     print,
		"Println":   println,
		"Sprintf":   r.sprintf,
		"Errorf":    r.errorf,
		"TypeName":  r.typeName,
		"Bare":      r.bare,
		"Raw":       raw,
		"Rebox":     r.rebox,
		"Shadow":    r.shadowPointer,
		"Makes":     r.makes,
		"Pointer":   pointer,
		"PointTo":   pointTo,
		"Address":   address,
	} {
		sym[name] = reflect.ValueOf(f)
	}
	return interp.Exports{key: sym}
}

func lastSlash(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' {
			return i
		}
	}
	return -1
}

// bare is x without its Box, for native functions that look at a value's shape
// and not at its type, such as sort.Slice, and for values that cross processes.
func (r *Registry) bare(x any) any {
	if b, ok := r.open(x).(Box); ok {
		return b.V
	}
	return x
}

// raw stores x into the variable that p points to, if the variable can hold it.
func raw(x any, p any) bool {
	dst := reflect.ValueOf(p).Elem()
	v := reflect.ValueOf(x)
	if !v.IsValid() {
		return dst.Kind() == reflect.Interface
	}
	if v.Kind() != dst.Kind() && dst.Kind() != reflect.Interface {
		return false
	}
	dst.Set(cast(v, dst.Type()))
	return true
}

// rebox puts a value that came from another process into its Box again.
func (r *Registry) rebox(t string, x any) any {
	if x == nil {
		return nil
	}
	return r.box(t, x)
}
