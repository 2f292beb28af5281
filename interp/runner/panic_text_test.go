package runner

import (
	"errors"
	"runtime"
	"testing"
)

// A teller is an error whose text is what a function returns.
type teller func() string

func (t teller) Error() string { return t() }

func TestTextsOfPanics(t *testing.T) {
	t.Parallel()
	never := make(chan string)
	t.Cleanup(func() { close(never) })
	for want, v := range map[string]any{
		"text":    "text",
		"3":       3,
		"told":    teller(func() string { return "told" }),
		"error":   errors.New("error"),
		"[{1 2}]": []struct{ A, B int }{{1, 2}},
		"<nil>":   nil,
		"a runner.teller that panics when it is printed":  teller(func() string { panic("no") }),
		"a *runner.teller that panics when it is printed": func() any { t := teller(func() string { runtime.Goexit(); return "" }); return &t }(),
		"a runner.teller whose text is not told in 3s":    teller(func() string { return <-never }),
	} {
		if got := nativeText(v); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
