//go:build unix

package procpool_test

import (
	"fmt"
	"os"

	"github.com/parago/parago/procpool"
)

func ExampleTrace() {
	var timeline procpool.Timeline
	procpool.Map(nil, square, []int{1, 2, 3}, procpool.Trace(&timeline))
	for _, s := range timeline.Spans() {
		fmt.Println(s.Index, s.Outcome, s.Begun.After(s.Submitted), s.Worker != "")
	}
	fmt.Println(timeline.Dropped(), "dropped")
	// Unordered output:
	// 0 succeeded true true
	// 1 succeeded true true
	// 2 succeeded true true
	// 0 dropped
}

func ExampleTimeline_WriteTo() {
	var timeline procpool.Timeline
	procpool.Map(nil, square, []int{1, 2, 3}, procpool.Trace(&timeline))
	file, err := os.CreateTemp("", "trace-*.json") // for https://ui.perfetto.dev
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(file.Name())
	n, err := timeline.WriteTo(file)
	fmt.Println(n > 100, err)
	// Output: true <nil>
}
