package procpool

import (
	"fmt"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/share"
)

// What people see who print a handle: what is in it, and not where it is. Printing asks whoever
// keeps the thing, and never waits for other users of it.

// String shows the names and values: Namespace[n:1 p:(1,2)].
func (n *Namespace) String() string {
	var name string
	var v any
	return n.d.TextAs("Namespace", &name, &v, func() string { return fmt.Sprintf("%s:%v", name, v) })
}

// String says how many permits are free: Semaphore(2), of a bounded one Semaphore(2 of 3).
func (s *Semaphore) String() string { return share.Look("Semaphore", s.o, share.Part) }

// String is Event(set) or Event(not set).
func (e *Event) String() string {
	return share.Look("Event", e.o, func(o broker.Object) string {
		if o.Length == 1 {
			return "set"
		}
		return "not set"
	})
}

// String says how many have come: Barrier(1 of 3).
func (b *Barrier) String() string {
	return share.Look("Barrier", b.o, func(o broker.Object) string { return share.With(share.Part(o), o.Closed, "broken") })
}

// String says how many wait: Cond(2 waiting).
func (c *Cond) String() string {
	return share.Look("Cond", c.o, func(o broker.Object) string { return fmt.Sprintf("%d waiting", o.Waiting) })
}

// String is Lock(held), by whichever process, or Lock(free).
func (l *Lock) String() string { return "Lock(" + l.m.Holder() + ")" }

// String is RLock(held), by whichever process, or RLock(free).
func (l *RLock) String() string { return "RLock(" + l.m.Holder() + ")" }
