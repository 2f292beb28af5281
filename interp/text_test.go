package interp_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/parago/parago/interp"
)

// A cell that comes in parts is shown as the user typed it, also the lines of
// parts that ran before.
func TestExcerptsShowTheWholeCell(t *testing.T) {
	t.Parallel()
	s := newSession(t, nil)
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	first := "func at(xs []int, i int) int {\n\treturn xs[i] // in the first part\n}\n"
	text := first + "!echo between\nat(nil, 5)"
	if _, err := s.Eval(ctx, interp.Cell{N: 3, Source: first, Text: text}); err != nil {
		t.Fatal(err)
	}
	_, err := s.Eval(ctx, interp.Cell{N: 3, Source: strings.Repeat("\n", 4) + "at(nil, 5)", Text: text})
	var e *interp.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a panic", err)
	}
	if trace := strings.Join(e.Traceback, "\n"); !strings.Contains(trace, "in the first part") {
		t.Errorf("the line that panicked is not shown:\n%s", trace)
	}
}
