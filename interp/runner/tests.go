package runner

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/interp/runner/wire"
)

// A testRun has package testing run functions of cells, as `go test` does in a process of
// their own. The package keeps its settings in flags of the program, which it gets a set of
// its own for, and prints to os.Stdout, which is a pipe meanwhile: what it prints names the
// files of compiled cells.
type testRun struct {
	session *session
	run     *run

	ran    [3]int // tests, examples, benchmarks
	mu     sync.Mutex
	failed []string // their names

	ending sync.Once
	undo   []func() // the last first
}

// all runs what a cell has handed over, of what the flags ask for.
func (t *testRun) all(m *wire.Tests, values []any) {
	tests, ok1 := value(values[0]).([]testing.InternalTest)
	benchmarks, ok2 := value(values[1]).([]testing.InternalBenchmark)
	examples, ok3 := value(values[2]).([]testing.InternalExample)
	if !ok1 || !ok2 || !ok3 {
		t.run.mistaken()
		return
	}
	if err := t.begin(m.Flags); err != nil {
		t.run.fail(&wire.Error{Kind: wire.Unhandled, Name: "UsageError", Text: err.Error()})
		return
	}
	start := time.Now()
	t.runTests(tests)
	for _, e := range examples {
		t.runExample(e)
	}
	if len(t.failed) == 0 {
		t.runBenchmarks(benchmarks)
	}
	took := time.Since(start)
	t.end()
	if !t.run.cell.Halted() {
		t.report(took)
	}
}

// report says what has come of it.
func (t *testRun) report(took time.Duration) {
	var ran []string
	for i, kind := range []string{"test", "example", "benchmark"} {
		if n := t.ran[i]; n == 1 {
			ran = append(ran, "1 "+kind)
		} else if n > 1 {
			ran = append(ran, fmt.Sprintf("%d %ss", n, kind))
		}
	}
	verdict := "ok  "
	if len(t.failed) > 0 {
		verdict = "FAIL"
		t.run.fail(&wire.Error{Kind: wire.Unhandled, Name: "TestFailure", Text: strings.Join(t.failed, ", ") + " failed"})
	}
	fmt.Printf("%s\t%s\t%.3fs\n", verdict, cmp.Or(strings.Join(ran, ", "), "no tests"), took.Seconds())
}

// note has a test that failed.
func (t *testRun) note(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed = append(t.failed, name)
}

// runTests runs tests all at once, as some may run in parallel.
func (t *testRun) runTests(all []testing.InternalTest) {
	top, _, _ := strings.Cut(flag.Lookup("test.run").Value.String(), "/")
	wanted, err := regexp.Compile(top)
	all = slices.DeleteFunc(slices.Clone(all), func(test testing.InternalTest) bool { return err == nil && !wanted.MatchString(test.Name) })
	if len(all) == 0 { // of which the package would warn
		return
	}
	for i, test := range all {
		f := rt.Tested(test.F)
		all[i].F = func(tt *testing.T) {
			if t.run.cell.Halted() {
				tt.SkipNow()
			}
			t.ran[0]++ // they are begun one after the other
			tt.Cleanup(func() {
				if tt.Failed() {
					t.note(test.Name)
				}
			})
			f(tt)
		}
	}
	testing.RunTests(regexp.MatchString, all)
}

// runExample runs an example. If it panics, that is part of what it prints.
func (t *testRun) runExample(example testing.InternalExample) {
	f := example.F
	example.F = func() {
		t.ran[1]++
		defer func() {
			if v := recover(); v != nil {
				os.Stdout.WriteString(rt.Explain(v))
			}
		}()
		rt.Check()
		f()
	}
	if !testing.RunExamples(regexp.MatchString, []testing.InternalExample{example}) {
		t.note(example.Name)
	}
}

func (t *testRun) runBenchmarks(all []testing.InternalBenchmark) {
	all = slices.Clone(all)
	for i, bench := range all {
		f := rt.Tested(bench.F)
		begun, failed := false, false
		all[i].F = func(b *testing.B) {
			if !begun { // it is called several times
				begun = true
				t.ran[2]++
			}
			defer func() {
				if b.Failed() && !failed {
					failed = true
					t.note(bench.Name)
				}
			}()
			f(b)
		}
	}
	testing.RunBenchmarks(regexp.MatchString, all)
}

// begin gives package testing its flags and its output.
func (t *testRun) begin(flags [][2]string) error {
	set, err := t.session.testFlags()
	if err != nil {
		return err
	}
	program := flag.CommandLine
	flag.CommandLine = set
	t.undo = append(t.undo, func() { flag.CommandLine = program })
	for _, f := range flags {
		if err := setFlag(set, f[0], f[1]); err != nil {
			t.end()
			return fmt.Errorf("-%s %s: %w", f[0], f[1], err)
		}
	}
	return t.redirect()
}

// redirect has what is printed go by way of a pipe, and names of files be those of cells.
func (t *testRun) redirect() error {
	r, w, err := os.Pipe()
	if err != nil {
		t.end()
		return err
	}
	stdout := os.Stdout
	os.Stdout = w
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		p := &placer{to: stdout, natives: t.session.natives}
		io.Copy(p, r)
		p.flush()
		r.Close()
	}()
	t.undo = append(t.undo, func() {
		os.Stdout = stdout
		w.Close()
		<-copied
	})
	return nil
}

// end makes everything as it was. It may be called again, also while a test still runs.
func (t *testRun) end() {
	t.ending.Do(func() {
		for _, undo := range slices.Backward(t.undo) {
			undo()
		}
	})
}
