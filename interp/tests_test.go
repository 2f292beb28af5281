package interp_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/interp"
)

// tested is what TestTests runs.
const tested = `func check(t *testing.T, n int) { t.Helper(); if n > 2 { t.Errorf("%d is too much", n) } }
func TestGood(t *testing.T) { t.Log("said with -v"); check(t, limit) }
func TestBad(t *testing.T) {
	check(t, 3)
	t.Run("sub", func(t *testing.T) {
		var m map[string]int
		m["a"] = 1
	})
	t.Run("after", func(t *testing.T) {})
}
func TestParallel(t *testing.T) {
	for _, name := range []string{"a", "b"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := os.WriteFile(filepath.Join(t.TempDir(), name), nil, 0o600); err != nil { t.Fatal(err) }
		})
	}
}
func TestSkipped(t *testing.T) { t.Skip("not today") }
func TestWrong(n int) {}
func ExampleGood() {
	fmt.Println("as it should")
	// Output: as it should
}
func ExampleBad() {
	panic("boom")
	// Output: quiet
}
func ExampleOther() { panic("not run") }
func BenchmarkSprint(b *testing.B) { for b.Loop() { fmt.Sprint(limit) } }
func FuzzX(f *testing.F) {}
limit := 2`

// TestTests runs tests on each engine, with flags of go test.
func TestTests(t *testing.T) {
	for _, engine := range engines(t) {
		if engine == interp.Interp && withRace {
			continue // package testing fails tests when the interpreter's own goroutines race
		}
		sink := &recorder{}
		s := newSessionOn(t, sink, engine)
		mustEval(t, s, tested)
		for _, c := range []struct {
			flags  string // "run=x v=true"
			prints string
			fails  string
		}{
			{"", `In[1]:20: TestWrong is not run: it is a func(n int) and not a func(*testing.T)
In[1]:31: FuzzX is not run: go test fuzzes in processes of its own, which a session has not
--- FAIL: TestBad (0.00s)
    In[1]:4: 3 is too much
    --- FAIL: TestBad/sub (0.00s)
        panic: assignment to entry in nil map
        	In[1]:7 in a literal
--- FAIL: ExampleBad (0.00s)
got:
panic: boom
	In[1]:26 in ExampleBad
want:
quiet
FAIL	4 tests, 2 examples	0.00s
`, "TestFailure: TestBad, ExampleBad failed"},
			{"run=Good|Skip v=true", `=== RUN   TestGood
    In[1]:2: said with -v
--- PASS: TestGood (0.00s)
=== RUN   TestSkipped
    In[1]:19: not today
--- SKIP: TestSkipped (0.00s)
=== RUN   ExampleGood
--- PASS: ExampleGood (0.00s)
ok  	2 tests, 1 example	0.00s
`, ""},
			{"run=TestParallel/a", "ok  \t1 test\t0.00s\n", ""},
			{"run=none", "ok  \tno tests\t0.00s\n", ""},
			{"run=none bench=. benchtime=3x", "BenchmarkSprint\nok  \t1 benchmark\t0.00s\n", ""},
			{"run=Good(", "", "-run Good(: error parsing regexp: missing closing ): `Good(`"},
			{"run=none bench=a/*b", "", "UsageError: -bench a/*b: error parsing regexp: missing argument to repetition operator: `*`"},
			{"run=none nosuch=1", "", "UsageError: -nosuch 1: there is no such flag"},
		} {
			var flags [][2]string
			for _, f := range strings.Fields(c.flags) {
				name, value, _ := strings.Cut(f, "=")
				flags = append(flags, [2]string{name, value})
			}
			err := s.Test(context.Background(), interp.Cell{N: 2}, flags...)
			want := c.prints
			if engine == interp.Interp {
				want = regexp.MustCompile(`(?m)^( {4})In\[1\]:\d+: `).ReplaceAllString(want, "$1")
			}
			if got := steady(sink.take()); got != want {
				t.Errorf("%s, %q: got\n%s\nwant\n%s", engine, c.flags, got, want)
			}
			if (err == nil) != (c.fails == "") || err != nil && err.Error() != c.fails {
				t.Errorf("%s, %q: %v", engine, c.flags, err)
			}
		}
	}
}

// steady is what tests print, without what is never the same.
func steady(text string) string {
	for _, r := range [][2]string{
		{`\d+\.\d+s`, "0.00s"},
		{`(?m)^(goos|goarch|cpu|pkg): .*\n`, ""},
		{`(?m)^(Benchmark\w+)-\d+ .*`, "$1"},
		{`(?m)^(Benchmark\w+) .*`, "$1"},
		{`in (func literal|TestBad\.func)`, "in a literal"},
	} {
		text = regexp.MustCompile(r[0]).ReplaceAllString(text, r[1])
	}
	return text
}

// TestTestsOfACell runs those of one cell, and says so if there are none.
func TestTestsOfACell(t *testing.T) {
	sink := &recorder{}
	s := newSession(t, sink)
	for _, source := range []string{"func TestA(t *testing.T) {}", "func TestB(t *testing.T) { t.Fail() }"} {
		mustEval(t, s, source)
	}
	if err := s.Test(context.Background(), interp.Cell{Source: "func TestA(t *testing.T) {}"}); err != nil {
		t.Error(err)
	}
	if err := s.Test(context.Background(), interp.Cell{Source: "x := 1"}); err == nil || !strings.Contains(err.Error(), "there are no tests") {
		t.Errorf("got %v", err)
	}
	var names []string
	for _, f := range s.Functions() {
		names = append(names, f.Name+" "+f.Type)
	}
	if got, want := strings.Join(names, ", "), "TestA func(t *testing.T), TestB func(t *testing.T)"; got != want {
		t.Errorf("functions %s, want %s", got, want)
	}
}

// TestInterruptedTests stops tests that never end, on each engine: those behind them are
// not run, and the session goes on.
func TestInterruptedTests(t *testing.T) {
	for _, engine := range engines(t) {
		sink := &waitingSink{started: make(chan struct{}, 1), recorder: &recorder{}}
		s := newSessionOn(t, sink, engine)
		mustEval(t, s, "kept, late := 7, false\nfunc TestA(t *testing.T) { fmt.Println(\"begun\"); for {} }\nfunc TestB(t *testing.T) { late = true }")
		done := make(chan error, 1)
		go func() { done <- s.Test(context.Background(), interp.Cell{N: 2}) }()
		select {
		case <-sink.started:
		case err := <-done:
			t.Fatalf("%s: the test ended: %v", engine, err)
		case <-time.After(limit):
			t.Fatalf("%s: the test does not begin", engine)
		}
		s.Interrupt()
		select {
		case err := <-done:
			if kind(err) != interp.Interrupted {
				t.Errorf("%s: %v", engine, err)
			}
		case <-time.After(limit):
			t.Fatalf("%s: the test does not end", engine)
		}
		if got := mustEval(t, s, "fmt.Println(kept, late)\nfmt.Sprint(kept, late)"); got != "7 false" {
			t.Errorf("%s: %s", engine, got)
		}
	}
}
