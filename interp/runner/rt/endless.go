package rt

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"unsafe"

	"github.com/parago/parago/interp/runner/verbs"
)

// Package fmt prints a map or a slice that contains itself until the stack is full, and takes the
// process along: no function of a cell is there to look how deep it is. So cells print by way of
// functions that look at the values first. Most values are of types that cannot contain themselves,
// and cost the look at a table.

// selfContaining is why a cell ends that prints such a value.
const selfContaining = "stack overflow: a value that contains itself is printed"

// MustEnd ends the calling goroutine, and its cell with an error, if fmt.Print would print one of
// the values without end.
func MustEnd(a []any) {
	if repeats(a) {
		tooDeep(selfContaining)
		runtime.Goexit()
	}
}

// MustEndf is MustEnd for fmt.Printf.
func MustEndf(format string, a []any) {
	if repeatsf(format, a) {
		tooDeep(selfContaining)
		runtime.Goexit()
	}
}

func repeats(a []any) bool {
	for _, x := range a {
		if mayLoop(x) && loops(x, printsForV) {
			return true
		}
	}
	return false
}

func repeatsf(format string, a []any) (yes bool) {
	some := false
	for _, x := range a {
		some = some || mayLoop(x)
	}
	if !some {
		return false
	}
	r := verbs.Reader{Format: format, Args: len(a)}
	for v, ok := r.Next(); ok && !yes; v, ok = r.Next() {
		yes = v.Arg >= 0 && v.Arg < len(a) && loopsFor(a[v.Arg], v)
	}
	return yes || repeats(a[r.Unused():])
}

// loopsFor reports whether fmt would print a value without end, with that verb.
func loopsFor(x any, v verbs.Verb) bool {
	switch {
	case v.Verb == 'T' || v.Verb == 'p' || !mayLoop(x):
		return false
	case v.Verb == 'v' && strings.Contains(v.Flags, "#"):
		return loops(x, printsForSharpV)
	case strings.ContainsRune("vwsxXq", v.Verb):
		return loops(x, printsForV)
	}
	return loops(x, printsForOthers)
}

// Which methods of a value print it, by verb.

func printsForV(x any) bool {
	switch x.(type) {
	case fmt.Formatter, error, fmt.Stringer:
		return true
	}
	return false
}

func printsForSharpV(x any) bool {
	switch x.(type) {
	case fmt.Formatter, fmt.GoStringer:
		return true
	}
	return false
}

func printsForOthers(x any) bool {
	_, ok := x.(fmt.Formatter)
	return ok
}

// mayLoop reports whether a value's type allows that it contains itself.
func mayLoop(x any) bool {
	switch x := x.(type) {
	case reflect.Value: // fmt prints what it holds
		return x.IsValid() && typeMayLoop(x.Type())
	case nil, bool, string, int, int64, uint64, byte, rune, float64, []byte, []int, []string, []float64:
		return false
	}
	return typeMayLoop(reflect.TypeOf(x))
}

// typeMayLoop asks the process's table.
func typeMayLoop(t reflect.Type) bool {
	if yes, ok := here.looping.Load(t); ok {
		return yes.(bool)
	}
	yes := leadsBack(t, map[reflect.Type]bool{})
	here.looping.Store(t, yes)
	return yes
}

// leadsBack reports whether values of a type may hold such of any type, or of one that was seen.
func leadsBack(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	defer delete(seen, t)
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Map:
		return leadsBack(t.Key(), seen) || leadsBack(t.Elem(), seen)
	case reflect.Slice, reflect.Array, reflect.Pointer:
		return leadsBack(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if leadsBack(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}

// loops reports whether fmt comes by a value again while it prints it.
func loops(x any, prints func(any) bool) bool {
	v, ok := x.(reflect.Value)
	if !ok {
		v = reflect.ValueOf(x)
	}
	w := walk{prints: prints, path: map[place]bool{}}
	return w.loops(v, 0)
}

// A walk goes through a value as fmt does.
type walk struct {
	prints func(any) bool
	path   map[place]bool // the maps and slices that the walk is in
}

// A place is where a map or a slice keeps its elements.
type place struct {
	at  unsafe.Pointer
	len int
	of  reflect.Type
}

func (w *walk) loops(v reflect.Value, depth int) bool {
	if !v.IsValid() || !typeMayLoop(v.Type()) || v.CanInterface() && w.prints(v.Interface()) {
		return false
	}
	switch v.Kind() {
	case reflect.Interface:
		return w.loops(v.Elem(), depth+1)
	case reflect.Pointer: // fmt follows it at the top only
		return depth == 0 && !v.IsNil() && w.loops(v.Elem(), depth+1)
	case reflect.Struct:
		return some(v.NumField(), func(i int) bool { return w.loops(v.Field(i), depth+1) })
	case reflect.Array:
		return some(v.Len(), func(i int) bool { return w.loops(v.Index(i), depth+1) })
	case reflect.Slice:
		return w.within(v, func() bool {
			return some(v.Len(), func(i int) bool { return w.loops(v.Index(i), depth+1) })
		})
	case reflect.Map:
		return w.within(v, func() bool {
			for it := v.MapRange(); it.Next(); {
				if w.loops(it.Key(), depth+1) || w.loops(it.Value(), depth+1) {
					return true
				}
			}
			return false
		})
	}
	return false
}

// within calls elements with v on the path, on which it may be already.
func (w *walk) within(v reflect.Value, elements func() bool) bool {
	p := place{v.UnsafePointer(), v.Len(), v.Type()}
	if p.len == 0 {
		return false
	}
	if w.path[p] {
		return true
	}
	w.path[p] = true
	defer delete(w.path, p)
	return elements()
}

func some(n int, is func(i int) bool) bool {
	for i := range n {
		if is(i) {
			return true
		}
	}
	return false
}
