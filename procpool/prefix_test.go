package procpool

import (
	"errors"
	"fmt"
	"testing"
)

// TestPrefix sees that the package's name stands in front of an error's text, and not again where one
// is part of another. What programs compare with keeps its text.
func TestPrefix(t *testing.T) {
	inner := errorf("no %s", "luck")
	for _, c := range []struct {
		err  error
		want string
	}{
		{errorf("%w", inner), "procpool: no luck"},
		{errorf("%w", ErrClosed), "procpool: closed"},
		{errorf("start: %w", inner), "procpool: start: no luck"},
		{errorf("start: %w", errorf("again: %v", inner)), "procpool: start: again: no luck"},
		{errorf("start: %w", ErrClosed), "procpool: start: procpool: closed"},
		{errorf("start: %w", errors.New("else")), "procpool: start: else"},
		{&TimeoutError{What: "f", Err: inner}, "procpool: f took too long: no luck"},
		{&brokenError{inner}, "procpool: pool is broken: no luck"},
		{&brokenError{ErrTooDeep}, "procpool: pool is broken: procpool: processes are nested too deeply"},
		{fmt.Errorf("mine: %w", inner), "mine: procpool: no luck"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if err := errorf("a: %w", errorf("b: %w", ErrClosed)); !errors.Is(err, ErrClosed) {
		t.Errorf("%v is not ErrClosed", err)
	}
}
