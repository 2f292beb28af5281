package runner

import (
	"runtime"
	"time"

	"github.com/parago/parago/interp/runner/wire"
)

// How long one run is to take if the number of loops is free, and at least, and how many
// runs there are: fewer if one takes longer than slow.
const (
	runGoal  = 200 * time.Millisecond
	runLeast = runGoal / 3
	manyRuns = 7
	slow     = time.Second
	someRuns = 3
)

// maxLoops bounds the loops of a run whose body takes no time.
const maxLoops = 1_000_000_000

// measured is a function that calls start, does something n times, and calls stop.
type measured = func(n int, start, stop func())

// measure finds out how long a function takes.
func measure(r *run, m *wire.Measure, values []any) {
	f, ok := value(values[0]).(measured)
	if !ok {
		r.mistaken()
		return
	}
	out := &wire.Measured{Loops: m.Loops}
	runs := m.Runs
	if out.Loops == 0 || runs == 0 {
		loops, took := calibrate(r, f, out.Loops)
		out.Loops = loops
		if runs == 0 && took > slow {
			runs = someRuns
		} else if runs == 0 {
			runs = manyRuns
		}
	}
	for range runs {
		if r.cell.Halted() {
			return
		}
		s := sampleOf(f, out.Loops)
		out.Runs = append(out.Runs, s.took)
		out.Allocs += s.allocs
		out.Bytes += s.bytes
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.measured = out
}

// calibrate looks for a number of loops that take long enough, unless it is given, and
// returns how long they take.
func calibrate(r *run, f measured, loops int) (int, time.Duration) {
	if loops > 0 {
		return loops, sampleOf(f, loops).took
	}
	for n := 1; ; {
		took := sampleOf(f, n).took
		if took >= runLeast || n >= maxLoops || r.cell.Halted() {
			return n, took
		}
		n = moreLoops(n, took)
	}
}

// moreLoops guesses how many loops take almost runGoal if n have taken less.
func moreLoops(n int, took time.Duration) int {
	guess := float64(n) * float64(runGoal) / float64(max(took, 1))
	return min(max(roundDown(int(min(guess, maxLoops))), n+1), 100*n, maxLoops)
}

// roundDown is the last number that is 1, 2 or 5 with zeros.
func roundDown(n int) int {
	best := 1
	for base := 1; base <= n; base *= 10 {
		for _, digit := range []int{1, 2, 5} {
			if digit*base <= n {
				best = digit * base
			}
		}
	}
	return best
}

// A sample is one run.
type sample struct {
	took          time.Duration
	allocs, bytes uint64
}

func sampleOf(f measured, n int) (s sample) {
	var before, after runtime.MemStats
	var started time.Time
	runtime.GC()
	f(n, func() {
		runtime.ReadMemStats(&before)
		started = time.Now()
	}, func() {
		s.took = time.Since(started)
		runtime.ReadMemStats(&after)
	})
	s.allocs, s.bytes = after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc
	return s
}
