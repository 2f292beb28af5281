package gotest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/toolchain/toolchaintest"
)

// A screen is a Sink that keeps what a user would see.
type screen struct {
	mu     sync.Mutex // guards the rest
	all    bytes.Buffer
	stdout bytes.Buffer
	stderr bytes.Buffer
	exit   chan struct{} // closed when stderr tells of exited
	exited bool          // exit is closed
}

// exited is what a session says when a goroutine of a cell that is over calls os.Exit(0). A
// program ends then, so what comes later does not count.
const exited = "os.Exit(0) was called\n"

const screenSize = 4 << 20 // what an endless program prints has an end here

func (s *screen) Write(_ string, stream interp.Stream, p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all.Len() > screenSize {
		return
	}
	s.all.Write(p)
	if stream == interp.Stdout {
		s.stdout.Write(p)
	} else {
		s.stderr.Write(p)
	}
	if !s.exited && bytes.Contains(s.stderr.Bytes(), []byte(exited)) {
		s.exited = true
		close(s.exit)
	}
}

// Display keeps what a cell shows. That something was compiled for the first time is not the program's word.
func (s *screen) Display(_ string, d interp.Display) {
	if strings.HasPrefix(d.DisplayID, interp.NoticeID) {
		return
	}
	s.Write("", interp.Stdout, fmt.Appendf(nil, "%v\n", d.Data["text/plain"]))
}
func (s *screen) ClearOutput(string, bool) {}
func (s *screen) Input(context.Context, string, string, bool) (string, error) {
	return "", errors.New("nobody to ask")
}

// text is what has been printed so far.
func (s *screen) text() printed {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := func(b *bytes.Buffer) string { text, _, _ := strings.Cut(b.String(), exited); return text }
	return printed{before(&s.all), s.stdout.String(), before(&s.stderr)}
}

func (s *screen) hasExited() bool {
	select {
	case <-s.exit:
		return true
	default:
		return false
	}
}

// awaitExit waits for a goroutine to call os.Exit(0), which a program does whose main function has
// called runtime.Goexit. Without such an end, err is right.
func (s *screen) awaitExit(err error) error {
	select {
	case <-s.exit:
		return nil
	case <-time.After(*limit):
		return err
	}
}

// printed is the output of cells: all of it as it came, and stream by stream.
type printed struct{ all, stdout, stderr string }

// may reports whether this may be the output of a program that prints want to one place.
// Which of two streams was written first is not known in a notebook.
func (p printed) may(want string) bool {
	return p.all == want || interleaved(strings.SplitAfter(p.stdout, "\n"), strings.SplitAfter(p.stderr, "\n"), strings.SplitAfter(want, "\n"))
}

// interleaved reports whether both can be made of a and b, each kept in its order.
func interleaved(a, b, both []string) bool {
	a, b, both = trimEnd(a), trimEnd(b), trimEnd(both)
	if len(a)+len(b) != len(both) {
		return false
	}
	reached := map[int]bool{0: true} // numbers of lines of a among the first of both
	for n, line := range both {
		next := map[int]bool{}
		for i := range reached {
			if i < len(a) && a[i] == line {
				next[i+1] = true
			}
			if j := n - i; j < len(b) && b[j] == line {
				next[i] = true
			}
		}
		reached = next
	}
	return len(reached) > 0
}

// trimEnd leaves out the empty line after the last newline.
func trimEnd(lines []string) []string {
	if n := len(lines) - 1; lines[n] == "" {
		return lines[:n]
	}
	return lines
}

// newSession starts a session of the chosen back-end in a folder.
func newSession(t *testing.T, sink interp.Sink, dir string, env ...string) *interp.Session {
	t.Helper()
	options := interp.Options{Sink: sink, Dir: dir, Env: env, Engine: interp.Engine(*engine)}
	if options.Engine == interp.Native {
		options.Toolchain = toolchaintest.Prepared(t)
	}
	s, err := interp.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ready makes sure that there is what sessions need, before many ask for it at once.
func ready(t *testing.T) {
	t.Helper()
	if *engine == string(interp.Native) {
		toolchaintest.Prepared(t)
	}
}

// errLimit is the error of cells that did not end in time.
var errLimit = errors.New("time is over")

// runCells evaluates cells up to the first that fails. A cell that exits with 0 has not
// failed, and is the last.
func runCells(t *testing.T, cells []string, dir string) (printed, error) {
	out := &screen{exit: make(chan struct{})}
	s := newSession(t, out, dir)
	defer s.Close()
	for n, cell := range cells {
		err := runCell(t, s, n+1, cell)
		var failed *interp.Error
		switch {
		case errors.As(err, &failed) && exitsWell(failed), out.hasExited():
			return out.text(), nil
		case failed != nil && strings.Contains(failed.Value, "main called runtime.Goexit"):
			err = out.awaitExit(err)
			return out.text(), err
		case err != nil:
			return out.text(), err
		}
	}
	return out.text(), nil
}

// runCell evaluates a cell, which has an end in any case.
func runCell(t *testing.T, s *interp.Session, n int, source string) error {
	ctx, cancel := context.WithTimeout(t.Context(), *limit)
	defer cancel()
	stuck := time.AfterFunc(*limit+5*time.Second, func() { s.Close() }) // what cannot be interrupted
	defer stuck.Stop()
	_, err := s.Eval(ctx, interp.Cell{N: n, Source: source, Origin: fmt.Sprint(n)})
	if ctx.Err() != nil {
		return errLimit
	}
	return err
}

// exitsWell reports whether a cell has called os.Exit(0), or something in a library has.
func exitsWell(e *interp.Error) bool {
	return e.Name == "Exit" && e.Value == "os.Exit(0) was called" ||
		e.Kind == interp.Died && strings.Contains(e.Value, "(exit code 0)")
}
