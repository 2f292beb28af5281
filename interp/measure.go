package interp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/runner/wire"
)

// MeasureOptions say how code is measured.
type MeasureOptions struct {
	Setup int // how many bytes of the cell are run once before each run, and not measured
	Loops int // in each run. Zero: as many as take some tenths of a second
	Runs  int // Zero: seven, or three if they take long
}

// A Measurement is how long code takes.
type Measurement struct {
	Loops  int
	Runs   []time.Duration // of Loops loops each
	Allocs uint64          // a loop, on average
	Bytes  uint64
	Engine Engine
}

// Measure finds out how long the statements of a cell take, the last expression among
// them, in one loop that is compiled as a whole where cells are compiled. What they
// declare is forgotten, what they assign to the session's variables stays.
func (s *Session) Measure(ctx context.Context, c Cell, o MeasureOptions) (*Measurement, error) {
	text, err := s.loop(ctx, c, o.Setup)
	if err != nil {
		return nil, s.describe(err)
	}
	loop := c
	loop.Source = text
	ask := func(r *wire.Run) { r.Measure = &wire.Measure{Loops: o.Loops, Runs: o.Runs} }
	done, err := s.perform(ctx, loop, ask, s.keepCode)
	switch {
	case err != nil:
		return nil, s.describe(err)
	case done.Measured == nil:
		return nil, errors.New("nothing was measured")
	}
	m := done.Measured
	loops := uint64(max(1, m.Loops*len(m.Runs)))
	return &Measurement{Loops: m.Loops, Runs: m.Runs, Allocs: m.Allocs / loops, Bytes: m.Bytes / loops, Engine: s.Engine().Active}, nil
}

// keepCode is the commit of a cell that declares nothing: the code that it needs is there.
func (s *Session) keepCode(_ Cell, _ *check.Unit, p *prepared) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.commit()
}

// loop writes the function that is measured. The cell is checked as it is first, so that
// errors are in its own terms.
func (s *Session) loop(ctx context.Context, c Cell, setup int) (text string, err error) {
	s.running.Lock()
	defer s.running.Unlock()
	err = s.interruptible(ctx, func(ctx context.Context) error {
		parsed, unit, err := s.ready(ctx, c)
		if err == nil {
			text, err = writeLoop(c, parsed, unit, setup)
		}
		return err
	})
	return text, err
}

// String is the time of a loop, how far runs are from it, and what a loop allocates.
func (m Measurement) String() string {
	if len(m.Runs) == 0 {
		return "no runs"
	}
	median, spread := m.Time()
	how := "compiled"
	if m.Engine == Interp {
		how = "interpreted"
	}
	return fmt.Sprintf("%s/op ± %.0f%%  %d B/op  %d allocs/op  (%s of %s, %s)",
		inUnits(median), 100*spread, m.Bytes, m.Allocs, count(len(m.Runs), "run"), count(m.Loops, "loop"), how)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Time is the median of the runs, in nanoseconds a loop, and how far the run that is
// farthest from it is, as a part of it.
func (m Measurement) Time() (median, spread float64) {
	runs := slices.Sorted(slices.Values(m.Runs))
	n := len(runs)
	median = float64(runs[(n-1)/2]+runs[n/2]) / 2 / float64(max(1, m.Loops))
	for _, r := range runs {
		off := float64(r)/float64(max(1, m.Loops)) - median
		spread = max(spread, off/median, -off/median)
	}
	return median, spread
}

// inUnits is a time in nanoseconds with four digits that matter.
func inUnits(ns float64) string {
	for _, unit := range []struct {
		name string
		ns   float64
	}{{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}} {
		if ns >= unit.ns {
			return fmt.Sprintf("%.4g %s", ns/unit.ns, unit.name)
		}
	}
	return fmt.Sprintf("%.4g ns", ns)
}
