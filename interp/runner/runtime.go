package runner

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"testing"

	"github.com/parago/parago/interp/display"
	"github.com/parago/parago/interp/runner/dyn"
	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/procpool/embed"
	"github.com/traefik/yaegi/interp"
)

// A host is what lowered text calls, and what ends a process: a session or a worker.
type host interface {
	result(values ...any)
	failed(err error)
	panicked(v any, in lines)
	overflowed(why string) // if it returns, the calling goroutine ends
}

// maxDepth is how many bytes of stack interpreted calls may use: about 100,000 calls. They use
// as much elsewhere.
const maxDepth = 64 << 20

// endIfDeep ends the calling goroutine, and its cell, if interpreted calls have gone too deep. It also ends one whose
// cell is to stop, as it is called often where there is no loop.
func endIfDeep(h host) {
	rt.Check()
	if rt.Depth() > maxDepth {
		h.overflowed("stack overflow")
		runtime.Goexit()
	}
}

// standInTable is what stands in for functions of the library: what prints to the output of a goroutine's own cell, what
// makes texts of values and ends the cell instead of printing without end, what ends the cell and not the
// process, and what waits until its cell is to stop. The keys' last part keeps the interpreter from putting its
// own in their place.
func standInTable() interp.Exports {
	return interp.Exports{
		"fmt/-": {
			"Print": reflect.ValueOf(rt.Print), "Printf": reflect.ValueOf(rt.Printf), "Println": reflect.ValueOf(rt.Println),
			"Sprint": reflect.ValueOf(rt.Sprint), "Sprintf": reflect.ValueOf(rt.Sprintf), "Sprintln": reflect.ValueOf(rt.Sprintln),
			"Fprint": reflect.ValueOf(rt.Fprint), "Fprintf": reflect.ValueOf(rt.Fprintf), "Fprintln": reflect.ValueOf(rt.Fprintln),
			"Append": reflect.ValueOf(rt.Append), "Appendf": reflect.ValueOf(rt.Appendf), "Appendln": reflect.ValueOf(rt.Appendln),
			"Errorf": reflect.ValueOf(rt.Errorf),
		},
		"log/-": {
			"Print": reflect.ValueOf(rt.LogPrint), "Printf": reflect.ValueOf(rt.LogPrintf), "Println": reflect.ValueOf(rt.LogPrintln),
			"Fatal": reflect.ValueOf(rt.Fatal), "Fatalf": reflect.ValueOf(rt.Fatalf), "Fatalln": reflect.ValueOf(rt.Fatalln),
		},
		"os/-":   {"Exit": reflect.ValueOf(rt.Exit)},
		"time/-": {"Sleep": reflect.ValueOf(rt.Sleep)},
	}
}

// runtimeTable is the package that lowered text knows as parago/runtime.
func runtimeTable(h host, stdin io.Reader) interp.Exports {
	return interp.Exports{"parago/runtime/runtime": {
		"Result":   reflect.ValueOf(h.result),
		"Fail":     reflect.ValueOf(h.failed),
		"Panicked": reflect.ValueOf(func(v any) { h.panicked(v, lines{}) }),
		"PanickedIn": reflect.ValueOf(func(first, last int) func(any) {
			return func(v any) { h.panicked(v, lines{first, last}) }
		}),
		"Check": reflect.ValueOf(rt.Check),
		"Deep":  reflect.ValueOf(func() { endIfDeep(h) }),
		"Func": reflect.ValueOf(func(name, class, entry string, local any) *embed.Func {
			return &embed.Func{Name: name, Class: class, Entry: entry, Local: local}
		}),
		"Factory": reflect.ValueOf(func(name, class, entry string, local any, captures ...any) *embed.Func {
			return &embed.Func{Name: name, Class: class, Entry: entry, Local: local, Factory: true, Captures: captures}
		}),
		"Stdin":                 reflect.ValueOf(&stdin).Elem(),
		"Lock":                  reflect.ValueOf(rt.Lock),
		"RWLock":                reflect.ValueOf(rt.RWLock),
		"RLock":                 reflect.ValueOf(rt.RLock),
		"WaitGroup":             reflect.ValueOf(rt.WaitGroup),
		"RunCommand":            reflect.ValueOf(rt.RunCommand),
		"WaitCommand":           reflect.ValueOf(rt.WaitCommand),
		"OutputCommand":         reflect.ValueOf(rt.OutputCommand),
		"CombinedOutputCommand": reflect.ValueOf(rt.CombinedOutputCommand),
		"Tested":                reflect.ValueOf(rt.Tested[*testing.T]),
		"TestedB":               reflect.ValueOf(rt.Tested[*testing.B]),
	}}
}

// scanTable lets fmt.Scan and its kin read from stdin, which is no descriptor.
func scanTable(stdin io.Reader) interp.Exports {
	return interp.Exports{"fmt/-": {
		"Scan":   reflect.ValueOf(func(a ...any) (int, error) { return fmt.Fscan(stdin, a...) }),
		"Scanf":  reflect.ValueOf(func(f string, a ...any) (int, error) { return fmt.Fscanf(stdin, f, a...) }),
		"Scanln": reflect.ValueOf(func(a ...any) (int, error) { return fmt.Fscanln(stdin, a...) }),
	}}
}

// A console asks the owner for a line whenever it is read and has none left.
type console struct {
	session *session
	rest    string // of the last line
}

func newStdin(s *session) *bufio.Reader { return bufio.NewReader(&console{session: s}) }

func (c *console) Read(p []byte) (int, error) {
	if c.rest == "" {
		line, err := c.session.input("", false)
		if err != nil {
			return 0, err
		}
		c.rest = line + "\n"
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// errNoInput is io.EOF in other words: programs that read until the end do end.
var errNoInput = fmt.Errorf("no input here: the front-end cannot be asked: %w", io.EOF)

func (s *session) input(prompt string, password bool) (string, error) {
	r, origin := s.current()
	if r == nil || !r.input {
		return "", errNoInput
	}
	m, err := s.ask(func(seq int) *wire.Message {
		return &wire.Message{Input: &wire.Input{Seq: seq, Origin: origin, Prompt: prompt, Password: password}}
	})
	switch {
	case err != nil:
		return "", err
	case m.Line.Err != "":
		return "", errors.New(m.Line.Err)
	}
	return m.Line.Text, nil
}

// Show, Clear and Input make a session a display.Notebook.

func (s *session) Show(o display.Object, id string, update bool) {
	d := object(o)
	d.Origin, d.DisplayID, d.Update = s.where(), id, update
	s.conn.Send(&wire.Message{Display: d})
	s.flush() // or the cell's next print would overtake it
}

func (s *session) Clear(wait bool) {
	s.conn.Send(&wire.Message{Clear: &wire.Clear{Origin: s.where(), Wait: wait}})
	s.flush()
}

func (s *session) Input(prompt string, password bool) (string, error) {
	return s.input(prompt, password)
}

var _ display.Notebook = (*session)(nil)

// object is o as a report.
func object(o display.Object) *wire.Display {
	text, encoded := o.MIME()
	return &wire.Display{Data: text, JSON: encoded}
}

// bundle is what values look like: one as display.Of has it, several on one line. One
// that is nil is nothing to look at, as None in Python; nor is the handle of what is shown
// already.
func bundle(values []any) *wire.Display {
	if len(values) == 1 && (isNil(values[0]) || isHandle(values[0])) {
		return nil
	}
	if len(values) == 1 {
		return object(display.Of(plain(values[0])))
	}
	text := ""
	for i, v := range values {
		if i > 0 {
			text += " "
		}
		text += display.Of(plain(v)).String()
	}
	return object(display.Text(text))
}

func isNil(v any) bool {
	if b, ok := v.(dyn.Box); ok {
		v = b.V
	}
	r := reflect.ValueOf(plain(v))
	switch r.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Func, reflect.Chan, reflect.Interface:
		return r.IsNil()
	}
	return false
}

func isHandle(v any) bool {
	_, ok := plain(v).(display.Handle)
	return ok
}

// plain takes a value out of the interpreter's wrapping.
func plain(v any) any {
	if r, ok := v.(reflect.Value); ok && r.IsValid() && r.CanInterface() {
		return r.Interface()
	}
	return v
}
