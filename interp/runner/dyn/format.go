package dyn

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

// Format prints the value as fmt prints a value of its real type.
func (b Box) Format(s fmt.State, verb rune) {
	t := b.types.parse(b.T)
	v := reflect.ValueOf(b.V)
	if b.V != nil && v.Kind() != reflect.Pointer && !v.CanAddr() {
		c := reflect.New(v.Type()).Elem()
		c.Set(v)
		v = c
	}
	p := printer{b.types, s, verb}
	p.value(t, v, 0, true)
}

// A printer follows the rules of package fmt for one verb and its flags.
type printer struct {
	types *Registry
	state fmt.State
	verb  rune
}

func (p printer) text(s string) { io.WriteString(p.state, s) }

// leaf lets fmt print a value that has no session type in it.
func (p printer) leaf(x any) { fmt.Fprintf(p.state, fmt.FormatString(p.state, p.verb), x) }

// value prints v of type t. Below an unexported field open is false: there fmt calls no methods.
func (p printer) value(t *typ, v reflect.Value, depth int, open bool) {
	p.types.deep()
	if open && p.method(t, v) {
		return
	}
	u := p.types.under(t)
	sharp := p.state.Flag('#') && p.verb == 'v'
	if u.native != nil || u.kind == 0 {
		p.native(t, u, v, depth, open)
		return
	}
	switch u.kind {
	case reflect.Struct:
		p.structure(t, u, v, depth, open)
	case reflect.Slice, reflect.Array:
		p.list(t, u, v, depth, open)
	case reflect.Map:
		p.mapping(t, u, v, depth, open)
	case reflect.Interface:
		p.iface(t, v, depth, open)
	case reflect.Pointer:
		e := p.types.under(u.elem)
		if depth == 0 && !v.IsNil() && p.verb != 'p' {
			switch e.kind {
			case reflect.Struct, reflect.Slice, reflect.Array, reflect.Map:
				if e.native == nil {
					p.text("&")
					p.value(u.elem, v.Elem(), depth+1, open)
					return
				}
			}
		}
		if sharp {
			p.sharpPointer(t, v)
			return
		}
		p.pointer(v, depth)
	default: // chan, func
		if sharp {
			p.sharpPointer(t, v)
			return
		}
		p.pointer(v, depth)
	}
}

func (p printer) sharpPointer(t *typ, v reflect.Value) {
	if v.IsNil() {
		p.text("(" + p.types.show(t) + ")(nil)")
		return
	}
	p.text(fmt.Sprintf("(%s)(%#x)", p.types.show(t), v.Pointer()))
}

func (p printer) pointer(v reflect.Value, depth int) {
	if v.IsNil() && p.verb == 'v' {
		p.text("<nil>")
		return
	}
	switch p.verb {
	case 'v', 'p', 'b', 'o', 'd', 'x', 'X':
		p.leaf(v.UnsafePointer())
	default:
		p.text("%!" + string(p.verb) + "(")
		fmt.Fprintf(p.state, "%T=%v)", v.Interface(), v.UnsafePointer())
	}
}

// native prints a value whose representation fmt knows, under the name of t.
func (p printer) native(t, u *typ, v reflect.Value, depth int, open bool) {
	if u.native != nil && u.native.Kind() == reflect.Interface {
		p.iface(t, v, depth, open)
		return
	}
	if p.state.Flag('#') && p.verb == 'v' && v.IsValid() && t.named && t.native == nil {
		switch v.Kind() { // %#v of a named basic type is that of the basic type
		case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128,
			reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
			reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
			p.leaf(v.Interface())
			return
		}
	}
	x := v.Interface()
	if t.native == nil && !goodVerb(v.Kind(), p.verb) {
		s := fmt.Sprintf("%v", x)
		p.text("%!" + string(p.verb) + "(" + p.types.show(t) + "=" + s + ")")
		return
	}
	switch {
	case !open:
		p.hidden(v, depth)
	case depth > 0 && v.Kind() == reflect.Pointer && p.verb == 'v' && !hasFormat(x):
		p.pointer(v, depth)
	default:
		p.leaf(x)
	}
}

func hasFormat(x any) bool {
	switch x.(type) {
	case error, fmt.Stringer, fmt.Formatter:
		return true
	}
	return false
}

// hidden prints a native value in an unexported field: fmt calls no methods there.
// It prints a holder with such a field and drops what the holder itself adds.
func (p printer) hidden(v reflect.Value, depth int) {
	s := fmt.Sprintf(fmt.FormatString(p.state, p.verb), holder{v.Interface()})
	s = strings.TrimPrefix(s, "dyn.holder")
	s = strings.TrimPrefix(strings.TrimSuffix(s, "}"), "{")
	if p.verb == 'v' && (p.state.Flag('+') || p.state.Flag('#')) {
		s = strings.TrimPrefix(s, "v:")
	}
	p.text(s)
}

type holder struct{ v any }

func goodVerb(k reflect.Kind, verb rune) bool {
	switch k {
	case reflect.Bool:
		return strings.ContainsRune("tv", verb)
	case reflect.String:
		return strings.ContainsRune("vsxXq", verb)
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return strings.ContainsRune("vbgGxXfFeE", verb)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strings.ContainsRune("vdboOxXcqU", verb)
	}
	return true
}

// method prints by Format, GoString, Error or String, as fmt would.
func (p printer) method(t *typ, v reflect.Value) (done bool) {
	if t.native != nil || !t.named && t.kind != reflect.Pointer && t.kind != reflect.Struct {
		return false
	}
	b := Box{T: t.text, V: v.Interface(), types: p.types}
	if p.types.hasMethod(t, "Format", "(fmt۰.State,int32)()") || p.types.hasMethod(t, "Format", "(fmt۰.State,int32)") {
		var f func(fmt.State, rune)
		p.types.bind(b, "Format", &f)
		f(p.state, p.verb)
		return true
	}
	if p.state.Flag('#') && p.verb == 'v' {
		if p.types.hasMethod(t, "GoString", "()(string)") {
			p.text(callString(b, "GoString"))
			return true
		}
		return false
	}
	if !strings.ContainsRune("vsxXq", p.verb) {
		return false
	}
	for _, m := range []string{"Error", "String"} {
		if p.types.hasMethod(t, m, "()(string)") {
			p.call(b, v, m)
			return true
		}
	}
	return false
}

// call prints what the method returns; a panic in it becomes text.
func (p printer) call(b Box, v reflect.Value, m string) {
	defer func() {
		if r := recover(); r != nil {
			if v.Kind() == reflect.Pointer && v.IsNil() {
				p.text("<nil>")
				return
			}
			p.text("%!" + string(p.verb) + "(PANIC=" + m + " method: " + fmt.Sprint(Translate(r)) + ")")
		}
	}()
	p.leaf(callString(b, m))
}
