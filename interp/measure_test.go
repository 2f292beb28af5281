package interp_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/interp"
)

// TestMeasure measures code on each engine, with few loops.
func TestMeasure(t *testing.T) {
	for _, engine := range engines(t) {
		s := newSessionOn(t, nil, engine)
		mustEval(t, s, "func two() (int, error) { return 1, nil }\nxs := []int{1, 2, 3}\ncalls, setups := 0, 0")
		for _, c := range []struct{ setup, source string }{
			{"", "len(xs) + 1"},
			{"", "two()"},
			{"", "xs"},
			{"", "fmt.Sprint(xs);"},
			{"", "y := append([]int(nil), xs...)"},
			{"", "var a, _ = two()\nif a > 1 { two() } // a comment"},
			{"setups++; m := map[int]int{}\n", "calls++\nm[calls]++\n_ = len(m)"},
		} {
			o := interp.MeasureOptions{Setup: len(c.setup), Loops: 3, Runs: 2}
			m, err := s.Measure(context.Background(), interp.Cell{N: 2, Source: c.setup + c.source}, o)
			switch {
			case err != nil:
				t.Errorf("%s, %s: %v", engine, c.source, err)
			case m.Loops != 3 || len(m.Runs) != 2 || m.Engine != engine:
				t.Errorf("%s, %s: %+v", engine, c.source, m)
			}
		}
		if got := mustEval(t, s, "fmt.Sprint(calls, setups)"); got != "6 2" {
			t.Errorf("%s: %s calls and setups", engine, got)
		}
	}
}

// TestWhatCannotBeMeasured has errors in the cell's own places.
func TestWhatCannotBeMeasured(t *testing.T) {
	s := newSession(t, nil)
	mustEval(t, s, "x := 1")
	for _, c := range []struct {
		source    string
		line, col int
		says      string
	}{
		{"\n  nothing(x)", 2, 3, "undefined: nothing"},
		{"x +", 1, 4, ""},
		{"for {\n\treturn\n}", 2, 2, "return cannot be measured"},
		{"defer x()", 1, 7, ""},
		{"f := func() { defer print(1) }\n defer f()", 2, 2, "defer outside a function cannot be measured"},
		{"func f() {}", 1, 1, "the declaration of a function"},
		{"import \"os\"", 1, 8, "an import"},
		{"", 1, 1, "nothing to measure"},
		{"\nvar p *int\n*p", 3, 0, "nil pointer"},
	} {
		_, err := s.Measure(context.Background(), interp.Cell{N: 2, Source: c.source}, interp.MeasureOptions{Loops: 1, Runs: 1})
		var e *interp.Error
		if !errors.As(err, &e) || e.Line != c.line || e.Col != c.col || !strings.Contains(e.Value, c.says) {
			t.Errorf("%q: %+v", c.source, e)
		}
	}
}

func TestMeasurementsInWords(t *testing.T) {
	t.Parallel()
	ms := time.Millisecond
	for _, c := range []struct {
		m    interp.Measurement
		want string
	}{
		{interp.Measurement{Loops: 1000, Runs: []time.Duration{3 * ms, 2 * ms, 1 * ms}, Allocs: 2, Bytes: 48, Engine: interp.Native},
			"2 µs/op ± 50%  48 B/op  2 allocs/op  (3 runs of 1000 loops, compiled)"},
		{interp.Measurement{Loops: 1_000_000_000, Runs: []time.Duration{312345 * time.Microsecond}, Engine: interp.Interp},
			"0.3123 ns/op ± 0%  0 B/op  0 allocs/op  (1 run of 1000000000 loops, interpreted)"},
		{interp.Measurement{Loops: 1, Runs: []time.Duration{1500 * ms, 1500 * ms}}, "1.5 s/op ± 0%  0 B/op  0 allocs/op  (2 runs of 1 loop, compiled)"},
		{interp.Measurement{}, "no runs"},
	} {
		if got := c.m.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// TestTimes tells a cell that computes from one that waits.
func TestTimes(t *testing.T) {
	for _, engine := range engines(t) {
		s := newSessionOn(t, nil, engine)
		r, err := s.Eval(context.Background(), interp.Cell{N: 1, Source: "for start := time.Now(); time.Since(start) < 100*time.Millisecond; {}"})
		if err != nil || r.Times.Wall < 100*time.Millisecond || r.Times.User+r.Times.System == 0 {
			t.Errorf("%s: a loop: %+v, %v", engine, r, err)
		}
	}
}

func TestVet(t *testing.T) {
	t.Parallel()
	s := newSession(t, nil)
	for _, source := range []string{"func f(x int) { x = x }\nfunc unused() { fmt.Sprintf(\"%d\", \"s\") }", "1"} {
		mustEval(t, s, source)
	}
	for _, c := range []struct {
		source string
		want   string
	}{
		{"", "In[1]:1:17: self-assignment of x (assign)\nIn[1]:2:17: result of fmt.Sprintf call not used (unusedresult)\nIn[1]:2:30: fmt.Sprintf format %d has arg \"s\" of wrong type string (printf)"},
		{"\nf(1)\nfmt.Printf(\"%s\", 1)", "In[3]:3:13: fmt.Printf format %s has arg 1 of wrong type int (printf)"},
		{"f(2)", ""},
	} {
		found, err := s.Vet(interp.Cell{N: 3, Source: c.source})
		var lines []string
		for _, f := range found {
			lines = append(lines, f.String())
		}
		if got := strings.Join(lines, "\n"); err != nil || got != c.want {
			t.Errorf("%q: got %s, %v", c.source, got, err)
		}
	}
	if _, err := s.Vet(interp.Cell{N: 3, Source: "undefined()"}); kind(err) != interp.CheckError {
		t.Errorf("got %v", err)
	}
}
