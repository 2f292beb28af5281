package dyn

import (
	"reflect"
	"sort"
	"strings"
)

func (p printer) structure(t, u *typ, v reflect.Value, depth int, open bool) {
	sharp, plus := p.state.Flag('#') && p.verb == 'v', p.state.Flag('+') && p.verb == 'v'
	if sharp {
		p.text(p.types.show(t))
	}
	p.text("{")
	for i, f := range u.fields {
		if i > 0 {
			if sharp {
				p.text(", ")
			} else {
				p.text(" ")
			}
		}
		if plus || sharp {
			p.text(f.name + ":")
		}
		exported := f.name[0] >= 'A' && f.name[0] <= 'Z' || f.name[0] >= 0x80
		p.value(f.typ, v.Field(i), depth+1, open && exported)
	}
	p.text("}")
}

func (p printer) list(t, u *typ, v reflect.Value, depth int, open bool) {
	e := p.types.under(u.elem)
	if e.kind == reflect.Uint8 && strings.ContainsRune("sqxX", p.verb) {
		b := make([]byte, v.Len())
		for i := range b {
			b[i] = byte(v.Index(i).Uint())
		}
		p.leaf(b)
		return
	}
	if p.state.Flag('#') && p.verb == 'v' {
		p.text(p.types.show(t))
		if v.Kind() == reflect.Slice && v.IsNil() {
			p.text("(nil)")
			return
		}
		p.items(u, v, depth, open, "{", ", ", "}")
		return
	}
	p.items(u, v, depth, open, "[", " ", "]")
}

func (p printer) items(u *typ, v reflect.Value, depth int, open bool, left, sep, right string) {
	p.text(left)
	for i := range v.Len() {
		if i > 0 {
			p.text(sep)
		}
		p.value(u.elem, v.Index(i), depth+1, open)
	}
	p.text(right)
}

func (p printer) mapping(t, u *typ, v reflect.Value, depth int, open bool) {
	left, sep, right := "map[", " ", "]"
	if p.state.Flag('#') && p.verb == 'v' {
		p.text(p.types.show(t))
		if v.IsNil() {
			p.text("(nil)")
			return
		}
		left, sep, right = "{", ", ", "}"
	}
	p.text(left)
	keys := v.MapKeys()
	sort.SliceStable(keys, func(i, j int) bool { return less(keys[i], keys[j]) })
	for i, k := range keys {
		if i > 0 {
			p.text(sep)
		}
		p.value(u.key, k, depth+1, open)
		p.text(":")
		p.value(u.elem, v.MapIndex(k), depth+1, open)
	}
	p.text(right)
}

func (p printer) iface(t *typ, v reflect.Value, depth int, open bool) {
	if v.IsNil() {
		if p.state.Flag('#') && p.verb == 'v' {
			p.text(p.types.show(t) + "(nil)")
		} else if p.verb == 'v' {
			p.text("<nil>")
		} else {
			p.text("%!" + string(p.verb) + "(<nil>)")
		}
		return
	}
	x := p.types.open(v.Interface())
	if b, ok := x.(Box); ok {
		w := reflect.ValueOf(b.V)
		if w.IsValid() && w.Kind() != reflect.Pointer {
			c := reflect.New(w.Type()).Elem()
			c.Set(w)
			w = c
		}
		p.value(p.types.parse(b.T), w, depth+1, open)
		return
	}
	p.native(anyType, anyType, reflect.ValueOf(x), depth+1, open)
}

// anyType stands for whatever native type a value has.
var anyType = &typ{text: "any", named: true, native: reflect.TypeFor[struct{}]()}
