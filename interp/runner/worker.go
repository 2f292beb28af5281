package runner

import (
	"bytes"
	"runtime/debug"
	"sync"

	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/procpool"
)

// A worker is the host of code in a worker process: what ends a program ends it.
type worker struct {
	interp  *interpreter
	natives *natives

	mu   sync.Mutex  // guards the rest
	over *wire.Error // why the task that runs ends before it has returned; nil: it has not said so
}

// result and failed belong to cells, of which a worker runs none.
func (w *worker) result(...any) {}
func (w *worker) failed(error)  {}

// overflowed is called by a goroutine whose calls have gone too deep: that fails the task or,
// in a goroutine that a task has started, ends the process, as any Go program.
func (w *worker) overflowed(why string) { w.tooDeep(why, w.interp.innermost()) }

func (w *worker) tooDeep(why string, frames []wire.Frame) {
	e := fatal(why, frames)
	if !isTask() {
		e.Text += " [in a goroutine]"
		report(e)
		procpool.Exit(2)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = e
}

// isTask reports whether the calling goroutine is one on which procpool runs tasks. However deep
// its stack, a trace tells who has started it.
func isTask() bool {
	stack := debug.Stack()
	return bytes.Contains(stack, []byte("\ncreated by github.com/parago/parago/procpool/internal/local.")) ||
		bytes.Contains(stack, []byte("\ncreated by github.com/parago/parago/procpool/internal/work."))
}

// why tells procpool, once, why a task ends before it has returned.
func (w *worker) why() (text, stack string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.over
	w.over = nil
	if e == nil {
		return "", ""
	}
	return e.Text, frameLines(e.Frames)
}

// panicked is called by a goroutine that has panicked with v: the process ends, as
// any Go program does.
func (w *worker) panicked(v any, in lines) {
	e := panicError(v, w.interp.stack(in))
	e.Text += " [in a goroutine]"
	report(e)
	procpool.Exit(1)
}
