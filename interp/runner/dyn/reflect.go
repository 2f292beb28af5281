package dyn

import "reflect"

// reflectType is how the interpreter represents t, nil if only it can say.
func (r *Registry) reflectType(t *typ) reflect.Type {
	if t.native != nil {
		return t.native
	}
	if t.named {
		u := r.under(t)
		if u == t || u.kind == reflect.Struct {
			return nil
		}
		return r.reflectType(u)
	}
	sub := func(t *typ) reflect.Type { return r.reflectType(t) }
	switch t.kind {
	case reflect.Interface:
		return basics["any"]
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		e := sub(t.elem)
		if e == nil {
			return nil
		}
		switch t.kind {
		case reflect.Pointer:
			return reflect.PointerTo(e)
		case reflect.Slice:
			return reflect.SliceOf(e)
		case reflect.Array:
			return reflect.ArrayOf(t.len, e)
		}
		return reflect.ChanOf(t.dir, e)
	case reflect.Map:
		if k, e := sub(t.key), sub(t.elem); k != nil && e != nil {
			return reflect.MapOf(k, e)
		}
	case reflect.Func:
		var in, out []reflect.Type
		for _, p := range t.in {
			in = append(in, sub(p))
		}
		for _, p := range t.out {
			out = append(out, sub(p))
		}
		for _, p := range append(in[:len(in):len(in)], out...) {
			if p == nil {
				return nil
			}
		}
		return reflect.FuncOf(in, out, t.dots)
	case reflect.Struct:
		if len(t.fields) == 0 {
			return reflect.TypeFor[struct{}]()
		}
	}
	return nil
}
