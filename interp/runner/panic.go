package runner

import (
	"fmt"
	"os"
	"strings"

	"github.com/parago/parago/interp/runner/dyn"
	"github.com/parago/parago/interp/runner/wire"
)

// panicError is a panic with v as a cell's error.
func panicError(v any, frames []wire.Frame) *wire.Error {
	return &wire.Error{Kind: wire.Panic, Name: "panic", Text: panicText(v), Frames: frames}
}

// fatal is what ends a whole program, where it is not a cell's.
func fatal(text string, frames []wire.Frame) *wire.Error {
	return &wire.Error{Kind: wire.Panic, Name: "fatal error", Text: text, Frames: frames}
}

// goexit is what a program ends with whose main function has called runtime.Goexit. It is
// the cell's error even if the cell has goroutines that go on, as cells do not wait for those.
func goexit() *wire.Error {
	return fatal("no goroutines (main called runtime.Goexit) - deadlock!", nil)
}

// report writes a goroutine's panic that ends no cell, as the Go runtime would.
func report(e *wire.Error) { os.Stderr.Write(reportText(e)) }

func reportText(e *wire.Error) []byte {
	text := fmt.Appendf(nil, "%s: %s\n", e.Name, e.Text)
	for _, f := range e.Frames {
		text = fmt.Appendf(text, "\t%s\n", f)
	}
	return text
}

// explain is a panic with v, and where, as procpool asks for it.
func (w *worker) explain(v any) (text, stack string) {
	text, frames := nativeText(v), w.natives.here()
	if len(frames) == 0 {
		text, frames = panicText(v), w.interp.stack(lines{})
	}
	return text, frameLines(frames)
}

// frameLines are frames as other processes read them.
func frameLines(frames []wire.Frame) string {
	var b strings.Builder
	for _, f := range frames {
		fmt.Fprintln(&b, f)
	}
	return b.String()
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
