package replay

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/celltest"
	"github.com/parago/parago/interp/runner"
	"github.com/parago/parago/interp/runner/symbols/late"
	"github.com/parago/parago/interp/toolchain/toolchaintest"
)

// Main is the TestMain of a package whose tests have sessions; it returns the exit code.
func Main(m *testing.M) int {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		return runner.Main(runner.Options{Library: late.Library()})
	}
	return m.Run()
}

// Run runs the cases of the files that fit the pattern, each case in a session of each engine.
// What a case cannot do on both is told by its marks:
//
//	[interp], [native]   runs on this engine alone
//	[compiled]           the interpreter may refuse it: what it does not refuse must be right
//	[go1.27]             needs a Go as new as that
//	[go]                 plain Go: Compare runs it as a program, too
func Run(t *testing.T, pattern string) {
	engines := Engines(t)
	celltest.Run(t, pattern, func(t *testing.T, c *celltest.Case) {
		for _, mark := range c.Marks {
			if !slices.Contains([]string{"interp", "native", "compiled", "go", c.Go()}, mark) {
				t.Errorf("there is no mark [%s]", mark)
			}
		}
		t.Parallel()
		for _, engine := range engines {
			if c.Marked(otherEngine[engine]) {
				continue
			}
			t.Run(string(engine), func(t *testing.T) {
				if has := goOf(engine); version.Compare(has, c.Go()) < 0 {
					t.Skipf("this is %s", has)
				}
				replay(t, c, engine)
			})
		}
	})
}

// otherEngine is the mark of cases that run on the other one only.
var otherEngine = map[interp.Engine]string{interp.Interp: "native", interp.Native: "interp"}

// Engines are those that this machine can run: where cells cannot be compiled, they are
// interpreted, and in CI that fails.
func Engines(t testing.TB) []interp.Engine {
	t.Helper()
	if _, err := toolchaintest.Find(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Logf("interpreted only: %v", err)
		return []interp.Engine{interp.Interp}
	}
	return []interp.Engine{interp.Interp, interp.Native}
}

// goOf is the Go that cells of an engine can use all of: the one that this program was built
// with, which checks them, or the one that compiles them if that is older.
func goOf(engine interp.Engine) string {
	has := released(runtime.Version())
	if tc, err := toolchaintest.Find(); err == nil && engine == interp.Native && version.Compare(released(tc.Version()), has) < 0 {
		has = released(tc.Version())
	}
	return has
}

// released is a version as package version knows it, without experiments.
func released(v string) string {
	v, _, _ = strings.Cut(strings.TrimPrefix(v, "devel "), " ")
	return v
}

// Session starts a session that ends with the test.
func Session(t testing.TB, o interp.Options) *interp.Session {
	t.Helper()
	if o.Engine == interp.Native {
		o.Toolchain = toolchaintest.Prepared(t)
	}
	// The interpreter's own goroutines race on its frames and on the mark of the line;
	// with -race the detector is there for this process, not for that one.
	o.Env = append(o.Env, "GORACE=log_path=/dev/null exitcode=0")
	s, err := interp.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// cellLimit is when a cell that does not end is interrupted, on a busy machine too.
const cellLimit = 2 * time.Minute

// replay runs the cells of a case in a new session.
func replay(t *testing.T, c *celltest.Case, engine interp.Engine) {
	sink := &Recorder{}
	s := Session(t, interp.Options{Sink: sink, Engine: engine})
	ctx, cancel := context.WithTimeout(t.Context(), cellLimit*time.Duration(len(c.Cells)))
	defer cancel()
	for n, cell := range c.Cells {
		if printed, yes := cell.Interrupted(); yes {
			sink.Interrupt(printed, s.Interrupt)
		}
		r, err := s.Eval(ctx, interp.Cell{N: n + 1, Source: cell.Source, Origin: fmt.Sprint(n + 1)})
		var e *interp.Error
		if errors.As(err, &e) && e.Kind == interp.Refused && engine == interp.Interp && c.Marked("compiled") {
			return
		}
		c.Expect(t, cell, sink.Take()+Outcome(r, err))
	}
}

// Outcome is the last line of an answer: the result, the error, or ".".
func Outcome(r *interp.Result, err error) string {
	var e *interp.Error
	switch {
	case errors.As(err, &e) && e.Line > 0:
		return fmt.Sprintf("! %s at line %d: %s\n", e.Name, e.Line, e.Value)
	case err != nil:
		return fmt.Sprintf("! %v\n", err)
	case r.Data != nil:
		return fmt.Sprintf("= %v\n", r.Data["text/plain"])
	}
	return ".\n"
}
