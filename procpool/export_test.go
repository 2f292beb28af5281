package procpool

import "time"

// SetMaxCapture sets MaxCapture for the tests and returns what sets it back.
func SetMaxCapture(n int) (back func()) {
	old := maxCapture
	maxCapture = n
	return func() { maxCapture = old }
}

// CostOf is what an element is taken to cost that took so long lately.
func CostOf(each ...time.Duration) time.Duration {
	var c cost
	for _, d := range each {
		c.took(d)
	}
	return c.each()
}
