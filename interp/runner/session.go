package runner

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/parago/parago/interp/runner/dyn"
	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/procpool"
	"github.com/parago/parago/procpool/embed"
	"github.com/traefik/yaegi/interp"
)

// A session is this process's side of an interp.Session: it runs one cell at a
// time, as it is told over conn, and reports back.
type session struct {
	conn    *wire.Conn
	interp  *interpreter
	natives *natives
	cancel  func(origin string) // ends what processes do on behalf of origin, and what they would begin
	allow   func(origin string) // takes cancel back

	flags *flag.FlagSet // of package testing; nil before the first tests. Owned by the cell that runs

	mu     sync.Mutex // guards the rest
	run    *run       // the cell that runs, nil between cells
	origin string     // of that cell, or of the last one
	seq    int
	waits  map[int]chan *wire.Message // answers to Flush and Input, by seq
}

// A run is one cell's.
type run struct {
	id      int
	input   bool
	stop    context.CancelFunc
	cell    *rt.Cell
	text    bool          // it is interpreted, at least in part
	main    atomic.Uint64 // the goroutine of its statements
	parked  chan struct{} // closed when that has called os.Exit
	parking sync.Once
	late    chan struct{} // closed when it takes too long to draw the result

	at       *wire.Frame // where the statements of glue are; nil: they are none. Owned by their goroutine
	returned atomic.Bool // its statements have; that is, they have not ended by runtime.Goexit

	take    func(values []any) // gets those of the last expression; nil: they are the result
	finally func()             // undoes what take has left, also if it does not end; nil: nothing

	mu       sync.Mutex // guards the rest
	err      *wire.Error
	result   *wire.Display
	undrawn  []any // values that are to be drawn without their methods; set before late is closed
	times    wire.Times
	measured *wire.Measured
}

// fail keeps the first reason.
func (r *run) fail(e *wire.Error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = e
	}
}

// failed says whether there is a reason to end.
func (r *run) failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err != nil
}

// serve reads requests until the owner is gone.
func (s *session) serve() error {
	if err := s.conn.Send(&wire.Message{Ready: &wire.Ready{PID: os.Getpid()}}); err != nil {
		return err
	}
	for {
		m, err := s.conn.Receive()
		if err != nil {
			return err
		}
		switch {
		case m.Run != nil:
			s.start(m.Run)
		case m.Interrupt != nil:
			s.interrupt(m.Interrupt.ID)
		case m.Flushed != nil:
			s.answer(m.Flushed.Seq, m)
		case m.Line != nil:
			s.answer(m.Line.Seq, m)
		case m.Inspect != nil:
			s.conn.Send(&wire.Message{Found: &wire.Found{Seq: m.Inspect.Seq, Data: procpool.Inspect().MIMEBundle()}})
		case m.Place != nil:
			s.move(m.Place)
		}
	}
}

// move changes the directory or the environment of the process.
func (s *session) move(p *wire.Place) {
	err := error(nil)
	if p.Dir != "" {
		err = os.Chdir(p.Dir)
	} else {
		err = os.Setenv(p.Name, p.Value)
	}
	found := &wire.Found{Seq: p.Seq}
	if err != nil {
		found.Err = err.Error()
	}
	s.conn.Send(&wire.Message{Found: found})
}

// start runs a cell on a goroutine of its own, which ends with Done: the owner
// sends no other Run before that. The goroutine dies with the process.
func (s *session) start(m *wire.Run) {
	s.allow(m.Origin)
	ctx, stop := context.WithCancel(context.Background())
	r := &run{id: m.ID, input: m.AllowInput, stop: stop, cell: rt.NewCell(m.Origin), text: m.Entry != "", parked: make(chan struct{}), late: make(chan struct{})}
	s.assign(r, m)
	s.mu.Lock()
	s.run, s.origin = r, m.Origin
	s.mu.Unlock()
	go func() {
		defer stop()
		s.finish(r, s.evaluate(ctx, r, m))
	}()
}

func (s *session) evaluate(ctx context.Context, r *run, m *wire.Run) (err error) {
	statements, err := s.natives.load(m)
	if err != nil {
		return &rejection{m.Native, err}
	}
	if err := s.interp.load(m.Imports, m.Decls, m.Vars); err != nil {
		return err
	}
	if err := s.interp.declare(m.Cell, m.Entry, m.Sites); err != nil {
		return err
	}
	if m.Glue != nil {
		if statements, err = s.glue(r, m.Glue); err != nil {
			return &rejection{m.Glue.Text, err}
		}
	}
	s.conn.Send(&wire.Message{Loaded: &wire.Loaded{ID: m.ID}})
	if e := setArgs(m.Args); e != nil {
		r.fail(e)
		return nil
	}
	defer r.time(now())
	if statements != nil {
		s.perform(ctx, r, statements)
		r.left(ctx)
	}
	if m.Entry != "" && !r.failed() {
		s.perform(ctx, r, func() {
			if err := s.interp.call(m.Entry); err != nil {
				r.fail(s.explain(err))
			}
		})
		r.left(ctx)
	}
	return nil
}

// finish reports what the cell came to. What the cell called for (os.Exit, a
// goroutine's panic) has precedence over how its evaluation ended, which it caused.
func (s *session) finish(r *run, err error) {
	if err != nil {
		r.fail(s.explain(err))
	}
	if r.finally != nil {
		r.finally()
	}
	if r.isLate() && !r.failed() {
		r.drawBare()
	}
	embed.Flush()
	s.flush()
	s.mu.Lock()
	s.run = nil
	s.mu.Unlock()
	r.mu.Lock()
	done := &wire.Done{ID: r.id, Result: r.result, Err: r.err, Times: r.times, Measured: r.measured}
	r.mu.Unlock()
	if done.Err != nil {
		done.Result = nil
	}
	s.conn.Send(&wire.Message{Done: done})
}

// explain says why a cell's function did not return.
func (s *session) explain(err error) *wire.Error {
	var panicked interp.Panic
	var rejected *rejection
	switch {
	case errors.As(err, &panicked):
		e := panicError(panicked.Value, append(s.natives.frames(panicked.Callers), s.interp.stack(lines{})...))
		e.Text = nativePlain(e.Text)
		return e
	case errors.As(err, &rejected):
		return &wire.Error{Kind: wire.Rejected, Name: "InternalError", Text: err.Error()}
	}
	return panicError(err, s.interp.stack(lines{}))
}

// interrupt stops the cell of that id and what runs elsewhere on its behalf.
func (s *session) interrupt(id int) {
	s.mu.Lock()
	r, origin := s.run, s.origin
	s.mu.Unlock()
	if r == nil || r.id != id {
		return
	}
	s.halt(r, &wire.Error{Kind: wire.Interrupted, Name: "Interrupted", Text: "the cell was interrupted"}, origin)
}

// current is the running cell, nil between cells, and the origin of what is written now.
func (s *session) current() (*run, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.run, s.origin
}

// where is the origin of what the calling goroutine does: the cell that started it,
// or else the one that runs now.
func (s *session) where() string {
	if c := rt.Here(); c != nil {
		return c.Origin
	}
	_, origin := s.current()
	return origin
}

// result is called by a cell with the values of its last expression.
func (s *session) result(values ...any) {
	if r := s.runOf(rt.Here()); r != nil {
		r.came(values)
	}
}

// failed is called by a cell that a call's error result ends.
func (s *session) failed(err error) {
	if r := s.runOf(rt.Here()); r != nil {
		r.fail(unhandled(err, s.interp.stack(lines{})))
	}
}

// panicked is called by a goroutine of a cell that has panicked with v: the panic ends the cell. If the cell is over,
// it is written to the cell's stderr.
func (s *session) panicked(v any, in lines) {
	e := panicError(v, s.interp.stack(in))
	e.Text += " [in a goroutine]"
	if r := s.runOf(rt.Here()); r != nil {
		s.halt(r, e, s.where())
		return
	}
	s.late(reportText(e))
}

// overflowed is called by a goroutine of a cell whose calls have gone too deep: that is the end of a program, and so of
// the cell. If the cell is over, its stderr says so.
func (s *session) overflowed(why string) {
	r := s.runOf(rt.Here())
	if r != nil && r.failed() {
		return // what the goroutine has deferred goes too deep as well
	}
	s.end(r, fatal(why, s.interp.innermost()))
}

// end ends a run, nil if it is over, in whose cell calls have gone too deep.
func (s *session) end(r *run, e *wire.Error) {
	switch {
	case r == nil:
		s.late(reportText(e))
	case r.main.Load() == dyn.Goroutine(): // it ends, and so does the cell
		r.fail(e)
	default:
		s.halt(r, e, s.where())
	}
}

func exitError(code int) *wire.Error {
	return &wire.Error{Kind: wire.Exit, Name: "Exit", Text: fmt.Sprintf("os.Exit(%d) was called", code)}
}

// ask sends a report that is answered, and waits for the answer.
func (s *session) ask(report func(seq int) *wire.Message) (*wire.Message, error) {
	answer := make(chan *wire.Message, 1)
	s.mu.Lock()
	s.seq++
	seq := s.seq
	s.waits[seq] = answer
	s.mu.Unlock()
	if err := s.conn.Send(report(seq)); err != nil {
		return nil, err
	}
	return <-answer, nil
}

func (s *session) answer(seq int, m *wire.Message) {
	s.mu.Lock()
	wait := s.waits[seq]
	delete(s.waits, seq)
	s.mu.Unlock()
	if wait != nil {
		wait <- m
	}
}

// flush returns when the owner has handed on all reports sent before.
func (s *session) flush() {
	s.ask(func(seq int) *wire.Message { return &wire.Message{Flush: &wire.Flush{Seq: seq}} })
}

// output forwards what a process started by this one has written.
func (s *session) output(origin string, stderr bool, p []byte) {
	s.conn.Write(origin, stderr, p)
}

// show forwards what procpool draws.
func (s *session) show(origin, id string, update bool, data map[string]string) {
	s.conn.Send(&wire.Message{Display: &wire.Display{Origin: origin, DisplayID: id, Update: update, Data: data}})
	s.flush()
}

// errorName is the name of an error's type as a user reads it: procpool has those of its rooms under its own.
func errorName(err error) string {
	t, pointer := reflect.TypeOf(err), ""
	switch name := t.String(); name {
	case "*errors.errorString", "*fmt.wrapError", "*fmt.wrapErrors", "*errors.joinError", "interp._error":
		return "error"
	}
	if t.Kind() == reflect.Pointer {
		t, pointer = t.Elem(), "*"
	}
	if strings.Contains(t.PkgPath(), "parago/procpool/internal/") {
		return pointer + "procpool." + t.Name()
	}
	return pointer + t.String()
}
