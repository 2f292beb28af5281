package fault

import (
	"fmt"
	"strings"

	"github.com/parago/parago/procpool/codec"
)

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
	return s + ": " + ErrorText(e.Err)
}

// Unwrap returns Err.
func (e *TaskError) Unwrap() error { return e.Err }

// Is reports whether the function's error wraps one of target's type with an equal value: target
// itself, which has another address there.
func (e *TaskError) Is(target error) bool { return codec.Same(e.Err, target) }

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
