package runner

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/parago/parago/interp/runner/dyn"
	"github.com/parago/parago/interp/runner/wire"
)

// panicError is a panic with v as a cell's error.
func panicError(v any, frames []wire.Frame) *wire.Error {
	return &wire.Error{Kind: wire.Panic, Name: "panic", Text: panicText(v), Frames: frames}
}

// unhandled is an error that nobody looked at as a cell's error. Its methods are the user's.
func unhandled(err error, frames []wire.Frame) *wire.Error {
	return &wire.Error{Kind: wire.Unhandled, Name: errorName(err), Text: nativeText(err), Frames: append(remoteFrames(err), frames...)}
}

// fatal is what ends a whole program, where it is not a cell's.
func fatal(text string, frames []wire.Frame) *wire.Error {
	return &wire.Error{Kind: wire.Panic, Name: "fatal error", Text: text, Frames: frames}
}

// goexitGrace is how long a cell waits for its other goroutines when its statements have ended by
// runtime.Goexit. A program would wait for ever.
const goexitGrace = time.Second

// left fails the cell if its statements have ended and have not returned: they have called
// runtime.Goexit. A program goes on then as long as it has goroutines, and one of them may end it in
// another way, by os.Exit say; that counts, if it comes soon.
func (r *run) left(ctx context.Context) {
	over := func() bool {
		return r.returned.Load() || r.failed() || r.isLate() || r.cell.Halted() || ctx.Err() != nil
	}
	wait, cancel := context.WithTimeout(ctx, goexitGrace)
	defer cancel()
	for pause := time.Millisecond; !over() && wait.Err() == nil && r.cell.Running(); pause *= 2 {
		select {
		case <-wait.Done():
		case <-time.After(pause):
		}
	}
	if !over() {
		r.fail(fatal("no goroutines (main called runtime.Goexit) - deadlock!", nil))
	}
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
func panicText(v any) string { return nativeText(dyn.Translate(v)) }
