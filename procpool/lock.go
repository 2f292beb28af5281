package procpool

import "time"

// A Lock is held by one process at a time, and by one goroutine of it. It is freed
// when its holder ends, however that happens. Python's multiprocessing.Lock.
type Lock struct{ m *RawMemory }

// NewLock makes a lock that nobody holds.
func NewLock() *Lock { return &Lock{NewRawMemory(0, uint8(0))} }

// Lock waits until it holds the lock.
func (l *Lock) Lock() { l.m.Lock() }

// TryLock takes the lock if nobody holds it.
func (l *Lock) TryLock() bool { return l.m.TryLock() }

// LockTimeout is Lock, for d at most. It reports whether the lock was taken.
func (l *Lock) LockTimeout(d time.Duration) bool { return l.m.LockTimeout(d) }

// Unlock frees the lock, whoever holds it. It panics if nobody does.
func (l *Lock) Unlock() { l.m.Unlock() }
