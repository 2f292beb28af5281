package dyn

import (
	"fmt"
	"io"
	"reflect"
	"sort"
	"strconv"
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

// less orders map keys as fmt does: numbers, then text, field by field.
func less(a, b reflect.Value) bool { return compare(a, b) < 0 }

func compare(a, b reflect.Value) int {
	switch a.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return order(a.Int() < b.Int(), a.Int() > b.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return order(a.Uint() < b.Uint(), a.Uint() > b.Uint())
	case reflect.String:
		return strings.Compare(a.String(), b.String())
	case reflect.Float32, reflect.Float64:
		return order(a.Float() < b.Float() || a.Float() != a.Float(), a.Float() > b.Float())
	case reflect.Bool:
		return order(!a.Bool() && b.Bool(), a.Bool() && !b.Bool())
	case reflect.Pointer, reflect.Chan:
		return order(a.Pointer() < b.Pointer(), a.Pointer() > b.Pointer())
	case reflect.Struct:
		for i := range a.NumField() {
			if c := compare(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
	case reflect.Array:
		for i := range a.Len() {
			if c := compare(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
	case reflect.Interface:
		return compareInterfaces(a, b)
	}
	return 0
}

func compareInterfaces(a, b reflect.Value) int {
	a, b = a.Elem(), b.Elem()
	if !a.IsValid() || !b.IsValid() {
		return order(!a.IsValid() && b.IsValid(), a.IsValid() && !b.IsValid())
	}
	if x, ok := a.Interface().(Box); ok {
		a = reflect.ValueOf(x.V)
	}
	if x, ok := b.Interface().(Box); ok {
		b = reflect.ValueOf(x.V)
	}
	if a.Type() != b.Type() {
		return strings.Compare(a.Type().String(), b.Type().String())
	}
	return compare(a, b)
}

func order(less, greater bool) int {
	if less {
		return -1
	}
	if greater {
		return 1
	}
	return 0
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

// rewrite turns each %T of a format into text, since fmt cannot ask a Box for its type.
func (r *Registry) rewrite(format string, args []any) (string, []any) {
	if !strings.Contains(format, "T") || !r.anyBoxed(args) {
		return format, args
	}
	out, res, n := []byte{}, append([]any(nil), args...), 0
	for i := 0; i < len(format); i++ {
		out = append(out, format[i])
		if format[i] != '%' {
			continue
		}
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.*[]", format[i]) >= 0; i++ {
			switch {
			case format[i] == '*':
				n++
			case format[i] == '[':
				end := strings.IndexByte(format[i:], ']')
				if k, err := strconv.Atoi(format[i+1 : max(i+1, i+end)]); err == nil {
					n = k - 1
				}
			}
			out = append(out, format[i])
		}
		if i >= len(format) {
			break
		}
		c := format[i]
		switch {
		case c == '%':
		case c == 'T' && n >= 0 && n < len(res):
			res[n] = r.typeName(args[n])
			c = 's'
			n++
		default:
			n++
		}
		out = append(out, c)
	}
	return string(out), res
}

func (r *Registry) anyBoxed(args []any) bool {
	for _, a := range args {
		if _, ok := r.open(a).(Box); ok {
			return true
		}
	}
	return false
}

func (r *Registry) sprintf(format string, args ...any) string {
	format, args = r.rewrite(format, args)
	return fmt.Sprintf(format, args...)
}

func (r *Registry) errorf(format string, args ...any) error {
	format, args = r.rewrite(format, args)
	for i, a := range args {
		if b, ok := r.open(a).(Box); ok && strings.Contains(format, "%w") && r.is(b, "error") {
			args = append([]any(nil), args...)
			var err error
			r.to(b, "error", &err)
			args[i] = err
		}
	}
	return fmt.Errorf(format, args...)
}
