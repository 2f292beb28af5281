package procpool

import (
	"context"
	"time"

	"github.com/parago/parago/procpool/embed"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/share"
)

// A Lock is held by one process at a time, and by one goroutine of it. It is freed
// when its holder ends, however that happens (SIGKILL, os.Exit, a panic), and whoever
// takes it next is told, since what it protects may be half done. A task that returns
// without Unlock leaves the lock with its worker. A free lock costs one atomic instruction. Python's
// multiprocessing.Lock.
type Lock struct{ m *share.Memory }

// NewLock makes a lock that nobody holds. It is freed with the last handle (see
// Handles in the package's description).
func NewLock() *Lock { return &Lock{embed.NewMemory(0, uint8(0))} }

// Lock waits until it holds the lock. OwnerDied tells whether the last holder died
// with it. When the cell that waits is interrupted it panics with ErrCanceled.
func (l *Lock) Lock() { l.m.Lock() }

// LockContext is Lock until ctx is done; then its error is ctx's cause. When the last holder
// died with the lock, the error is ErrOwnerDied, and the lock is held all the same: see to
// what it protects, and Unlock.
func (l *Lock) LockContext(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return l.m.LockFor(ctx, -1)
}

// TryLock takes the lock if nobody holds it.
func (l *Lock) TryLock() bool { return l.m.TryLock() }

// LockTimeout is Lock, for d at most. It reports whether the lock was taken.
func (l *Lock) LockTimeout(d time.Duration) bool { return l.m.LockTimeout(d) }

// Memory is where the lock is, for what WithLock puts behind it.
func (l *Lock) Memory() *share.Memory { return l.m }

// OwnerDied reports whether this process holds the lock, and the holder before it died
// without Unlock. It is so until Unlock.
func (l *Lock) OwnerDied() bool { return l.m.OwnerDied() }

// Unlock frees the lock, whoever holds it. It panics if nobody does, as
// sync.Mutex ends the program then.
func (l *Lock) Unlock() { l.m.Unlock() }

// An RLock is a lock that its holder may take again: it is free when it was unlocked as
// often as it was locked. It belongs to a process, since goroutines have no identity:
// all goroutines of the holder may take it. What Lock says of the
// holder's end holds here, too. Python's multiprocessing.RLock.
type RLock struct{ m *share.Memory }

// NewRLock makes a lock that nobody holds. It is freed with the last handle (see
// Handles in the package's description).
func NewRLock() *RLock { return &RLock{embed.NewMemory(1, int64(0))} }

// Lock waits until this process holds the lock, once more. When the cell that waits is interrupted it
// panics with ErrCanceled.
func (l *RLock) Lock() {
	if err := l.m.Await(context.Background(), -1, l.take(1)); err != nil && err != fault.ErrOwnerDied {
		panic(err)
	}
}

// LockContext is Lock until ctx is done; then its error is ctx's cause. When the last
// holder died with the lock, the error is ErrOwnerDied, and the lock is held all the same.
func (l *RLock) LockContext(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return l.m.Await(ctx, -1, l.take(1))
}

// TryLock takes the lock if no other process holds it.
func (l *RLock) TryLock() bool { return l.LockTimeout(0) }

// LockTimeout is Lock, for d at most. It reports whether the lock was taken.
func (l *RLock) LockTimeout(d time.Duration) bool {
	err := l.m.Await(context.Background(), max(d, 0), l.take(1))
	return err == nil || err == fault.ErrOwnerDied
}

// take takes the lock n times, if it is free or this process's.
func (l *RLock) take(n int64) func(me uint32) (bool, error) { return l.m.TakeAgain(n) }

// Unlock undoes one Lock. It panics if this process does not hold the lock.
func (l *RLock) Unlock() { l.m.UnlockAgain(1) }

// OwnerDied reports whether this process holds the lock, and the holder before it died
// with it. It is so until the last Unlock.
func (l *RLock) OwnerDied() bool { return l.m.OwnerDied() }
