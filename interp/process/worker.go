package process

import (
	"fmt"
	"os"
)

// A worker is the host of code in a worker process: what ends a program ends it.
type worker struct{ interp *interpreter }

// result and failed belong to cells, of which a worker runs none.
func (w *worker) result(...any) {}
func (w *worker) failed(error)  {}

func (w *worker) exit(code int) { os.Exit(code) }

// panicked is called by a goroutine that has panicked with v: the process ends, as
// any Go program does.
func (w *worker) panicked(v any) {
	e := panicError(v, w.interp.stack())
	fmt.Fprintf(os.Stderr, "panic: %s [in a goroutine]\n", e.Text)
	for _, f := range e.Frames {
		fmt.Fprintf(os.Stderr, "\t%s:%d in %s\n", f.File, f.Line, f.Func)
	}
	os.Exit(1)
}
