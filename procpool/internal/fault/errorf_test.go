package fault

import (
	"errors"
	"fmt"
	"testing"
)

// TestPrefix sees that the package's name stands in front of an error's text, and not again where one
// is part of another. What programs compare with keeps its text.
func TestPrefix(t *testing.T) {
	inner := Errorf("no %s", "luck")
	for _, c := range []struct {
		err  error
		want string
	}{
		{Errorf("%w", inner), "procpool: no luck"},
		{Errorf("%w", ErrClosed), "procpool: closed"},
		{Errorf("start: %w", inner), "procpool: start: no luck"},
		{Errorf("start: %w", Errorf("again: %v", inner)), "procpool: start: again: no luck"},
		{Errorf("start: %w", ErrClosed), "procpool: start: procpool: closed"},
		{Errorf("start: %w", errors.New("else")), "procpool: start: else"},
		{&TimeoutError{What: "f", Err: inner}, "procpool: f took too long: no luck"},
		{Broken(inner), "procpool: pool is broken: no luck"},
		{Broken(ErrTooDeep), "procpool: pool is broken: procpool: processes are nested too deeply"},
		{fmt.Errorf("mine: %w", inner), "mine: procpool: no luck"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if err := error(&TaskError{Err: &RemotePanic{Err: fmt.Errorf("about %w", &TimeoutError{What: "f"})}}); !errors.Is(err, &TimeoutError{What: "f"}) || errors.Is(err, &TimeoutError{What: "g"}) {
		t.Errorf("%v is what it is not, or the reverse", err)
	}
	if err := Errorf("a: %w", Errorf("b: %w", ErrClosed)); !errors.Is(err, ErrClosed) {
		t.Errorf("%v is not ErrClosed", err)
	}
}
