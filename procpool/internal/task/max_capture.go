package task

import "github.com/parago/parago/procpool/internal/fault"

// MaxCapture is how large, in bytes, what goes along with a function may be.
const MaxCapture = 512 << 20

// CaptureLimit is MaxCapture, but in tests.
var CaptureLimit = MaxCapture

// CaptureSize is the error of so many bytes that go along with a function, if they are too many.
func CaptureSize(n int) error {
	if n <= CaptureLimit {
		return nil
	}
	return fault.Errorf("%d MB are more than the %d MB that may go along with a function: pass it as an argument, or Share it", n>>20, CaptureLimit>>20)
}
