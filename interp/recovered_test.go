package interp_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/parago/parago/interp"
)

// TestRecoveredLeavesNoTrace has a panic that is recovered, then one that is not: the
// traceback has the calls of the second alone, whoever recovered the first.
func TestRecoveredLeavesNoTrace(t *testing.T) {
	t.Parallel()
	s := newSession(t, nil)
	mustEval(t, s, `func inner() { panic("inner") }
func named() { recover() }
func safe() { defer func() { recover() }(); inner() }
func safeByName() { defer named(); inner() }
func last() { panic("last") }`)
	for _, before := range []string{"safe()", "safeByName()", "var wg sync.WaitGroup; wg.Go(safe); wg.Wait()"} {
		_, err := eval(t, s, before+"\nlast()")
		var e *interp.Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: got %v, want a panic", before, err)
		}
		if trace := strings.Join(e.Traceback, "\n"); !strings.Contains(trace, "last") || strings.Contains(trace, "inner") || strings.Contains(trace, "safe()\n") {
			t.Errorf("%s: the traceback is\n%s", before, trace)
		}
	}
}
