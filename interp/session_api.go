package interp

import (
	"context"
	"time"
)

// A Cell is one source text and where it came from.
type Cell struct {
	// N is the execution count that errors and stack frames show: In[N]:line.
	// A cell that is not counted (silent, user expression) has N 0.
	N int
	// Source is the Go code to run. Its lines are numbered as the user's.
	Source string
	// Text is the whole cell as the user typed it, magics and all, which excerpts
	// show when Source is a part of it. Zero: Source.
	Text string
	// Origin is opaque here. Whatever the cell writes, now or after it has ended,
	// in this process or in one that it started, is handed to Sink under it.
	Origin string
	// AllowInput says that the front-end can be asked for a line (Sink.Input).
	AllowInput bool
	// Main says that Source is what a program's main function has between its braces: it runs as
	// that, and what it declares is gone afterwards. The flags of package flag are read first.
	Main bool
	// Args are the program's arguments from now on. Nil: as they are.
	Args []string
}

// Stream names an output stream as Jupyter does.
type Stream string

// The two streams.
const (
	Stdout Stream = "stdout"
	Stderr Stream = "stderr"
)

// A Display is rich output.
type Display struct {
	Data      Bundle
	Metadata  map[string]any
	DisplayID string // may be updated later under this name; "" if not
	Update    bool   // replaces what was shown under DisplayID
}

// A Sink receives what cells and their processes write. Its methods may be called
// from any goroutine, at any time between New and the end of Close, also after
// the cell of that origin has ended. They are called in the order of what
// happened: when Eval returns, all that its cell wrote has been handed over.
type Sink interface {
	Write(origin string, s Stream, p []byte) // p is the callee's to read until it returns
	Display(origin string, d Display)
	ClearOutput(origin string, wait bool)
	// Input asks the user for one line. It ends with an error when ctx does.
	Input(ctx context.Context, origin, prompt string, password bool) (string, error)
}

// Options say how a session is run. The zero value works in the parago binary.
type Options struct {
	// Command starts an interpreter process. Zero: this executable with the
	// argument "worker".
	Command []string
	// Dir is the working directory of the session process. Zero: this one's.
	Dir string
	// Env is added to the environment of the session process.
	Env []string
	// Sink receives all output. Nil: it is dropped, and input is refused.
	Sink Sink
	// Engine is how cells run. Zero: Auto.
	Engine Engine
	// Toolchain compiles cells. Nil: they are interpreted, and Missing says why.
	Toolchain Toolchain
	Missing   error
	// KillGrace is how long an interrupted cell may take before a second
	// interrupt kills the session process. Zero: one second.
	KillGrace time.Duration
}

// A Completion is the answer to "what may stand here".
// Offsets are code points into the source, as in the Jupyter protocol.
type Completion struct {
	Start, End int
	Matches    []Match
}

// A Match is one completion.
type Match struct {
	Text string // what replaces source[Start:End]
	Kind string // "function", "variable", "type", "constant", "package", "field", "method", "keyword", "magic"
	Type string // signature or type, "" if none
}

// Completeness is the answer to is_complete_request.
type Completeness string

// The four answers of the protocol.
const (
	Complete   Completeness = "complete"
	Incomplete Completeness = "incomplete"
	Invalid    Completeness = "invalid"
	Unknown    Completeness = "unknown"
)

// An Error is why a cell failed. Name, Value and Traceback are those of Jupyter's
// error message; Traceback may hold ANSI colours and names cell and line.
type Error struct {
	Kind      Kind
	Name      string // "SyntaxError", "TypeError", "panic", "*fs.PathError", "Interrupted", "SessionDied", …
	Value     string
	Traceback []string
	Line, Col int   // in the cell, 1-based, code points; 0 if unknown
	Err       error // the cause, if there is one
}

// Kind sorts errors by stage.
type Kind int

// The stages at which a cell can fail.
const (
	ParseError  Kind = iota + 1 // nothing has run
	CheckError                  // nothing has run
	Refused                     // valid Go that this back-end would get wrong; nothing has run
	RunError                    // a panic or an unhandled error result
	Interrupted                 // Interrupt was called
	Died                        // the session process died: its text says what is gone and what stays
)

func (e *Error) Error() string { return e.Name + ": " + e.Value }
func (e *Error) Unwrap() error { return e.Err }
