package process

import (
	"fmt"
	"strings"

	"github.com/parago/parago/interp/process/dyn"
	"github.com/parago/parago/interp/process/wire"
)

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
	switch v := dyn.Translate(v).(type) {
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	default:
		return fmt.Sprint(v)
	}
}
