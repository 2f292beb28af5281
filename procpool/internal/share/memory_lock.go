package share

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/shm"
)

// Lock waits until this process holds the lock. It is freed when the process ends.
func (m *Memory) Lock() {
	if err := m.LockFor(context.Background(), -1); err != nil && err != fault.ErrOwnerDied {
		panic(err) // the caller was interrupted
	}
}

// TryLock takes the lock if nobody holds it.
func (m *Memory) TryLock() bool {
	err := m.LockFor(context.Background(), 0)
	return err == nil || err == fault.ErrOwnerDied
}

// LockTimeout is Lock, for d at most. It reports whether the lock was taken.
func (m *Memory) LockTimeout(d time.Duration) bool {
	err := m.LockFor(context.Background(), max(d, 0))
	return err == nil || err == fault.ErrOwnerDied
}

// errHeld is the error of a lock whose time is over.
var errHeld = fault.Errorf("the lock is held by another")

// LockFor takes the lock within limit, if it is not negative. The lock is held if the error is
// nil or ErrOwnerDied.
func (m *Memory) LockFor(ctx context.Context, limit time.Duration) error {
	if m == nil {
		panic(ErrUnmadeHandle)
	}
	defer runtime.KeepAlive(m)
	if atomic.CompareAndSwapUint32(m.word, 0, m.space.lockOwner()) {
		return nil
	}
	return m.Await(ctx, limit, m.TakeFree)
}

// Await waits until take has taken the lock.
func (m *Memory) Await(ctx context.Context, limit time.Duration, take func(me uint32) (taken bool, err error)) error {
	if m == nil {
		panic(ErrUnmadeHandle)
	}
	me := m.space.lockOwner()
	if taken, err := take(me); taken || limit == 0 {
		if !taken {
			return errHeld
		}
		return err
	}
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, errHeld)
		defer cancel()
	}
	return m.Insist(take, ctx, m.space.Context(m.space.Origin()))
}

// Insist waits until take has taken the lock, or one of ends is done.
func (m *Memory) Insist(take func(me uint32) (taken bool, err error), ends ...context.Context) error {
	defer runtime.KeepAlive(m)
	me := m.space.lockOwner()
	for _, c := range ends {
		stop := context.AfterFunc(c, func() { shm.Wake(m.word, 1<<20) })
		defer stop()
	}
	for {
		// An interrupt frees the locks of the processes that it kills: none is for who waits
		// in the same cell.
		for _, c := range ends {
			if c.Err() != nil {
				return context.Cause(c)
			}
		}
		// Others may wait as well: whoever unlocks next must look.
		if taken, err := take(me | broker.LockContended); taken {
			return err
		}
		v := atomic.LoadUint32(m.word)
		if v&broker.LockOwner == 0 || v&broker.LockContended == 0 && !atomic.CompareAndSwapUint32(m.word, v, v|broker.LockContended) {
			continue
		}
		shm.Wait(m.word, v|broker.LockContended)
	}
}

// TakeFree takes the lock if it is free, and tells whether its last owner has died with it.
func (m *Memory) TakeFree(me uint32) (taken bool, err error) {
	defer runtime.KeepAlive(m)
	for {
		v := atomic.LoadUint32(m.word)
		if v&broker.LockOwner != 0 {
			return false, nil
		}
		if atomic.CompareAndSwapUint32(m.word, v, me|v&broker.LockOrphaned) {
			if v&broker.LockOrphaned != 0 {
				err = fault.ErrOwnerDied
			}
			return true, err
		}
	}
}

// Held reports whether this process holds the lock.
func (m *Memory) Held() bool {
	if m == nil {
		panic(ErrUnmadeHandle)
	}
	defer runtime.KeepAlive(m)
	me := m.space.lockOwner()
	return atomic.LoadUint32(m.word)&broker.LockOwner == me
}

// OwnerDied reports whether this process holds the lock of one that died with it.
func (m *Memory) OwnerDied() bool {
	defer runtime.KeepAlive(m)
	return m.Held() && atomic.LoadUint32(m.word)&broker.LockOrphaned != 0
}

// Unlock frees the lock, whoever holds it. It panics if nobody does.
func (m *Memory) Unlock() {
	if m == nil {
		panic(ErrUnmadeHandle)
	}
	defer runtime.KeepAlive(m)
	for {
		v := atomic.LoadUint32(m.word)
		if v&broker.LockOwner == 0 {
			panic(fault.Errorf("unlock of a lock that nobody holds"))
		}
		if !atomic.CompareAndSwapUint32(m.word, v, 0) {
			continue
		}
		if v&broker.LockContended != 0 {
			shm.Wake(m.word, 1)
		}
		return
	}
}

// lockOwner is the number that this process's locks bear.
func (s *Space) lockOwner() uint32 {
	if n := s.lockNumber.Load(); n != 0 {
		return n
	}
	s.Memories.mu.Lock()
	defer s.Memories.mu.Unlock()
	if s.lockNumber.Load() == 0 {
		if a, err := s.Ask(broker.Request{Op: broker.OpOwner}); err == nil {
			s.lockNumber.Store(uint32(a.Number()))
		}
	}
	return s.lockNumber.Load()
}
