package procpool

import (
	"github.com/parago/parago/procpool/internal/fault"
)

// MaxCapture is how large, in bytes, what goes along with a function may be: a variable that it
// captures or reads. More is most likely an accident that would cost memory in each worker. R's
// future.globals.maxSize.
const MaxCapture = 512 << 20

// maxCapture is MaxCapture, but in tests.
var maxCapture = MaxCapture

func captureSize(n int) error {
	if n <= maxCapture {
		return nil
	}
	return fault.Errorf("%d MB are more than the %d MB that may go along with a function: pass it as an argument, or Share it", n>>20, maxCapture>>20)
}
