package procpool

// SetMaxCapture sets MaxCapture for the tests and returns what sets it back.
func SetMaxCapture(n int) (back func()) {
	old := maxCapture
	maxCapture = n
	return func() { maxCapture = old }
}
