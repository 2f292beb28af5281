package interp_test

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/celltest"
	"github.com/parago/parago/interp/runner"
	"github.com/parago/parago/interp/toolchain/toolchaintest"
)

// The test binary is its own interpreter process.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		os.Exit(runner.Main(runner.Options{}))
	}
	os.Exit(m.Run())
}

// TestTranscripts runs testdata/*.cells, each case in a session of each engine; see package
// celltest for the form. What a case cannot do on both is told by its marks:
//
//	[interp], [native]   runs on this engine alone
//	[compiled]           the interpreter may refuse it: what it does not refuse must be right
//	[go1.27]             needs a Go as new as that
func TestTranscripts(t *testing.T) {
	celltest.Run(t, "testdata/*.cells", func(t *testing.T, c *celltest.Case) {
		for _, mark := range c.Marks {
			if !slices.Contains([]string{"interp", "native", "compiled", c.Go()}, mark) {
				t.Errorf("there is no mark [%s]", mark)
			}
		}
		if c.Go() != "" && version.Compare(goVersion(t), c.Go()) < 0 {
			t.Skipf("this is %s", goVersion(t))
		}
		all := engines(t)
		t.Parallel()
		for _, engine := range all {
			if !c.Marked(otherEngine[engine]) {
				t.Run(string(engine), func(t *testing.T) { replay(t, c, engine) })
			}
		}
	})
}

// otherEngine is the mark of cases that run on the other one only.
var otherEngine = map[interp.Engine]string{interp.Interp: "native", interp.Native: "interp"}

// goVersion is that of the Go which compiles cells.
func goVersion(t *testing.T) string {
	out, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil {
		t.Skipf("asking go for its version: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// cellLimit is when a cell that does not end is interrupted, on a busy machine too.
const cellLimit = 2 * time.Minute

// replay runs the cells of a case in a new session.
func replay(t *testing.T, c *celltest.Case, engine interp.Engine) {
	sink := &recorder{}
	s := newSessionOn(t, sink, engine)
	ctx, cancel := context.WithTimeout(t.Context(), cellLimit*time.Duration(len(c.Cells)))
	defer cancel()
	for n, cell := range c.Cells {
		r, err := s.Eval(ctx, interp.Cell{N: n + 1, Source: cell.Source, Origin: fmt.Sprint(n + 1)})
		var e *interp.Error
		if errors.As(err, &e) && e.Kind == interp.Refused && engine == interp.Interp && c.Marked("compiled") {
			return
		}
		c.Expect(t, cell, sink.take()+outcome(r, err))
	}
}

func outcome(r *interp.Result, err error) string {
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

// engines are those that this machine can run: where cells cannot be compiled, they are
// interpreted, and in CI that fails.
func engines(t *testing.T) []interp.Engine {
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

func newSession(t *testing.T, sink interp.Sink) *interp.Session {
	t.Helper()
	return newSessionOn(t, sink, interp.Interp)
}

func newSessionOn(t *testing.T, sink interp.Sink, engine interp.Engine) *interp.Session {
	t.Helper()
	o := interp.Options{Sink: sink, Engine: engine}
	if engine == interp.Native {
		o.Toolchain = toolchaintest.Prepared(t)
	}
	return newSessionWith(t, o)
}

func newSessionWith(t *testing.T, o interp.Options) *interp.Session {
	t.Helper()
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

// A recorder is a Sink that keeps text.
type recorder struct {
	mu   sync.Mutex
	text strings.Builder
}

func (r *recorder) Write(_ string, _ interp.Stream, p []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text.Write(p)
}

func (r *recorder) Display(_ string, d interp.Display) {
	r.Write("", interp.Stdout, fmt.Appendf(nil, "[display %v]\n", d.Data["text/plain"]))
}

func (r *recorder) ClearOutput(string, bool) { r.Write("", interp.Stdout, []byte("[clear]\n")) }

func (r *recorder) Input(_ context.Context, _, prompt string, _ bool) (string, error) {
	r.Write("", interp.Stdout, fmt.Appendf(nil, "[input %s]\n", prompt))
	return "typed", nil
}

// take returns what was written since the last take, ending in a newline if it is anything.
func (r *recorder) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := r.text.String()
	r.text.Reset()
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}
