package procpool

import (
	"time"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/task"
)

// SetMaxCapture sets MaxCapture for the tests and returns what sets it back.
func SetMaxCapture(n int) (back func()) {
	old := task.CaptureLimit
	task.CaptureLimit = n
	return func() { task.CaptureLimit = old }
}

// CostOf is what an element is taken to cost that took so long lately.
func CostOf(each ...time.Duration) time.Duration {
	var c callee.Cost
	for _, d := range each {
		c.Took(d)
	}
	return c.Each()
}
