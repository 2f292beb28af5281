//go:build unix

package procpool_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/parago/parago/procpool"
	"github.com/parago/parago/procpool/embed"
)

func ExampleProgress() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	// Shows, in one place, something like
	//	square  ████████████░░░░░░░░  60/100  60%  120/s  1 s left
	squares, err := procpool.Map(pool, square, make([]int, 100), procpool.Progress())
	fmt.Println(len(squares), err)
	// Output: 100 <nil>
}

func ExampleInspect() {
	pool := procpool.NewPool(5)
	defer pool.Close()
	procpool.ForEach(pool, naps, []time.Duration{0})
	report := procpool.Inspect()
	for _, p := range report.Pools {
		if p.Size == 5 {
			fmt.Println("five workers at most,", p.Stats.Done, "element done")
		}
	}
	_ = report.String()     // all of it in tables
	_ = report.MIMEBundle() // as HTML, too
	// Output: five workers at most, 1 element done
}

func ExampleOutput() {
	// Lines of workers come whole, with "[PoolWorker-1] " and the like before them.
	procpool.ForEach(nil, says, []string{"a", "b"}, procpool.Output(procpool.Prefixed))
	fmt.Println(procpool.Prefixed, procpool.Grouped, procpool.OutputMode(0).String())
	// Output: prefixed grouped raw
}

func ExamplePoolOutput() {
	pool := procpool.NewPool(2, procpool.PoolOutput(procpool.Discarded))
	defer pool.Close()
	err := procpool.ForEach(pool, says, []string{"nobody hears this"})
	fmt.Println(err)
	// Output: <nil>
}

func says(s string) { fmt.Println(s) }

func ExampleTimeline_SVG() {
	var timeline procpool.Timeline
	procpool.Map(nil, square, []int{1, 2, 3}, procpool.Trace(&timeline))
	picture := timeline.SVG() // for a file or a page
	rows := timeline.String() // a row of text for each worker
	bundle := timeline.MIMEBundle()
	fmt.Println(strings.HasPrefix(picture, "<svg"), strings.HasPrefix(rows, "3 tasks"), len(bundle))
	// Output: true true 3
}

func ExampleFlush() {
	pool := procpool.NewPool(2, procpool.PoolOutput(procpool.Grouped))
	defer pool.Close()
	f := procpool.Submit(pool, square, 7)
	v, err := f.Get()
	embed.Flush() // what the worker has printed is shown by now
	fmt.Println(v, err)
	// Output: 49 <nil>
}
