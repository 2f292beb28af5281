package procpool

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/parago/parago/procpool/codec"
)

// Errors that say in what state something is.
var (
	ErrClosed     = errors.New("procpool: closed")
	ErrTerminated = errors.New("procpool: pool was terminated")
	ErrBroken     = errors.New("procpool: pool is broken")
	ErrStarted    = errors.New("procpool: process was started already")
	ErrNotStarted = errors.New("procpool: process was not started")
	ErrNotChild   = errors.New("procpool: not a child of this process")
	ErrFull       = errors.New("procpool: queue is full")
	ErrEmpty      = errors.New("procpool: queue is empty")
	ErrTooDeep    = errors.New("procpool: processes are nested too deeply")
	ErrPeerClosed = errors.New("procpool: the other end of the pipe is closed")
)

// ErrCanceled is the error of a task that was cancelled. It is a context.Canceled.
var ErrCanceled = fmt.Errorf("procpool: task was cancelled: %w", context.Canceled)

// An EncodeError says which part of a value cannot cross to another process, by a
// path such as args[1].cfg.Mu.
type EncodeError = codec.EncodeError

// A RemoteError is an error of another process whose type is not known in this one.
type RemoteError = codec.RemoteError

// A TaskError is why one element of a call has no result. A call's error joins
// those of its elements, in order.
type TaskError struct {
	Index  int    // of the element; 0 for a single call
	Func   string // the function's name
	Label  string // what Label has named the call
	Worker string // "PoolWorker-3"; "" if it never began
	PID    int    // of the worker, or 0
	Err    error  // *RemotePanic, *WorkerDiedError, *EncodeError, what f returned, …
	Stack  string // of the panic, in the worker
	// Attempts is how often the element was run: more than once with Retry.
	Attempts int
}

func (e *TaskError) Error() string {
	s := fmt.Sprintf("task %d of %s", e.Index, e.Func)
	if e.Label != "" {
		s += " (" + e.Label + ")"
	}
	if e.Worker != "" {
		s += " in " + e.Worker
	}
	_, died := e.Err.(*WorkerDiedError)
	switch {
	case e.Attempts > 1 && died:
		s += fmt.Sprintf(", given up after %d attempts", e.Attempts)
	case e.Attempts > 1:
		s += fmt.Sprintf(" after %d attempts", e.Attempts)
	}
	return s + ": " + errorText(e.Err)
}

// Unwrap returns Err.
func (e *TaskError) Unwrap() error { return e.Err }

// A RemotePanic is a panic of a function in another process.
type RemotePanic struct {
	Value string // as printed
	Stack string
	Err   error // the value, if it is an error
}

func (e *RemotePanic) Error() string { return "panic: " + e.Value }

// Unwrap returns Err.
func (e *RemotePanic) Unwrap() error { return e.Err }

// A WorkerDiedError is the error of a task whose worker ended while running it.
type WorkerDiedError struct {
	Worker   string
	PID      int
	ExitCode int    // 0 if a signal killed it
	Signal   string // "killed", "segmentation fault"; "" if it exited
	Stderr   string // the last lines it wrote there
	OOM      bool   // there was no memory for it, as far as the system tells
}

func (e *WorkerDiedError) Error() string {
	s := fmt.Sprintf("worker %s (pid %d) %s", e.Worker, e.PID, exitText(e.ExitCode, e.Signal))
	if e.OOM {
		s += ": out of memory"
	}
	if e.Stderr != "" {
		s += "\n" + strings.TrimRight(e.Stderr, "\n")
	}
	return s
}

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
		text += ": " + errorText(e.Err)
	}
	return text
}

// Unwrap returns Err.
func (e *ExitError) Unwrap() error { return e.Err }

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
