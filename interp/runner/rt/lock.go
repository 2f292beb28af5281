package rt

import (
	"runtime"
	"sync"
)

// Lock is m.Lock().
func Lock(m *sync.Mutex) {
	if !m.TryLock() {
		acquire(m.TryLock, m.Lock, m.Unlock)
	}
}

// RWLock is m.Lock().
func RWLock(m *sync.RWMutex) {
	if !m.TryLock() {
		acquire(m.TryLock, m.Lock, m.Unlock)
	}
}

// RLock is m.RLock().
func RLock(m *sync.RWMutex) {
	if !m.TryRLock() {
		acquire(m.TryRLock, m.RLock, m.RUnlock)
	}
}

// spins is how often a lock is tried before a goroutine waits for it.
const spins = 16

// acquire waits for a lock. The waiting is another goroutine's, which is left behind if
// the caller is halted, and then gives the lock back when it gets it.
func acquire(try func() bool, lock, unlock func()) {
	for range spins {
		runtime.Gosched()
		if try() {
			return
		}
	}
	await(lock, unlock)
}

// WaitGroup is wg.Wait().
func WaitGroup(wg *sync.WaitGroup) {
	if wg == nil {
		wg.Wait() // panics here and not in another goroutine
	}
	await(wg.Wait, func() {})
}

// await calls wait on another goroutine until it returns or the caller is halted; then
// undo is called after it.
func await(wait, undo func()) {
	done := Done()
	if done == nil {
		wait()
		return
	}
	ended, left := make(chan any), make(chan struct{})
	go func() { // ends when wait returns
		leave()
		var panicked any
		defer func() {
			select {
			case ended <- panicked:
			case <-left:
				undo()
			}
		}()
		defer func() { panicked = recover() }()
		wait()
	}()
	select {
	case v := <-ended:
		if v != nil {
			panic(v)
		}
	case <-done:
		close(left)
		panic(Halted())
	}
}
