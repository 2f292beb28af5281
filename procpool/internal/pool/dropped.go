package pool

import (
	"fmt"
	"runtime"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
)

// A drop is what is known of how a pool is used, for when nobody can use it any more. The pool's mu
// guards it.
type drop struct {
	made    runtime.Frame // where NewPool was called
	inPlace bool          // it was made in place of an argument of its only call
	calls   int
}

// used notes a call, which is made by the calling goroutine. A pool that the same line makes and uses
// stands in place of an argument, as in Map(NewPool(2), f, xs): nobody has a name to close it by.
func (s *Scheduler) used() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop.calls++
	s.drop.inPlace = s.drop.calls == 1 && s.drop.made.Line > 0 && isCalling(s.drop.made)
}

// caller is the innermost call of the calling goroutine that is not of this package. It is unknown if
// it is of an interpreter, which has the same for all.
func (s *Scheduler) caller() runtime.Frame {
	for f := range callers {
		if fault.IsMachinery(f.Function) {
			continue
		}
		if s.Host != nil && s.Host.Frame != nil {
			if _, ok := s.Host.Frame(f.Function, f.File, f.Line); !ok {
				break
			}
		}
		return f
	}
	return runtime.Frame{}
}

// isCalling tells whether the line of a call is under way in the calling goroutine.
func isCalling(at runtime.Frame) bool {
	for f := range callers {
		if f.Function == at.Function && f.File == at.File && f.Line == at.Line {
			return true
		}
	}
	return false
}

// callers yields the innermost calls of the calling goroutine.
func callers(yield func(runtime.Frame) bool) {
	var stack [24]uintptr
	frames := runtime.CallersFrames(stack[:runtime.Callers(3, stack[:])])
	for more := true; more; {
		var f runtime.Frame
		if f, more = frames.Next(); !yield(f) {
			return
		}
	}
}

// collectDelay is how long a pool that stood in place of an argument stays after its call at least.
const collectDelay = 100 * time.Millisecond

// collectSoon has the collector see that nobody can use the pool any more, as it may not come by for
// long. mu is held.
func (s *Scheduler) collectSoon() {
	if s.drop.inPlace && s.open == 0 && !s.closed {
		time.AfterFunc(collectDelay, runtime.GC)
	}
}

// Dropped ends the workers of a pool that nobody can use any more. It ends with its last call.
func (s *Scheduler) Dropped() {
	s.mu.Lock()
	warn := s.stats.Started+s.starting > 0 && !s.drop.inPlace
	s.mu.Unlock()
	if warn {
		s.Screen.Write(s.origin, true, fmt.Appendf(nil, "procpool: Pool-%d was dropped without Close; it is closed now that nobody can use it\n", s.number))
	}
	s.Close()
}
