package interp

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"strings"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/interp/write/compiled"
	"github.com/parago/parago/interp/write/interpreted"
)

// ANSI colours of a traceback.
const (
	red   = "\x1b[31m"
	green = "\x1b[32m"
	bold  = "\x1b[1m"
	plain = "\x1b[0m"
)

// A failure is what the session process reports instead of a result.
type failure struct{ report *wire.Error }

func (f *failure) Error() string { return f.report.Text }

// isRejected reports whether the session process did not take what it was to run, of which nothing has run then.
func isRejected(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.report.Kind == wire.Rejected
}

// describe makes an *Error of what ended a cell, with the lines of source that it is about.
func (s *Session) describe(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var syntax *cell.Error
	var types check.Errors
	var refused *interpreted.Refusal
	var unsaid *compiled.Refusal
	var failed *failure
	var dead *death
	var compiler *CompileError
	switch {
	case errors.As(err, &syntax):
		return s.before(ParseError, "SyntaxError", err, note{syntax.Pos, syntax.Msg})
	case errors.As(err, &types):
		var notes []note
		for _, e := range types {
			msg := e.Msg
			if e.Hint != "" {
				msg += " (" + e.Hint + ")"
			}
			notes = append(notes, note{e.Pos, msg})
		}
		return s.before(CheckError, "CompileError", err, notes...)
	case errors.As(err, &compiler):
		at := token.Position{Filename: compiler.File, Line: compiler.Line, Column: compiler.Col}
		return s.before(CheckError, "CompileError", err, note{at, compiler.Msg})
	case errors.As(err, &refused):
		return s.before(Refused, "Unsupported", err, note{refused.Pos, refused.Construct + ": " + refused.Why})
	case errors.As(err, &unsaid):
		return s.before(Refused, "Unsupported", err, note{unsaid.Pos, unsaid.Msg})
	case errors.As(err, &failed):
		return s.during(failed)
	case errors.Is(err, context.Canceled):
		return s.during(&failure{&wire.Error{Kind: wire.Interrupted, Name: "Interrupted", Text: "the cell was interrupted"}})
	case errors.As(err, &dead):
		return &Error{Kind: Died, Name: "SessionDied", Value: dead.Error(), Traceback: []string{red + bold + "SessionDied" + plain + ": " + dead.Error()}, Err: err}
	}
	return &Error{Kind: RunError, Name: "InternalError", Value: err.Error(), Traceback: []string{err.Error()}, Err: err}
}

// A note is something said about a position.
type note struct {
	pos token.Position
	msg string
}

// before is an error that was found before anything ran.
func (s *Session) before(kind Kind, name string, cause error, notes ...note) *Error {
	e := &Error{Kind: kind, Name: name, Err: cause}
	var messages []string
	for i, n := range notes {
		if i == 0 {
			e.Line, e.Col = n.pos.Line, n.pos.Column
		}
		messages = append(messages, n.msg)
		e.Traceback = append(e.Traceback, fmt.Sprintf("%s%s%s: %s%s%s: %s", green, n.pos, plain, red, name, plain, n.msg))
		e.Traceback = append(e.Traceback, s.excerpt(n.pos.Filename, n.pos.Line, n.pos.Column)...)
	}
	e.Value = strings.Join(messages, "\n")
	return e
}

// kinds of what ends a cell while it runs.
var kinds = map[wire.Kind]Kind{
	wire.Panic:       RunError,
	wire.Unhandled:   RunError,
	wire.Exit:        RunError,
	wire.Interrupted: Interrupted,
	wire.Rejected:    Refused,
}

// maxFrames bounds a traceback: endless recursion has many.
const maxFrames = 20

// during is an error of the running cell.
func (s *Session) during(f *failure) *Error {
	r := f.report
	e := &Error{Kind: kinds[r.Kind], Name: r.Name, Value: r.Text, Err: f}
	e.Traceback = []string{fmt.Sprintf("%s%s%s%s: %s", red, bold, r.Name, plain, r.Text)}
	for i, frame := range r.Frames {
		if i == maxFrames {
			e.Traceback = append(e.Traceback, fmt.Sprintf("… %d more", len(r.Frames)-i))
			break
		}
		if i == 0 {
			e.Line = frame.Line
		}
		e.Traceback = append(e.Traceback, fmt.Sprintf("%s%s%s in %s", green, frame.Place(), plain, frame.Func))
		e.Traceback = append(e.Traceback, s.excerpt(frame.File, frame.Line, 0)...)
	}
	return e
}

// excerpt is a line of a cell with a mark under the column.
func (s *Session) excerpt(file string, line, column int) []string {
	lines := strings.Split(s.sources[file], "\n")
	if line < 1 || line > len(lines) {
		return nil
	}
	text := lines[line-1]
	if column < 1 || column > len(text)+1 {
		return []string{"    " + text}
	}
	return []string{"    " + text, "    " + blank(text[:column-1]) + "^"}
}

// blank is as wide as s: tabs stay.
func blank(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, s)
}
