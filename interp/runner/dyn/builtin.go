package dyn

import (
	"fmt"
	"os"
	"reflect"
	"strconv"
	"unicode/utf8"
)

// decode returns the rune of s at i and how many bytes it takes.
func decode(s string, i int) (rune, int) { return utf8.DecodeRuneInString(s[i:]) }

// empty is clear of a map.
func empty(m any) { reflect.ValueOf(m).Clear() }

// print and println write to standard error, as Go's do.
func print(args ...any) {
	for _, a := range args {
		fmt.Fprint(os.Stderr, printed(a))
	}
}

func println(args ...any) {
	for i, a := range args {
		if i > 0 {
			fmt.Fprint(os.Stderr, " ")
		}
		fmt.Fprint(os.Stderr, printed(a))
	}
	fmt.Fprint(os.Stderr, "\n")
}

// printed is a value as Go's print writes it.
func printed(a any) string {
	if a == nil {
		return "nil"
	}
	v := reflect.ValueOf(a)
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		return strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return fmt.Sprintf("%v", a)
	case reflect.Slice:
		return fmt.Sprintf("[%d/%d]%#x", v.Len(), v.Cap(), v.Pointer())
	}
	return fmt.Sprintf("%#x", v.Pointer())
}

// start calls f in a goroutine of its own; panicked gets the value of its panic.
func (r *Registry) start(panicked func(any), f any, args ...any) {
	fn := reflect.ValueOf(f)
	if v, ok := f.(reflect.Value); ok {
		fn = v
	}
	if fn.IsNil() {
		panic(runtimeError("go of nil func value"))
	}
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = reflect.Zero(fn.Type().In(i))
		if a != nil {
			in[i] = cast(reflect.ValueOf(a), fn.Type().In(i))
		}
	}
	go func() {
		normal := false
		defer func() {
			if r := recover(); r != nil && !normal {
				panicked(Translate(r))
			}
		}()
		fn.Call(in)
		normal = true
	}()
}

// guarded is f for a goroutine that is not started here; panicked gets the value of its panic.
func (r *Registry) guarded(panicked func(any), f func()) func() {
	if f == nil {
		return nil
	}
	return r.carry(func() {
		normal := false
		defer func() {
			if r := recover(); r != nil && !normal {
				panicked(Translate(r))
			}
		}()
		f()
		normal = true
	})
}

// Carrier sets what makes a function run as the cell of the goroutine that hands it to another. It is set
// before anything is loaded.
func (r *Registry) Carrier(carry func(run func()) func()) { r.carry = carry }
