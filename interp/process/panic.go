package process

import (
	"fmt"
	"os"
	"strings"

	"github.com/parago/parago/interp/process/dyn"
	"github.com/parago/parago/interp/process/wire"
)

// panicError is a panic with v as a cell's error.
func panicError(v any, frames []wire.Frame) *wire.Error {
	return &wire.Error{Kind: wire.Panic, Name: "panic", Text: panicText(v), Frames: frames}
}

// report writes a goroutine's panic that ends no cell, as the Go runtime would.
func report(e *wire.Error) {
	fmt.Fprintf(os.Stderr, "panic: %s\n", e.Text)
	for _, f := range e.Frames {
		fmt.Fprintf(os.Stderr, "\t%s\n", f)
	}
}

// explain is a panic with v, and where, as procpool asks for it.
func (i *interpreter) explain(v any) (text, stack string) {
	var b strings.Builder
	for _, f := range i.stack(lines{}) {
		fmt.Fprintln(&b, f)
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
