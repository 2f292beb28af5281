package dyn

import (
	"reflect"

	"github.com/traefik/yaegi/interp"
)

// Exports is the Registry as symbols for the interpreter, under import path p. Lowered text
// calls them as package parago۰; package lower says what each is for.
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
		"Sprintf":   r.sprintf,
		"Errorf":    r.errorf,
		"TypeName":  r.typeName,
		"Bare":      bare,
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
// and not at its type, such as sort.Slice.
func bare(x any) any {
	if b, ok := x.(Box); ok {
		return b.V
	}
	return x
}
