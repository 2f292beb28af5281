package share

import "github.com/parago/parago/procpool/internal/fault"

// A lock that its holder may take again counts in the memory how often that is.

// TakeAgain takes the lock n times, if it is free or this process's.
func (m *Memory) TakeAgain(n int64) func(me uint32) (bool, error) {
	return func(me uint32) (taken bool, err error) {
		counts := &m.space.Memories.counts
		counts.Lock()
		defer counts.Unlock()
		count := n
		if m.Held() {
			var old int64
			m.Load(0, &old)
			count += old
			taken = true
		} else {
			taken, err = m.TakeFree(me)
		}
		if taken {
			m.Store(0, &count)
		}
		return taken, err
	}
}

// UnlockAgain undoes n Locks, all if n is negative, and returns how many.
func (m *Memory) UnlockAgain(n int64) int64 {
	counts := &m.space.Memories.counts
	counts.Lock()
	defer counts.Unlock()
	var count int64
	if m.Load(0, &count); !m.Held() || count == 0 {
		panic(fault.Errorf("unlock of a lock that this process does not hold"))
	}
	if n < 0 {
		n = count
	}
	count -= n
	m.Store(0, &count)
	if count == 0 {
		m.Unlock()
	}
	return n
}
