package child

import (
	"sync"
	"time"
)

// A turn decides which goroutine reads what a child sends: serve, or one that waits for the child's result. The latter is quicker,
// since nobody has to wake it. So serve rests after a result that was waited for, and leaves the next one to who waits
// for that. It reads again when it is told to, or when nobody has read for a while: the child may also end, ask for
// something, or have a result that nobody waits for.
type turn struct {
	mu      sync.Mutex
	changed sync.Cond // one of reads, rests and lent has
	reads   bool      // serve does; guarded by mu, as is the rest
	rests   bool      // serve is not to read
	lent    bool      // a goroutine that waits reads
	waits   bool      // for the first byte, or is about to
	broken  bool      // that waiting is over
	uses    uint64    // how often serve was to rest
	seen    uint64    // uses at the last tick
	ticking bool
}

// restTime is how long serve rests at least where nobody reads. It is twice that at most.
const restTime = 3 * time.Millisecond

// mine returns when serve is to read.
func (t *turn) mine() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reads = false
	t.changed.Broadcast() // to who waits in Await
	for t.rests || t.lent {
		t.changed.Wait()
	}
	t.reads = true
}

// Rest leaves it to Await to read what comes next. It is for an owner that is told results, when it expects no others.
func (c *Child) Rest() {
	t := &c.turn
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rests = true
	t.uses++
	if !t.ticking {
		t.ticking = true
		t.seen = t.uses
		time.AfterFunc(restTime, t.tick)
	}
}

// tick ends a rest in which nobody has read. It is called as long as there are rests.
func (t *turn) tick() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.uses == t.seen {
		t.ticking = false
		t.attend()
		return
	}
	t.seen = t.uses
	time.AfterFunc(restTime, t.tick)
}

// Attend has the child's own goroutine read from now on, or when who reads is done.
func (c *Child) Attend() {
	c.turn.mu.Lock()
	defer c.turn.mu.Unlock()
	c.turn.attend()
}

func (t *turn) attend() {
	if t.rests {
		t.rests = false
		t.changed.Broadcast()
	}
}

// Await reads what the child sends as long as more says so, which it asks before each message. It returns at once if another
// goroutine reads.
func (c *Child) Await(more func() bool) {
	t := &c.turn
	t.mu.Lock()
	for t.rests && t.reads { // it is about to
		t.changed.Wait()
	}
	if !t.rests || t.lent {
		t.mu.Unlock()
		return
	}
	t.lent = true
	t.mu.Unlock()
	alive := true
	for alive && c.arrived(more) {
		alive = c.round()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lent = false
	if !alive { // serve sees to the rest
		t.rests = false
	}
	if !t.rests {
		t.changed.Broadcast()
	}
}

// arrived waits until something has come. It reports false if more does, or Release was called since.
func (c *Child) arrived(more func() bool) bool {
	t := &c.turn
	t.mu.Lock()
	t.waits = true
	t.mu.Unlock()
	arrived := more()
	if arrived {
		c.in.Wait() // what is wrong is wrong for round, too
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waits = false
	if t.broken {
		t.broken = false
		c.Spawned.Control().SetReadDeadline(time.Time{})
		return false
	}
	return arrived
}

// Release ends an Await that waits for the child.
func (c *Child) Release() {
	t := &c.turn
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waits && !t.broken {
		t.broken = true
		c.Spawned.Control().SetReadDeadline(time.Unix(1, 0))
	}
}
