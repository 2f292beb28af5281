package runner

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/parago/parago/interp/runner/dyn"
	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/procpool"
)

// A halted cell ends when it next comes by a check. What is left after stopGrace waits in
// a call that nothing can end, or runs deferred calls, which may take until deferGrace.
const (
	stopGrace  = 300 * time.Millisecond
	deferGrace = 1200 * time.Millisecond
)

// perform runs a cell's statements, until they end or ctx is done and grace is over. What they come to, r has.
func (s *session) perform(ctx context.Context, r *run, statements func()) {
	ended := make(chan struct{})
	go func() { // left behind if it does not end; then it ends with what it waits for
		defer close(ended)
		returned := false
		defer func() {
			if v := recover(); v != nil {
				r.fail(nativePanic(v, s.natives.here()))
			}
			r.returned.Store(returned)
		}()
		r.main.Store(dyn.Goroutine())
		r.cell.Run(statements)
		returned = true
	}()
	select {
	case <-ended:
		if r.cell.Halted() { // whoever has halted it is not done before this
			<-ctx.Done()
		}
	case <-ctx.Done():
		if !s.settle(r, ended) {
			r.abandon()
		}
	case <-r.late:
		s.settle(r, ended)
	}
}

// settle waits until a cell has ended that is told to, as long as there is hope. It reports whether
// it has.
func (s *session) settle(r *run, ended <-chan struct{}) bool {
	grace := time.NewTimer(stopGrace)
	defer grace.Stop()
	select {
	case <-ended:
		return true
	case <-r.parked:
		return true
	case <-grace.C:
	}
	if r.cell.Unwinding() {
		grace.Reset(deferGrace - stopGrace)
		select {
		case <-ended:
			return true
		case <-grace.C:
		}
	}
	return false
}

// abandon says that the cell's statements have not ended.
func (r *run) abandon() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		r.err.Text += "; it is in a call that cannot be stopped, and ends when that returns"
	}
}

// park says that the cell's statements go on no more.
func (r *run) park() { r.parking.Do(func() { close(r.parked) }) }

// halt ends a run for a reason, with what runs elsewhere on its behalf.
func (s *session) halt(r *run, e *wire.Error, origin string) {
	r.fail(e)
	r.cell.Halt()
	s.cancel(origin)
	r.stop()
}

// A sessionHost is what compiled cells report to in a session.
type sessionHost struct {
	*session
	stdin io.Reader
}

var _ rt.Host = sessionHost{}

// runOf is the run that a cell is, nil if it is over. A goroutine whose cell is unknown is
// taken for one of the cell that runs.
func (s *session) runOf(c *rt.Cell) *run {
	r, _ := s.current()
	if r != nil && (c == nil || r.cell == c) {
		return r
	}
	return nil
}

// Result is called by a cell with the values of its last expression.
func (h sessionHost) Result(c *rt.Cell, values []any) {
	if r := h.runOf(c); r != nil {
		r.came(values)
	}
}

// Failed is called by a cell that a call's error result ends.
func (h sessionHost) Failed(c *rt.Cell, err error, stack []uintptr) {
	if r := h.runOf(c); r != nil {
		r.fail(unhandled(err, h.natives.frames(stack)))
	}
}

// Panicked is called by a goroutine of a cell that has panicked with v: the panic ends
// the cell. If the cell is over, it is written to the cell's stderr.
func (h sessionHost) Panicked(c *rt.Cell, v any, stack []uintptr) {
	e := nativePanic(v, h.natives.frames(stack))
	e.Text += " [in a goroutine]"
	if r := h.runOf(c); r != nil {
		h.halt(r, e, h.where())
		return
	}
	h.late(reportText(e))
}

// Overflowed is called by a goroutine of a cell whose calls have gone too deep: that is the end
// of a program, and so of the cell. If the cell is over, its stderr says so. It may be
// called again by what the goroutine has deferred.
func (h sessionHost) Overflowed(c *rt.Cell, why string, stack []uintptr) {
	r := h.runOf(c)
	switch {
	case r != nil && r.failed():
		return
	case r != nil && r.text:
		h.overflowed(why)
		return
	}
	frames := h.natives.frames(stack)
	if r != nil && r.at != nil && r.main.Load() == dyn.Goroutine() {
		frames = append(frames, *r.at)
	}
	h.end(r, fatal(why, frames))
}

// Exit is os.Exit in a cell: the cell ends, and the session lives on.
func (h sessionHost) Exit(c *rt.Cell, code int) {
	e := exitError(code)
	r := h.runOf(c)
	if r == nil {
		h.late([]byte(e.Text + "\n"))
		return
	}
	if r.main.Load() == dyn.Goroutine() || r.finally != nil {
		r.park() // the caller goes on in rt.Exit and nowhere else, nor does a test that waits for it
	}
	h.halt(r, e, h.where())
}

// Explain is a panic that fails a test.
func (h sessionHost) Explain(v any, stack []uintptr) string {
	e := nativePanic(v, h.natives.frames(stack))
	if len(e.Frames) == 0 {
		e = panicError(v, h.interp.stack(lines{}))
	}
	if n := len(e.Frames); n > 1 && (e.Frames[n-1].Func == "cell" || e.Frames[n-1].Func == "") {
		e.Frames = e.Frames[:n-1] // of the cell that was written to run tests
	}
	return string(reportText(e))
}

// late writes to the stderr of a cell that is over and has goroutines.
func (s *session) late(text []byte) {
	s.output(s.where(), true, text)
	s.flush()
}

// Output writes what a goroutine prints whose cell is not the current one.
func (h sessionHost) Output(c *rt.Cell, text []byte) (int, error) {
	h.output(c.Origin, false, text)
	h.flush()
	return len(text), nil
}

// Stdin asks the user.
func (h sessionHost) Stdin() io.Reader { return h.stdin }

// A workerHost is what compiled cells report to in a worker.
type workerHost struct{ *worker }

var _ rt.Host = workerHost{}

// Result and Failed belong to cells, of which a worker runs none.
func (workerHost) Result(*rt.Cell, []any)            {}
func (workerHost) Failed(*rt.Cell, error, []uintptr) {}

// Panicked is called by a goroutine that has panicked: the process ends, as any Go
// program does.
func (h workerHost) Panicked(_ *rt.Cell, v any, stack []uintptr) {
	e := nativePanic(v, h.natives.frames(stack))
	e.Text += " [in a goroutine]"
	report(e)
	procpool.Exit(1)
}

// Overflowed fails the task, or ends the process.
func (h workerHost) Overflowed(_ *rt.Cell, why string, stack []uintptr) {
	frames := h.natives.frames(stack)
	if len(frames) == 0 {
		frames = h.interp.innermost()
	}
	h.tooDeep(why, frames)
}

func (h workerHost) Explain(v any, stack []uintptr) string {
	return string(reportText(nativePanic(v, h.natives.frames(stack))))
}

func (workerHost) Exit(_ *rt.Cell, code int)                   { procpool.Exit(code) }
func (workerHost) Output(_ *rt.Cell, text []byte) (int, error) { return os.Stdout.Write(text) }
func (workerHost) Stdin() io.Reader                            { return os.Stdin }
