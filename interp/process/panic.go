package process

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/parago/parago/interp/process/wire"
)

// goWords translates what reflect says, on which the interpreter runs, into what
// compiled Go says.
var goWords = []struct{ prefix, words string }{
	{"reflect: slice index out of range", "runtime error: index out of range"},
	{"reflect: array index out of range", "runtime error: index out of range"},
	{"reflect: string index out of range", "runtime error: index out of range"},
	{"reflect.Value.Slice: slice index out of bounds", "runtime error: slice bounds out of range"},
	{"reflect.Value.Slice: string slice index out of bounds", "runtime error: slice bounds out of range"},
	{"reflect: call of reflect.Value.Field on zero Value", "runtime error: invalid memory address or nil pointer dereference"},
	{"reflect: call of reflect.Value.Method on zero Value", "runtime error: invalid memory address or nil pointer dereference"},
	{"reflect: call of reflect.Value.Elem on zero Value", "runtime error: invalid memory address or nil pointer dereference"},
	{"reflect: call of reflect.Value.Set on zero Value", "runtime error: invalid memory address or nil pointer dereference"},
	{"reflect.Set: value of type", "runtime error: invalid memory address or nil pointer dereference"},
	{"reflect: call of reflect.Value.Call on zero Value", "runtime error: invalid memory address or nil pointer dereference"},
	{"reflect: indirection through nil pointer", "runtime error: invalid memory address or nil pointer dereference"},
}

// panicError is a panic with v as a cell's error.
func panicError(v any, frames []wire.Frame) *wire.Error {
	e := &wire.Error{Kind: wire.Panic, Name: "panic", Text: panicText(v), Frames: frames}
	return e
}

// explain is a panic with v, and where, as procpool asks for it.
func (i *interpreter) explain(v any) (text, stack string) {
	var b strings.Builder
	for _, f := range i.stack() {
		if f.Line > 0 {
			fmt.Fprintf(&b, "%s:%d in %s\n", f.File, f.Line, f.Func)
		} else {
			fmt.Fprintf(&b, "%s in %s\n", f.File, f.Func)
		}
	}
	return panicText(v), b.String()
}

// panicText prints v as the Go runtime does.
func panicText(v any) string {
	text := ""
	switch v := v.(type) {
	case error:
		text = v.Error()
	case fmt.Stringer:
		text = v.String()
	case string:
		text = v
	case reflect.Value:
		if v.IsValid() && v.CanInterface() {
			return panicText(v.Interface())
		}
		text = fmt.Sprint(v)
	default:
		text = fmt.Sprint(v)
	}
	for _, w := range goWords {
		if strings.HasPrefix(text, w.prefix) {
			return w.words
		}
	}
	return text
}
