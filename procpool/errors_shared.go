package procpool

import "errors"

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

// sharedErrors cross under these names.
var sharedErrors = map[string]error{
	"ErrOwnerDied": ErrOwnerDied, "ErrNotHeld": ErrNotHeld, "ErrBrokenBarrier": ErrBrokenBarrier,
	"ErrNotFound": ErrNotFound, "ErrNoMethod": ErrNoMethod,
}
