package kernel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/kernel"
)

// fake is an Evaluator for tests. Its cells are commands, one a line:
//
//	print TEXT, eprint TEXT   write a line
//	write TEXT                write a Go string literal's text, unfinished lines and all
//	value TEXT                the cell's value
//	fail NAME VALUE           the cell's error
//	plainfail TEXT            an error that is no *interp.Error
//	die                       the session process dies
//	panic                     a bug in the evaluator
//	input PROMPT, password PROMPT   ask, and print the answer
//	display ID HTML, update ID HTML, clear, clear wait
//	text                      write the text that the cell is a part of
//	block                     run until interrupted
//	stubborn                  run until interrupted twice
//	as N TEXT                 write a line as a process that cell N left behind
//	func NAME                 declare a function; init_NAME() calls one
type fake struct {
	out    interp.Sink
	forced chan struct{} // gets a token by Interrupt

	mu      sync.Mutex
	origins map[string]string // by N
	script  []string          // orders, and what they are about
	engine  interp.Engine

	functions []interp.Function
}

func newFake(out interp.Sink) (kernel.Evaluator, error) {
	return &fake{out: out, forced: make(chan struct{}, 1), origins: map[string]string{}, engine: interp.Auto}, nil
}

func (f *fake) Eval(ctx context.Context, c interp.Cell) (*interp.Result, error) {
	f.mu.Lock()
	f.origins[fmt.Sprint(c.N)] = c.Origin
	f.mu.Unlock()
	result := &interp.Result{Times: interp.Times{Wall: 1234567 * time.Nanosecond, User: time.Millisecond, System: 20 * time.Microsecond}}
	if c.Main || c.Args != nil {
		f.out.Write(c.Origin, interp.Stdout, fmt.Appendf(nil, "(main %v, arguments %q)\n", c.Main, c.Args))
	}
	for i, line := range strings.Split(c.Source, "\n") {
		if err := f.command(ctx, c, strings.TrimSpace(line), result); err != nil {
			var e *interp.Error
			if errors.As(err, &e) {
				e.Line = i + 1
				e.Traceback = []string{fmt.Sprintf("In[%d]:%d", c.N, i+1), e.Error()}
			}
			return nil, err
		}
	}
	return result, nil
}

func (f *fake) command(ctx context.Context, c interp.Cell, line string, result *interp.Result) error {
	word, rest, _ := strings.Cut(line, " ")
	name, arg, _ := strings.Cut(rest, " ")
	switch word {
	case "", "//":
	case "print":
		f.out.Write(c.Origin, interp.Stdout, []byte(rest+"\n"))
	case "eprint":
		f.out.Write(c.Origin, interp.Stderr, []byte(rest+"\n"))
	case "write":
		var text string
		fmt.Sscanf(rest, "%q", &text)
		f.out.Write(c.Origin, interp.Stdout, []byte(text))
	case "text":
		f.out.Write(c.Origin, interp.Stdout, fmt.Appendf(nil, "%q\n", c.Text))
	case "value":
		result.Data = interp.Bundle{"text/plain": rest}
	case "fail":
		return &interp.Error{Kind: interp.RunError, Name: name, Value: arg}
	case "plainfail":
		return errors.New(rest)
	case "start()":
	case "func":
		f.mu.Lock()
		f.functions = append(f.functions, interp.Function{Name: rest, Type: "func()", Cell: c.N})
		f.mu.Unlock()
	case "die":
		return &interp.Error{Kind: interp.Died, Name: "SessionDied", Value: "exit status 3"}
	case "panic":
		panic("the evaluator has a bug")
	case "input", "password":
		line, err := f.out.Input(ctx, c.Origin, rest, word == "password")
		if err != nil {
			return &interp.Error{Kind: interp.RunError, Name: "*errors.errorString", Value: err.Error()}
		}
		f.out.Write(c.Origin, interp.Stdout, []byte("got "+line+"\n"))
	case "display", "update":
		f.out.Display(c.Origin, interp.Display{
			Data: interp.Bundle{"text/plain": "…", "text/html": arg}, DisplayID: strings.Trim(name, "-"), Update: word == "update",
		})
	case "clear":
		f.out.ClearOutput(c.Origin, rest == "wait")
	case "block":
		f.out.Write(c.Origin, interp.Stdout, []byte("blocking\n"))
		<-ctx.Done()
		return &interp.Error{Kind: interp.Interrupted, Name: "Interrupted", Value: "stopped"}
	case "stubborn":
		f.out.Write(c.Origin, interp.Stdout, []byte("blocking\n"))
		<-ctx.Done()
		f.out.Write(c.Origin, interp.Stdout, []byte("still here\n"))
		<-f.forced
		return &interp.Error{Kind: interp.Died, Name: "SessionDied", Value: "killed"}
	case "as":
		f.mu.Lock()
		origin := f.origins[name]
		f.mu.Unlock()
		f.out.Write(origin, interp.Stdout, []byte(arg+"\n"))
	default:
		if strings.HasPrefix(word, "init_") {
			f.out.Write(c.Origin, interp.Stdout, []byte(line+"\n"))
			break
		}
		return &interp.Error{Kind: interp.CheckError, Name: "TypeError", Value: "undefined: " + word}
	}
	return nil
}

func (f *fake) Functions() []interp.Function {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.functions
}

func (f *fake) Declared() (all []interp.Declared) {
	for _, fn := range f.Functions() {
		all = append(all, interp.Declared{Name: fn.Name, Kind: "function", Cell: fn.Cell})
	}
	return all
}

func (f *fake) Remove(names ...string) (unknown []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range names {
		n := len(f.functions)
		f.functions = slices.DeleteFunc(f.functions, func(fn interp.Function) bool { return fn.Name == name })
		if len(f.functions) == n {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

func (f *fake) Reset() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.functions = nil
	return nil
}

func (f *fake) Chdir(_ context.Context, dir string) error { return f.ordered("chdir " + dir) }

func (f *fake) Setenv(_ context.Context, name, value string) error {
	return f.ordered("setenv " + name + " " + value)
}

func (f *fake) ordered(order string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.script = append(f.script, order)
	return nil
}

func (f *fake) Expr(ctx context.Context, c interp.Cell) (*interp.Result, error) {
	if strings.HasPrefix(c.Source, "bad") {
		return nil, &interp.Error{Kind: interp.CheckError, Name: "TypeError", Value: "undefined: bad"}
	}
	return &interp.Result{Data: interp.Bundle{"text/plain": c.Source}}, nil
}

func (f *fake) Interrupt() {
	select {
	case f.forced <- struct{}{}:
	default:
	}
}

func (f *fake) IsComplete(src string) (interp.Completeness, string) {
	switch {
	case strings.HasSuffix(src, "{"):
		return interp.Incomplete, "\t"
	case strings.HasPrefix(src, ")"):
		return interp.Invalid, ""
	}
	return interp.Complete, ""
}

// Complete knows three words; the second has characters of one to four bytes.
func (f *fake) Complete(src string, cursor int) interp.Completion {
	word := lastWord(src, cursor)
	c := interp.Completion{Start: cursor - utf8.RuneCountInString(word), End: cursor}
	for _, w := range []string{"print", "pβ€😀", "println"} {
		if strings.HasPrefix(w, word) {
			c.Matches = append(c.Matches, interp.Match{Text: w, Kind: "function", Type: "func()"})
		}
	}
	return c
}

func (f *fake) Inspect(src string, cursor, detail int) (interp.Bundle, bool) {
	if lastWord(src, cursor) != "print" {
		return nil, false
	}
	return interp.Bundle{"text/plain": fmt.Sprintf("print writes a line (detail %d)", detail)}, true
}

func lastWord(src string, cursor int) string {
	before := string([]rune(src)[:cursor])
	return before[strings.LastIndexAny(before, " \n")+1:]
}

// Variables is one variable for each order.
func (f *fake) Variables() (all []interp.Variable) {
	for i := range f.script {
		all = append(all, interp.Variable{Name: fmt.Sprintf("x%d", i), Type: "map[string]int", Cell: i + 1})
	}
	return all
}

// Processes is a table of none.
func (f *fake) Processes(context.Context) (interp.Bundle, error) {
	return interp.Bundle{"text/plain": "Pools", "text/html": "<table></table>"}, nil
}

// Engine is interpreted if that is chosen, and else compiled.
func (f *fake) Engine() interp.EngineInfo {
	info := interp.EngineInfo{Chosen: f.engine, Active: interp.Native, Go: "go1.99"}
	if f.engine == interp.Interp {
		info.Active = interp.Interp
	}
	return info
}

func (f *fake) SetEngine(e interp.Engine) (anew bool, err error) {
	if e == "broken" {
		return false, errors.New("there is no engine broken")
	}
	before := f.Engine().Active
	f.engine = e
	return f.Engine().Active != before, nil
}

// Measure, Test and Vet write what they are asked for.
func (f *fake) Measure(_ context.Context, c interp.Cell, o interp.MeasureOptions) (*interp.Measurement, error) {
	f.out.Write(c.Origin, interp.Stdout, fmt.Appendf(nil, "measure %d %q of %q %+v\n", c.N, c.Source, c.Text, o))
	return &interp.Measurement{Loops: 10, Runs: []time.Duration{time.Second}, Engine: interp.Native}, nil
}

func (f *fake) Test(_ context.Context, c interp.Cell, flags ...[2]string) error {
	f.out.Write(c.Origin, interp.Stdout, fmt.Appendf(nil, "test %d %q of %q %v\n", c.N, c.Source, c.Text, flags))
	if slices.Contains(flags, [2]string{"run", "Bad"}) {
		return &interp.Error{Kind: interp.RunError, Name: "TestFailure", Value: "TestBad failed"}
	}
	return nil
}

func (f *fake) Vet(c interp.Cell) ([]interp.Finding, error) {
	if c.Source == "" {
		return nil, nil
	}
	return []interp.Finding{{Cell: c.N, Line: 2, Col: 3, Message: fmt.Sprintf("%q is odd", c.Source), Analyzer: "odd"}}, nil
}

func (f *fake) Close() error { return nil }
