package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A row is one comparison.
type row struct {
	name  string
	peer  string
	reach float64                    // the ratio to reach
	unit  func(time.Duration) string // what is measured, if it is no time
	// single says that one round is enough: it takes long, or is made of many measurements.
	single bool
	// round measures both once.
	round func(b *bench) (ours, theirs time.Duration, err error)
}

func main() {
	pattern := flag.String("rows", "", "measure the rows whose name fits this `REGEXP`")
	rounds := flag.Int("n", 5, "rounds of each row")
	flag.Parse()
	fits, err := regexp.Compile(*pattern)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if err := run(fits, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(fits *regexp.Regexp, rounds int) error {
	b, err := newBench()
	if err != nil {
		return err
	}
	defer b.close()
	fmt.Printf("Load before: %s\n\n| what | Parago | beside | ratio | reach |\n|---|---|---|---|---|\n", load())
	for _, r := range slices.Concat(cellRows(), buildRows(), chainRows(), processRows(), poolRows(), largeRows(), mapRows(), kernelRows(), growthRows(), firstRows()) {
		if !fits.MatchString(r.name) {
			continue
		}
		var ours, theirs []time.Duration
		var ratios []float64
		times := rounds
		if r.single {
			times = 1
		}
		for range times {
			o, t, err := r.round(b)
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			ours, theirs = append(ours, o), append(theirs, t)
			ratios = append(ratios, float64(o)/float64(t))
		}
		fmt.Printf("| %s | %v | %s: %v | %.2f | %.2f |\n", r.name, r.show(median(ours)), r.peer, r.show(median(theirs)), median(ratios), r.reach)
	}
	return nil
}

// load is how many processes have wanted a processor in the last one, five and fifteen minutes.
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "not known"
	}
	return strings.Join(strings.Fields(string(data))[:3], " ")
}

func median[T int | float64 | time.Duration](xs []T) T {
	xs = slices.Sorted(slices.Values(xs))
	return xs[len(xs)/2]
}

func (r *row) show(d time.Duration) string {
	if r.unit != nil {
		return r.unit(d)
	}
	return short(d).String()
}

// megabytes shows a number of bytes.
func megabytes(d time.Duration) string { return fmt.Sprintf("%.1f MB", float64(d)/1e6) }

// short rounds to three digits or so.
func short(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}
