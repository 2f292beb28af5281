package check

import (
	"go/token"
	"strings"
)

// An Error is something that keeps a cell from running, at a position of the cell,
// in Go's own words.
type Error struct {
	Pos  token.Position // Filename In[N]; columns and offsets count bytes, as Go does
	Msg  string
	Hint string // what may have been meant: "did you mean count?"; "" if unknown
}

func (e *Error) Error() string {
	msg := e.Msg
	if e.Hint != "" {
		msg += " (" + e.Hint + ")"
	}
	if !e.Pos.IsValid() {
		return msg
	}
	return e.Pos.String() + ": " + msg
}

// Errors are all errors of a cell that are worth showing, at most ten, in the order
// of the text.
type Errors []*Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, x := range e {
		lines[i] = x.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find each *Error.
func (e Errors) Unwrap() []error {
	out := make([]error, len(e))
	for i, x := range e {
		out[i] = x
	}
	return out
}
