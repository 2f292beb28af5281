package procpool

import (
	"sync/atomic"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/shm"
)

// Lock waits until this process holds the lock. It is freed when the process ends.
func (m *RawMemory) Lock() { m.lock(-1) }

// TryLock takes the lock if nobody holds it.
func (m *RawMemory) TryLock() bool { return m.lock(0) }

// LockTimeout is Lock, for d at most. It reports whether the lock was taken.
func (m *RawMemory) LockTimeout(d time.Duration) bool { return m.lock(max(d, 0)) }

func (m *RawMemory) lock(limit time.Duration) bool {
	me := this.lockOwner()
	if atomic.CompareAndSwapUint32(m.word, 0, me) {
		return true
	}
	if limit == 0 {
		return false
	}
	deadline := time.Now().Add(limit)
	ctx := this.context(this.origin())
	for {
		v := atomic.LoadUint32(m.word)
		switch {
		case v == 0:
			// Others may wait as well: whoever unlocks next must look.
			if atomic.CompareAndSwapUint32(m.word, 0, me|broker.LockContended) {
				return true
			}
			continue
		case v&broker.LockContended == 0:
			if !atomic.CompareAndSwapUint32(m.word, v, v|broker.LockContended) {
				continue
			}
			v |= broker.LockContended
		}
		if limit > 0 && !time.Now().Before(deadline) {
			return false
		}
		if ctx.Err() != nil {
			panic(ErrCanceled)
		}
		shm.Wait(m.word, v)
	}
}

// Unlock frees the lock, whoever holds it. It panics if nobody does.
func (m *RawMemory) Unlock() {
	old := atomic.SwapUint32(m.word, 0)
	if old == 0 {
		panic(errorf("unlock of a lock that nobody holds"))
	}
	if old&broker.LockContended != 0 {
		shm.Wake(m.word, 1)
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
		if a, err := p.ask(broker.Request{Op: broker.OpOwner}); err == nil {
			p.lockNumber.Store(uint32(a.Number()))
		}
	}
	return p.lockNumber.Load()
}
