package fault

import (
	"context"
	"fmt"
	"syscall"

	"github.com/parago/parago/procpool/codec"
)

// An ExitError is how a Process ended that did not return in peace.
type ExitError struct {
	Process string
	PID     int
	Code    int    // the exit status, negative for a signal
	Signal  string // "killed", …
	Stderr  string // the last lines it wrote there
	Err     error  // why StartContext's context ended it, or nil
}

func (e *ExitError) Error() string {
	code := e.Code
	if e.Signal != "" {
		code = 0
	}
	text := fmt.Sprintf("process %s (pid %d) %s", e.Process, e.PID, exitText(code, e.Signal))
	if e.Err != nil {
		text += ": " + ErrorText(e.Err)
	}
	return text
}

// Unwrap returns Err.
func (e *ExitError) Unwrap() error { return e.Err }

// Is reports whether the function's error wraps one of target's type with an equal value: target
// itself, which has another address there.
func (e *ExitError) Is(target error) bool { return codec.Same(e.Err, target) }

func exitText(code int, signal string) string {
	if signal != "" {
		return "was ended by a signal: " + signal
	}
	return fmt.Sprintf("exited with code %d", code)
}

// TimeoutError is what Timeout and the methods that wait for a while return. It is
// a context.DeadlineExceeded.
type TimeoutError struct {
	What string // the function, or what was waited for
	Err  error  // what the function returned when its context had ended, or nil
}

func (e *TimeoutError) Error() string {
	text := "procpool: " + e.What + " took too long"
	if e.Err != nil {
		text += ": " + insideText(e.Err)
	}
	return text
}

// Unwrap returns Err.
func (e *TimeoutError) Unwrap() error { return e.Err }

// Timeout reports true, as net.Error does.
func (e *TimeoutError) Timeout() bool { return true }

// Is matches context.DeadlineExceeded.
func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// SignalName names what killed a process, or "".
func SignalName(code int) string {
	if code >= 0 {
		return ""
	}
	return syscall.Signal(-code).String()
}
