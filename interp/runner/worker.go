package runner

import "github.com/parago/parago/procpool"

// A worker is the host of code in a worker process: what ends a program ends it.
type worker struct {
	interp  *interpreter
	natives *natives
}

// result and failed belong to cells, of which a worker runs none.
func (w *worker) result(...any) {}
func (w *worker) failed(error)  {}

func (w *worker) exit(code int) { procpool.Exit(code) }

// panicked is called by a goroutine that has panicked with v: the process ends, as
// any Go program does.
func (w *worker) panicked(v any, in lines) {
	e := panicError(v, w.interp.stack(in))
	e.Text += " [in a goroutine]"
	report(e)
	procpool.Exit(1)
}
