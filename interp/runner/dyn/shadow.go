package dyn

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// shadow is a reflect type with the layout of t's values and the names, tags and
// embedding that the user wrote, for code that reads structs by reflection. It has no
// methods; recursive types have none.
func (r *Registry) shadow(t *typ, seen map[*typ]bool) (reflect.Type, error) {
	if t.native != nil {
		return t.native, nil
	}
	if t.named {
		if seen[t] {
			return nil, fmt.Errorf("the type %s is recursive", t.display)
		}
		for _, m := range []string{"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText"} {
			if _, ok := r.find(t, m); ok {
				return nil, fmt.Errorf("%s.%s would not be called", t.display, m)
			}
		}
		seen[t] = true
		defer delete(seen, t)
		return r.shadow(r.under(t), seen)
	}
	switch t.kind {
	case reflect.Struct:
		return r.shadowStruct(t, seen)
	case reflect.Interface:
		return basics["any"], nil
	case reflect.Pointer, reflect.Slice, reflect.Array:
		e, err := r.shadow(t.elem, seen)
		if err != nil {
			return nil, err
		}
		switch t.kind {
		case reflect.Pointer:
			return reflect.PointerTo(e), nil
		case reflect.Slice:
			return reflect.SliceOf(e), nil
		}
		return reflect.ArrayOf(t.len, e), nil
	case reflect.Map:
		k, err := r.shadow(t.key, seen)
		if err != nil {
			return nil, err
		}
		e, err := r.shadow(t.elem, seen)
		if err != nil {
			return nil, err
		}
		return reflect.MapOf(k, e), nil
	}
	if rt := r.reflectType(t); rt != nil {
		return rt, nil
	}
	return nil, fmt.Errorf("the type %s has no plain form", r.show(t))
}

func (r *Registry) shadowStruct(t *typ, seen map[*typ]bool) (reflect.Type, error) {
	var fs []reflect.StructField
	for i, f := range t.fields {
		ft, err := r.shadow(f.typ, seen)
		if err != nil {
			return nil, err
		}
		sf := reflect.StructField{Name: f.name, Type: ft, Tag: reflect.StructTag(f.tag), Anonymous: f.embedded}
		if f.name[0] < 'A' || f.name[0] > 'Z' {
			if f.embedded {
				return nil, fmt.Errorf("the embedded field %s is not exported", f.name)
			}
			sf.PkgPath = "main"
			if f.name == "_" {
				sf.Name = fmt.Sprintf("blank%d", i)
			}
		} else if f.embedded && ft.NumMethod()+reflect.PointerTo(ft).NumMethod() > 0 {
			return nil, fmt.Errorf("the embedded field %s has methods", f.name)
		}
		fs = append(fs, sf)
	}
	return reflect.StructOf(fs), nil
}

// view is v as a value of its shadow.
func (r *Registry) view(b Box) (any, error) {
	t, err := r.shadow(r.parse(b.T), map[*typ]bool{})
	if err != nil {
		return nil, err
	}
	return cast(reflect.ValueOf(b.V), t).Interface(), nil
}

// MarshalJSON encodes the value as encoding/json encodes one of its real type.
func (b Box) MarshalJSON() ([]byte, error) {
	if b.types == nil {
		return json.Marshal(b.V)
	}
	v, err := b.types.view(b)
	if err != nil {
		return nil, fmt.Errorf("the interpreter cannot encode a %s as JSON: %w", b.types.typeString(b.T), err)
	}
	return json.Marshal(v)
}

// shadowPointer is x, a pointer to a value of a session's type, as a pointer to its
// shadow: what is decoded into it is in the value.
func (r *Registry) shadowPointer(x any) any {
	b, ok := r.open(x).(Box)
	if !ok {
		return x
	}
	v, err := r.view(b)
	if err != nil {
		panic(runtimeError(fmt.Sprintf("the interpreter cannot decode into a %s: %v", r.typeString(b.T), err)))
	}
	return v
}
