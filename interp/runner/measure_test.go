package runner

import (
	"testing"
	"time"

	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/interp/runner/wire"
)

func TestMoreLoops(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n    int
		took time.Duration
		want int
	}{
		{1, 0, 100}, {1, time.Microsecond, 100}, {1, 30 * time.Millisecond, 5}, {1, 66 * time.Millisecond, 2},
		{1000, 60 * time.Millisecond, 2000}, {maxLoops / 2, time.Nanosecond, maxLoops},
	} {
		if got := moreLoops(c.n, c.took); got != c.want {
			t.Errorf("after %d loops in %v: %d, want %d", c.n, c.took, got, c.want)
		}
	}
}

// TestMeasure counts what a function is asked for.
func TestMeasure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ask         wire.Measure
		loops, runs int
	}{
		{wire.Measure{Loops: 3, Runs: 2}, 3, 2},
		{wire.Measure{Loops: 3}, 3, manyRuns},
		{wire.Measure{Runs: 4}, 2, 4},
	} {
		var kept [][]byte
		f := func(n int, start, stop func()) {
			kept = append(kept, make([]byte, 1000)) // before it counts
			start()
			for range n {
				kept = append(kept, make([]byte, 1<<20))
			}
			if c.ask.Loops == 0 {
				for end := time.Now().Add(time.Duration(n) * runLeast * 2 / 3); time.Now().Before(end); {
				}
			}
			stop()
			kept = append(kept, make([]byte, 1000))
		}
		r := &run{cell: rt.NewCell("")}
		measure(r, &c.ask, []any{f})
		m := r.measured
		if m == nil || m.Loops != c.loops || len(m.Runs) != c.runs {
			t.Fatalf("%+v: %+v", c.ask, m)
		}
		if all := uint64(c.loops * c.runs); m.Allocs < all || m.Bytes < all<<20 {
			t.Errorf("%d allocations of %d bytes in %d loops", m.Allocs, m.Bytes, all)
		}
	}
	r := &run{cell: rt.NewCell("")}
	measure(r, &wire.Measure{}, []any{"nothing to call"})
	if r.err == nil || r.measured != nil {
		t.Errorf("%v, %v", r.err, r.measured)
	}
}
