package procpool

import (
	"bytes"
	"sync"
	"syscall"
)

// An oomWatch tells whether the system has killed a process because there was no memory left,
// by a counter of such kills: a process that was killed while it grew is one of them.
type oomWatch struct {
	mu   sync.Mutex
	seen int64 // kills that are explained, or were before; guarded by mu
	on   bool  // seen is known
}

// start forgets kills so far: they are none of a process that starts now.
func (o *oomWatch) start() {
	n, ok := oomKills()
	o.mu.Lock()
	defer o.mu.Unlock()
	if ok {
		o.seen, o.on = n, true
	}
}

// killed tells whether there was a kill that no earlier death is explained by.
func (o *oomWatch) killed() bool {
	n, ok := oomKills()
	o.mu.Lock()
	defer o.mu.Unlock()
	if !ok || !o.on || n <= o.seen {
		return false
	}
	o.seen++
	return true
}

// ranOutOfMemory tells whether a child that has ended did so because there was no memory for
// it: it was killed for that, or Go's runtime gave up.
func (c *child) ranOutOfMemory(code int) bool {
	if code == -int(syscall.SIGKILL) {
		return this.oom.killed()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return code > 0 && c.noMemory
}

// outOfMemory is what Go's runtime says, and exits; a long dump of stacks follows. The
// race detector's has words of its own.
var (
	outOfMemory     = []byte("runtime: out of memory")
	raceOutOfMemory = []byte("ThreadSanitizer failed to allocate")
)

func saysOutOfMemory(stderr []byte) bool {
	return bytes.Contains(stderr, outOfMemory) || bytes.Contains(stderr, raceOutOfMemory)
}
