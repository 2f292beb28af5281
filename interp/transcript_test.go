package interp_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/runner"
	"github.com/parago/parago/interp/toolchain/toolchaintest"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// The test binary is its own interpreter process.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		os.Exit(runner.Main(runner.Options{}))
	}
	os.Exit(m.Run())
}

// TestTranscripts runs testdata/*.cells. A file holds cases that start with
// "== name"; a case is one session: lines behind "> " are a cell, and what follows
// is what the user sees: printed lines, "= " before the result, "! " before an error. A case
// runs on both engines, unless its name ends in "[interp]" or "[native]".
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.cells")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".cells"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			head, cases, _ := strings.Cut(string(text), "== ")
			var seen strings.Builder
			seen.WriteString(head)
			for _, c := range strings.Split(cases, "\n== ") {
				name, want, _ := strings.Cut(c, "\n")
				want = strings.TrimRight(want, "\n") + "\n"
				t.Run(name, func(t *testing.T) {
					for _, engine := range engines(t) {
						if other := otherEngine[engine]; strings.HasSuffix(name, other) {
							kept(&seen, engine, c)
							continue
						}
						got := replay(t, want, engine)
						if engine == interp.Interp {
							fmt.Fprintf(&seen, "== %s\n%s\n", name, got)
							if *update {
								continue
							}
						}
						if got != want {
							t.Errorf("%s: got:\n%s\nwant:\n%s", engine, got, want)
						}
					}
				})
			}
			if *update {
				if err := os.WriteFile(file, []byte(strings.TrimRight(seen.String(), "\n")+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// otherEngine is how the name of a case ends that is not for an engine.
var otherEngine = map[interp.Engine]string{interp.Native: " [interp]", interp.Interp: " [native]"}

// kept writes a case that the interpreter does not run as it stands.
func kept(seen *strings.Builder, engine interp.Engine, text string) {
	if engine == interp.Interp {
		fmt.Fprintf(seen, "== %s\n", strings.TrimRight(text, "\n")+"\n")
	}
}

// replay runs the cells of a transcript in a new session and writes the transcript that they make.
func replay(t *testing.T, transcript string, engine interp.Engine) string {
	sink := &recorder{}
	s := newSessionOn(t, sink, engine)
	var out strings.Builder
	for n, source := range cells(transcript) {
		for _, line := range strings.Split(source, "\n") {
			out.WriteString(strings.TrimRight("> "+line, " ") + "\n")
		}
		r, err := s.Eval(context.Background(), interp.Cell{N: n + 1, Source: source, Origin: fmt.Sprint(n + 1)})
		out.WriteString(sink.take())
		out.WriteString(outcome(r, err))
	}
	return out.String()
}

// cells are the blocks of lines behind "> ".
func cells(transcript string) []string {
	var all []string
	var cell []string
	for _, line := range append(strings.Split(transcript, "\n"), "") {
		if rest, ok := strings.CutPrefix(line+" ", "> "); ok {
			cell = append(cell, strings.TrimSuffix(rest, " "))
			continue
		}
		if cell != nil {
			all = append(all, strings.Join(cell, "\n"))
			cell = nil
		}
	}
	return all
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
