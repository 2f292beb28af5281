package procpool

import (
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
)

// Errors that say in what state something is.
var (
	ErrClosed     = fault.ErrClosed
	ErrTerminated = fault.ErrTerminated
	ErrBroken     = fault.ErrBroken
	ErrStarted    = fault.ErrStarted
	ErrNotStarted = fault.ErrNotStarted
	ErrNotChild   = fault.ErrNotChild
	ErrFull       = fault.ErrFull
	ErrEmpty      = fault.ErrEmpty
	ErrTooDeep    = fault.ErrTooDeep
)

// ErrCanceled is the error of a task that was cancelled. It is a context.Canceled.
var ErrCanceled = fault.ErrCanceled

// Errors of what processes tell each other.
var (
	// ErrPeerClosed is the error of sending to the end of a pipe that nobody holds any more.
	ErrPeerClosed = fault.ErrPeerClosed
	// ErrReadOnly is the error of sending on the end of a one-way pipe that receives.
	ErrReadOnly = fault.ErrReadOnly
	// ErrWriteOnly is the error of receiving on the end of a one-way pipe that sends.
	ErrWriteOnly = fault.ErrWriteOnly
	// ErrTooLong is the error of RecvBytes for a message that is longer than wanted. The message stays.
	ErrTooLong = fault.ErrTooLong
	// ErrExists is the error of making shared memory with a name that is taken.
	ErrExists = fault.ErrExists
	// ErrAuth is the error of Dial and Accept when one side does not know the other's key, or
	// does not speak this package's protocol.
	ErrAuth = fault.ErrAuth
)

// Errors of what processes share.
var (
	// ErrOwnerDied comes with a lock that is held: the process that held it before has
	// ended without Unlock, maybe in the middle of what the lock protects.
	ErrOwnerDied = fault.ErrOwnerDied
	// ErrNotHeld is the error of giving back what nobody has taken: a permit too many of a
	// bounded semaphore, and a Cond whose lock the process does not hold.
	ErrNotHeld = fault.ErrNotHeld
	// ErrBrokenBarrier is the error of all who wait at a barrier that was given up.
	ErrBrokenBarrier = fault.ErrBrokenBarrier
	// ErrNotFound is the error of an entry that a List or Namespace does not have.
	ErrNotFound = fault.ErrNotFound
	// ErrNoMethod is the error of a call of an actor that it has no method for.
	ErrNoMethod = fault.ErrNoMethod
)

// An EncodeError says which part of a value cannot cross to another process, by a
// path such as args[1].cfg.Mu: its fields are Path, Type, the name of the part's type, and Err.
type EncodeError = codec.EncodeError

// A RemoteError is an error of another process whose type is not known in this one. Its fields are Type,
// that type's name, and Text.
type RemoteError = codec.RemoteError

// A TaskError is why one element of a call has no result. A call's error joins those of its
// elements, in order. Its fields are
//
//	Index    int    // of the element; 0 for a single call
//	Func     string // the function's name
//	Label    string // what Label has named the call
//	Worker   string // "PoolWorker-3"; "" if it never began
//	PID      int    // of the worker, or 0
//	Err      error  // *RemotePanic, *WorkerDiedError, *EncodeError, what f returned, …
//	Stack    string // of the panic, in the worker
//	Attempts int    // how often the element was run: more than once with Retry
type TaskError = fault.TaskError

// A RemotePanic is a panic of a function in another process. Its fields are
//
//	Value string // as printed
//	Stack string
//	Err   error // the value, if it is an error
type RemotePanic = fault.RemotePanic

// A WorkerDiedError is the error of a task whose worker ended while running it. Its fields are
//
//	Worker   string
//	PID      int
//	ExitCode int    // 0 if a signal killed it
//	Signal   string // "killed", "segmentation fault"; "" if it exited
//	Stderr   string // the last lines it wrote there
//	OOM      bool   // there was no memory for it, as far as the system tells
type WorkerDiedError = fault.WorkerDiedError

// An ExitError is how a Process ended that did not return in peace. Its fields are
//
//	Process string
//	PID     int
//	Code    int    // the exit status, negative for a signal
//	Signal  string // "killed", …
//	Stderr  string // the last lines it wrote there
//	Err     error  // why StartContext's context ended it, or nil
type ExitError = fault.ExitError

// A TimeoutError is what Timeout and the methods that wait for a while return. It is a
// context.DeadlineExceeded. Its fields are
//
//	What string // the function, or what was waited for
//	Err  error  // what the function returned when its context had ended, or nil
type TimeoutError = fault.TimeoutError
