package runner

import (
	"fmt"
	"strings"
	"time"

	"github.com/parago/parago/interp/display"
	"github.com/parago/parago/interp/runner/dyn"
	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/interp/runner/wire"
)

// assign says what is done with the values that a cell comes to, if it is not to show them.
func (s *session) assign(r *run, m *wire.Run) {
	switch {
	case m.Measure != nil:
		r.take = func(values []any) { measure(r, m.Measure, values) }
	case m.Tests != nil:
		t := &testRun{session: s, run: r}
		r.take, r.finally = func(values []any) { t.all(m.Tests, values) }, t.end
	}
}

// came has the values of the cell's last expression.
func (r *run) came(values []any) {
	if r.take != nil {
		r.take(values)
		return
	}
	var d *wire.Display
	rt.Within(drawLimit, func() { r.drawnLate(values) }, func() { d = bundle(values) })
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.isLate() {
		r.result = d
	}
}

// drawLimit is how long it may take to draw a result, which calls the user's methods.
const drawLimit = 20 * time.Second

// drawnLate is called when that has been too long: the methods are stopped as an interrupt would
// stop them, and the result is drawn without.
func (r *run) drawnLate(values []any) {
	r.mu.Lock()
	r.undrawn = values
	r.mu.Unlock()
	close(r.late)
}

// isLate reports whether the cell has come to a result that could not be drawn.
func (r *run) isLate() bool {
	select {
	case <-r.late:
		return true
	default:
		return false
	}
}

// drawBare draws a result that could not be drawn otherwise.
func (r *run) drawBare() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result = bare(r.undrawn)
}

// bare is what values look like whose methods do not end.
func bare(values []any) *wire.Display {
	var texts []string
	for _, v := range values {
		texts = append(texts, display.Bare(v, value).String())
	}
	return object(display.Text(fmt.Sprintf("%s (without its methods, which did not end within %v)", strings.Join(texts, " "), drawLimit)))
}

// value is v as compiled code knows it.
func value(v any) any {
	if b, ok := v.(dyn.Box); ok {
		v = b.V
	}
	return plain(v)
}

// mistaken fails a cell whose last expression is not what it was written to be.
func (r *run) mistaken() {
	r.fail(&wire.Error{Kind: wire.Rejected, Name: "InternalError", Text: "the cell has come to something else than it should"})
}
