package runner

import (
	"github.com/parago/parago/interp/runner/dyn"
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
	d := bundle(values) // calls the user's methods
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result = d
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
