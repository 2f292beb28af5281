package procpool

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
func (m *RawMemory) Lock() {
	if err := m.lock(context.Background(), -1); err != nil && err != fault.ErrOwnerDied {
		panic(err) // the caller was interrupted
	}
}

// TryLock takes the lock if nobody holds it.
func (m *RawMemory) TryLock() bool {
	err := m.lock(context.Background(), 0)
	return err == nil || err == fault.ErrOwnerDied
}

// LockTimeout is Lock, for d at most. It reports whether the lock was taken.
func (m *RawMemory) LockTimeout(d time.Duration) bool {
	err := m.lock(context.Background(), max(d, 0))
	return err == nil || err == fault.ErrOwnerDied
}

// errHeld is the error of a lock whose time is over.
var errHeld = fault.Errorf("the lock is held by another")

// lock takes the lock within limit, if it is not negative. The lock is held if the error is
// nil or ErrOwnerDied.
func (m *RawMemory) lock(ctx context.Context, limit time.Duration) error {
	if m == nil {
		panic(errUnmadeHandle)
	}
	defer runtime.KeepAlive(m)
	if atomic.CompareAndSwapUint32(m.word, 0, this.lockOwner()) {
		return nil
	}
	return m.await(ctx, limit, m.takeFree)
}

// await waits until take has taken the lock.
func (m *RawMemory) await(ctx context.Context, limit time.Duration, take func(me uint32) (taken bool, err error)) error {
	if m == nil {
		panic(errUnmadeHandle)
	}
	me := this.lockOwner()
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
	return m.insist(take, ctx, this.Context(this.Origin()))
}

// insist waits until take has taken the lock, or one of ends is done.
func (m *RawMemory) insist(take func(me uint32) (taken bool, err error), ends ...context.Context) error {
	defer runtime.KeepAlive(m)
	me := this.lockOwner()
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

// takeFree takes the lock if it is free, and tells whether its last owner has died with it.
func (m *RawMemory) takeFree(me uint32) (taken bool, err error) {
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

// held reports whether this process holds the lock.
func (m *RawMemory) held() bool {
	if m == nil {
		panic(errUnmadeHandle)
	}
	defer runtime.KeepAlive(m)
	me := this.lockOwner()
	return atomic.LoadUint32(m.word)&broker.LockOwner == me
}

// ownerDied reports whether this process holds the lock of one that died with it.
func (m *RawMemory) ownerDied() bool {
	defer runtime.KeepAlive(m)
	return m.held() && atomic.LoadUint32(m.word)&broker.LockOrphaned != 0
}

// Unlock frees the lock, whoever holds it. It panics if nobody does.
func (m *RawMemory) Unlock() {
	if m == nil {
		panic(errUnmadeHandle)
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
func (p *process) lockOwner() uint32 {
	if n := p.lockNumber.Load(); n != 0 {
		return n
	}
	p.memories.mu.Lock()
	defer p.memories.mu.Unlock()
	if p.lockNumber.Load() == 0 {
		if a, err := p.Ask(broker.Request{Op: broker.OpOwner}); err == nil {
			p.lockNumber.Store(uint32(a.Number()))
		}
	}
	return p.lockNumber.Load()
}
