package interpreted_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/runner/dyn"
	"github.com/parago/parago/interp/runner/symbols"
	"github.com/parago/parago/interp/runner/symbols/late"
	"github.com/parago/parago/interp/write/interpreted"
	"github.com/parago/parago/procpool"
	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"
	"github.com/traefik/yaegi/stdlib/unsafe"
)

// TestMain makes this binary the interpreter's host too: yaegi can die, so each case
// runs in a process of its own.
func TestMain(m *testing.M) {
	if cells := os.Getenv("LOWER_TEST_CELLS"); cells != "" {
		os.Exit(host(cells))
	}
	os.Exit(m.Run())
}

// run evaluates cells one after another and returns what they print. The error text is
// of the first cell that fails.
func run(t testing.TB, cells []string) (stdout, failed string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), "LOWER_TEST_CELLS="+strings.Join(cells, "\x1e"),
		"GORACE=log_path=/dev/null exitcode=0") // the interpreter's goroutines race on its frames
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if ctx.Err() != nil {
		return out.String(), "deadline"
	}
	if err != nil {
		return out.String(), "exit: " + errs.String()
	}
	return out.String(), errs.String()
}

// host evaluates the cells; it writes their failure to stderr.
func host(cells string) int {
	scope := check.NewScope(check.Options{Sources: sources()})
	l := interpreted.New(scope)
	trace := io.Discard // the interpreter's own words about panics
	if os.Getenv("LOWER_TEST_SHOW") != "" {
		trace = os.Stderr
	}
	i := interp.New(interp.Options{Stdout: os.Stdout, Stderr: trace, Unrestricted: true})
	types := dyn.New(stdlib.Symbols, symbols.Std(), late.Std(), unsafe.Symbols)
	var fail error
	for _, table := range []interp.Exports{stdlib.Symbols, symbols.Std(), late.Std(), unsafe.Symbols, symbols.Procpool(), types.Exports(interpreted.Runtime), {
		"os/-": {"Stdout": reflect.ValueOf(&os.Stdout).Elem()},
		interpreted.Runtime + "/runtime": {
			"Result":   reflect.ValueOf(func(vs ...any) { fmt.Print("= "); fmt.Println(vs...) }),
			"Fail":     reflect.ValueOf(func(err error) { fail = err }),
			"Panicked": reflect.ValueOf(func(v any) { fmt.Fprintln(os.Stderr, "panicked:", v) }),
			"PanickedIn": reflect.ValueOf(func(int, int) func(any) {
				return func(v any) { fmt.Fprintln(os.Stderr, "panicked:", v) }
			}),
			"Func": reflect.ValueOf(func(name, class, entry string, local any) *procpool.Func {
				return &procpool.Func{Name: name, Class: class, Entry: entry, Local: local}
			}),
			"Factory": reflect.ValueOf(func(name, class, entry string, local any, captures ...any) *procpool.Func {
				return &procpool.Func{Name: name, Class: class, Entry: entry, Local: local, Factory: true, Captures: captures}
			}),
			"Stdin": reflect.ValueOf(&os.Stdin).Elem(),
		},
	}} {
		i.Use(table)
	}
	seen := map[string]bool{}
	eval := func(text string) (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("compiler panic: %v", r)
			}
		}()
		if strings.TrimSpace(text) == "" {
			return nil
		}
		if os.Getenv("LOWER_TEST_SHOW") != "" {
			fmt.Fprintln(os.Stderr, text)
		}
		_, err = i.EvalWithContext(context.Background(), text)
		if p, ok := err.(interp.Panic); ok {
			return fmt.Errorf("panic: %v", dyn.Translate(p.Value))
		}
		return err
	}
	if err := eval("var " + interpreted.LineVar + " int"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for n, src := range strings.Split(cells, "\x1e") {
		err := func() error {
			parsed, err := cell.Parse(n+1, src)
			if err != nil {
				return err
			}
			u, err := scope.Check(parsed)
			if err != nil {
				return err
			}
			p, err := l.Lower(u)
			if err != nil {
				return fmt.Errorf("REFUSED %w", err)
			}
			text := ""
			for _, im := range p.Imports {
				if !seen["import "+im.Alias] {
					seen["import "+im.Alias] = true
					if err := eval(fmt.Sprintf("import %s %q", im.Alias, im.Path)); err != nil {
						return fmt.Errorf("import %s: %w", im.Path, err)
					}
				}
			}
			for _, d := range p.Decls {
				if !seen[d.Name] {
					seen[d.Name] = true
					text += d.Text + "\n"
				}
			}
			for _, v := range p.Vars {
				text += v.Text + "\n"
			}
			if err := eval(text + p.Cell); err != nil {
				return fmt.Errorf("REJECTED %w", err)
			}
			scope.Commit(u)
			l.Commit(p)
			fail = nil
			if p.Entry != "" {
				if err := eval(p.Entry + "()"); err != nil {
					return err
				}
			}
			return fail
		}()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 0
		}
	}
	return 0
}

func sources() map[string]fs.FS {
	all := interpreted.Library()
	return all
}
