//go:build unix

package procpool_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/parago/parago/procpool"
)

var crossingFuncs = []any{takesAnything, failsForMe, square}

// What holds something that cannot cross, at different depths.
func takesAnything(any) int { return 1 }

func TestC05_argumentsThatCannotCross(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	procpool.RegisterType(holder{}, []any{}, map[string]any{})
	var locked inner
	locked.mu.Lock()
	for what, c := range map[string]struct {
		arg  any
		path string
	}{
		"a channel":            {make(chan int), "args[0]"},
		"a function":           {func() {}, "args[0]"},
		"a held mutex, deeper": {holder{Inner: &locked}, "args[0].Inner.mu"},
		"a file in a slice":    {[]any{1, os.Stdout}, "args[0][1]"},
		"a channel in a map":   {map[string]any{"c": make(chan int)}, `args[0]["c"]`},
		"what looks like none": {holder{Any: make(chan int)}, "args[0].Any"},
	} {
		for range 10 {
			_, err := p.Apply(takesAnything, c.arg)
			var e *procpool.EncodeError
			if !errors.As(err, &e) || !strings.HasPrefix(e.Path, c.path) {
				t.Errorf("%s: error %v, want the path %s", what, err, c.path)
				break
			}
		}
	}
	if n := p.Stats().Started; n != 0 {
		t.Errorf("%d workers were started", n)
	}
	if v, err := p.Apply(square, 2); v != 4 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}

type holder struct {
	Inner *inner
	Any   any
}

type inner struct{ mu sync.Mutex }

// A broken error can be encoded but not decoded.
type brokenError struct{ Text string }

func (e *brokenError) Error() string              { return e.Text }
func (e *brokenError) GobEncode() ([]byte, error) { return []byte(e.Text), nil }
func (e *brokenError) GobDecode([]byte) error     { return errors.New("not today") }

func failsForMe(n int) (int, error) {
	if n%2 == 1 {
		return 0, fmt.Errorf("in vain: %w", &brokenError{"this went wrong"})
	}
	return n, nil
}

func TestD15_anErrorThatCannotBeDecodedHere(t *testing.T) {
	t.Parallel()
	procpool.RegisterType(brokenError{})
	p := newPool(t, 1)
	for range 5 {
		_, err := p.Apply(failsForMe, 1)
		var task *procpool.TaskError
		if !errors.As(err, &task) {
			t.Fatalf("error %v", err)
		}
		if v, err := p.Apply(failsForMe, 2); v != 2 || err != nil {
			t.Fatalf("then %v, %v", v, err)
		}
	}
	if n := p.Stats().Started; n != 1 {
		t.Errorf("%d workers were started", n)
	}
}

func TestC18_closeAtTheEndOfAFunction(t *testing.T) {
	t.Parallel()
	var kept *procpool.Pool
	results := func() []int {
		pool := procpool.NewPool(2)
		defer pool.Close()
		kept = pool
		out, err := procpool.Map(pool, square, []int{1, 2, 3})
		check(t, err)
		return out
	}()
	if fmt.Sprint(results) != "[1 4 9]" {
		t.Errorf("results %v", results)
	}
	_, err := procpool.Map(kept, square, []int{1})
	wantIs(t, err, procpool.ErrClosed)
	check(t, kept.Close())
}
