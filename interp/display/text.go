package display

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// A notebook keeps what it shows, so a text that is made of a value has bounds, as has what it
// costs to make it.
const (
	maxText  = 64 << 10
	maxDepth = 100 // of values in values that are printed by package fmt
)

// cutNotice stands behind a text that is not all of it.
const cutNotice = " … (cut at 64 kB; fmt.Println prints all of it, if it has an end)"

// textOf is v as fmt prints it, or the beginning of that.
func textOf(v any) string {
	p := prefix{}
	if f, ok := v.(fmt.Formatter); ok {
		p.format(f)
		return p.text()
	}
	r := reflect.ValueOf(v)
	if m := (meter{left: maxText}); m.fits(r, 0) {
		p.add(fmt.Sprint(v))
		return p.text()
	}
	p.value(r, 0)
	return p.text()
}

// Bare is v as fmt would print it if no value had methods, or the beginning of that: for one whose
// methods have no end. Plain takes a value out of what it is wrapped in; nil: nothing is wrapped.
func Bare(v any, plain func(v any) any) Object {
	p := prefix{bare: true, plain: plain}
	p.value(reflect.ValueOf(v), 0)
	return Text(p.text())
}

// A meter finds values that fmt had better not print: long ones, and those that contain
// themselves, which fmt prints until the stack is full.
type meter struct{ left int }

// fits reports whether a value takes no more than what is left. What its methods say is not known.
func (m *meter) fits(v reflect.Value, depth int) bool {
	m.left -= 2
	if m.left < 0 || depth > maxDepth {
		return false
	}
	switch prints(v).(type) {
	case fmt.Formatter:
		return false // it is stopped when it has written enough
	case nil:
	default:
		return true
	}
	switch v.Kind() {
	case reflect.String:
		m.left -= v.Len()
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if !m.fits(v.Index(i), depth+1) {
				return false
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if !m.fits(it.Key(), depth+1) || !m.fits(it.Value(), depth+1) {
				return false
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !m.fits(v.Field(i), depth+1) {
				return false
			}
		}
	case reflect.Interface:
		return m.fits(v.Elem(), depth+1)
	case reflect.Pointer:
		return !follows(v, depth) || m.fits(v.Elem(), depth+1)
	}
	return m.left >= 0
}

// prints is v if it has a method that fmt prints it with; else nil.
func prints(v reflect.Value) any {
	if !v.IsValid() || !v.CanInterface() {
		return nil
	}
	switch x := v.Interface().(type) {
	case fmt.Formatter, error, fmt.Stringer:
		return x
	}
	return nil
}

// follows reports whether fmt prints what a pointer points to.
func follows(v reflect.Value, depth int) bool {
	if depth > 0 || v.IsNil() {
		return false
	}
	switch v.Elem().Kind() {
	case reflect.Struct, reflect.Slice, reflect.Array, reflect.Map:
		return true
	}
	return false
}

// A prefix is the beginning of a text, up to maxText.
type prefix struct {
	b     strings.Builder
	cut   bool
	bare  bool            // values have no methods
	plain func(v any) any // see Bare
}

// text is the prefix, with a notice if it is not all.
func (p *prefix) text() string {
	if p.cut {
		return p.b.String() + cutNotice
	}
	return p.b.String()
}

// add appends as much of s as there is room for.
func (p *prefix) add(s string) {
	room := maxText - p.b.Len()
	if p.cut || len(s) <= room {
		if !p.cut {
			p.b.WriteString(s)
		}
		return
	}
	for room > 0 && !utf8.RuneStart(s[room]) {
		room--
	}
	p.b.WriteString(s[:room])
	p.cut = true
}

// value adds a value as fmt prints it, and stops when the prefix is full.
func (p *prefix) value(v reflect.Value, depth int) {
	if p.cut {
		return
	}
	if p.bare {
		v = p.unwrapped(v)
	} else if x := prints(v); x != nil {
		if f, ok := x.(fmt.Formatter); ok {
			p.format(f)
			return
		}
		p.add(fmt.Sprint(x))
		return
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		p.list("[", "]", v.Len(), func(i int) { p.value(v.Index(i), depth+1) })
	case reflect.Map:
		keys := sortedKeys(v)
		p.list("map[", "]", len(keys), func(i int) {
			p.value(keys[i], depth+1)
			p.add(":")
			p.value(v.MapIndex(keys[i]), depth+1)
		})
	case reflect.Struct:
		p.list("{", "}", v.NumField(), func(i int) { p.value(v.Field(i), depth+1) })
	case reflect.Interface:
		p.value(v.Elem(), depth+1)
	case reflect.Pointer:
		if !follows(v, depth) {
			p.leaf(v)
			return
		}
		p.add("&")
		p.value(v.Elem(), depth+1)
	case reflect.Invalid:
		p.add("<nil>")
	default:
		p.leaf(v)
	}
}

// unwrapped takes a value out of what it is wrapped in.
func (p *prefix) unwrapped(v reflect.Value) reflect.Value {
	if p.plain == nil || !v.IsValid() || !v.CanInterface() {
		return v
	}
	return reflect.ValueOf(p.plain(v.Interface()))
}

// leaf adds a value that holds no others.
func (p *prefix) leaf(v reflect.Value) {
	if !p.bare {
		p.add(fmt.Sprint(v))
		return
	}
	switch k := v.Kind(); {
	case k == reflect.Bool:
		p.add(fmt.Sprint(v.Bool()))
	case k == reflect.String:
		p.add(v.String())
	case v.CanInt():
		p.add(fmt.Sprint(v.Int()))
	case v.CanUint():
		p.add(fmt.Sprint(v.Uint()))
	case k == reflect.Float32:
		p.add(fmt.Sprint(float32(v.Float())))
	case k == reflect.Float64:
		p.add(fmt.Sprint(v.Float()))
	case k == reflect.Complex64:
		p.add(fmt.Sprint(complex64(v.Complex())))
	case k == reflect.Complex128:
		p.add(fmt.Sprint(v.Complex()))
	default: // a pointer of some kind
		p.add(fmt.Sprint(v.UnsafePointer()))
	}
}

// list adds n things between brackets.
func (p *prefix) list(open, end string, n int, add func(i int)) {
	p.add(open)
	for i := 0; i < n && !p.cut; i++ {
		if i > 0 {
			p.add(" ")
		}
		add(i)
	}
	p.add(end)
}

// sortedKeys are a map's keys, in fmt's order if they are of a basic type.
func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		for a.Kind() == reflect.Interface && b.Kind() == reflect.Interface {
			a, b = a.Elem(), b.Elem()
		}
		switch {
		case a.Kind() != b.Kind():
			return cmp.Compare(a.Kind(), b.Kind())
		case a.Kind() == reflect.String:
			return strings.Compare(a.String(), b.String())
		case a.CanInt():
			return cmp.Compare(a.Int(), b.Int())
		case a.CanUint():
			return cmp.Compare(a.Uint(), b.Uint())
		case a.CanFloat():
			return cmp.Compare(a.Float(), b.Float())
		}
		return 0
	})
	return keys
}

// full is the panic that stops a Formatter when the prefix is full.
type full struct{}

// format adds what a Formatter writes.
func (p *prefix) format(f fmt.Formatter) {
	defer func() {
		switch r := recover().(type) {
		case nil, full:
		default:
			p.add(fmt.Sprintf("%%!v(PANIC=Format method: %v)", r))
		}
	}()
	f.Format(p, 'v')
}

// Write, Width, Precision and Flag make a prefix the fmt.State of a %v.

func (p *prefix) Write(b []byte) (int, error) {
	p.add(string(b))
	if p.cut {
		panic(full{})
	}
	return len(b), nil
}

func (p *prefix) Width() (wid int, ok bool)      { return 0, false }
func (p *prefix) Precision() (prec int, ok bool) { return 0, false }
func (p *prefix) Flag(int) bool                  { return false }
