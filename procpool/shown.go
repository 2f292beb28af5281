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

// Text is Future.String.
func (c *Call) Text() string { return "Future(" + c.State().String() + ")" }

// String says how large the pool is and what has become of its elements:
// Pool-1: 4 workers, 12 done.
func (p *Pool) String() string {
	if p == nil {
		p = Default()
	}
	s := p.s
	st := p.Stats()
	s.mu.Lock()
	size, closed := s.size, s.closed
	s.mu.Unlock()
	text := fmt.Sprintf("Pool-%d: %d worker%s, %d done", s.number, size, plural(size), st.Done)
	for _, c := range []struct {
		n    int
		word string
	}{{st.Failed, "failed"}, {st.Running, "running"}, {st.Waiting, "waiting"}} {
		text = share.With(text, c.n > 0, fmt.Sprint(c.n, " ", c.word))
	}
	return share.With(text, closed, "closed")
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// String shows the fields with their names.
func (s Stats) String() string {
	type fields Stats
	return fmt.Sprintf("%+v", fields(s))
}

// String shows the fields with their names.
func (w WorkerInfo) String() string {
	type fields WorkerInfo
	return fmt.Sprintf("%+v", fields(w))
}
