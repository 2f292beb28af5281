package spawn

import "sync"

// An OOMWatch tells whether the system has killed a process because there was no memory left,
// by a counter of such kills: a process that was killed while it grew is one of them. The zero value
// knows of no kills; its methods may be called from any goroutine.
type OOMWatch struct {
	mu   sync.Mutex
	seen int64 // kills that are explained, or were before; guarded by mu
	on   bool  // seen is known
}

// Start forgets kills so far: they are none of a process that starts now.
func (o *OOMWatch) Start() {
	n, ok := oomKills()
	o.mu.Lock()
	defer o.mu.Unlock()
	if ok {
		o.seen, o.on = n, true
	}
}

// Killed tells whether there was a kill that no earlier death is explained by.
func (o *OOMWatch) Killed() bool {
	n, ok := oomKills()
	o.mu.Lock()
	defer o.mu.Unlock()
	if !ok || !o.on || n <= o.seen {
		return false
	}
	o.seen++
	return true
}
