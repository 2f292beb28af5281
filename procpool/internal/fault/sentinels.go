package fault

import (
	"context"
	"errors"
	"fmt"
)

// Errors of what processes share.
var (
	// ErrOwnerDied comes with a lock that is held: the process that held it before has
	// ended without Unlock, maybe in the middle of what the lock protects.
	ErrOwnerDied = errors.New("procpool: the last owner of the lock died with it")
	// ErrNotHeld is the error of giving back what nobody has taken: a permit too many of a
	// bounded semaphore, and a Cond whose lock the process does not hold.
	ErrNotHeld = errors.New("procpool: not held")
	// ErrBrokenBarrier is the error of all who wait at a barrier that was given up.
	ErrBrokenBarrier = errors.New("procpool: barrier is broken")
	// ErrNotFound is the error of an entry that a List or Namespace does not have.
	ErrNotFound = errors.New("procpool: no such entry")
	// ErrNoMethod is the error of a call of an actor that it has no method for.
	ErrNoMethod = errors.New("procpool: no such method")
)

// Errors of what processes tell each other.
var (
	// ErrReadOnly is the error of sending on the end of a one-way pipe that receives.
	ErrReadOnly = errors.New("procpool: this end of the pipe only receives")
	// ErrWriteOnly is the error of receiving on the end of a one-way pipe that sends.
	ErrWriteOnly = errors.New("procpool: this end of the pipe only sends")
	// ErrTooLong is the error of RecvBytes for a message that is longer than wanted. The message stays.
	ErrTooLong = errors.New("procpool: message is longer than wanted")
	// ErrExists is the error of making shared memory with a name that is taken.
	ErrExists = errors.New("procpool: name is taken")
	// ErrAuth is the error of Dial and Accept when one side does not know the other's key, or
	// does not speak this package's protocol.
	ErrAuth = errors.New("procpool: authentication failed")
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
