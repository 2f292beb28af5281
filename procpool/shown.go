package procpool

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/parago/parago/procpool/broker"
)

// What people see who print a handle: what is in it, and not where it is. Printing asks whoever
// keeps the thing, and never waits for other users of it.

// shownItems is how many items are shown of what has more.
const shownItems = 100

// listed shows n items, which each passes to show until that reports false.
func listed(kind string, n int, each func(show func(item string) bool) error) string {
	var shown []string
	err := each(func(item string) bool {
		shown = append(shown, item)
		return len(shown) < shownItems
	})
	if err != nil {
		return fmt.Sprintf("%s(%v)", kind, err)
	}
	if more := n - len(shown); more > 0 {
		shown = append(shown, fmt.Sprintf("… %d more", more))
	}
	return kind + "[" + strings.Join(shown, " ") + "]"
}

// Text is Array.String. Item shows number i.
func (m *RawMemory) Text(item func(i int) string) string {
	return listed("Array", m.n, func(show func(string) bool) error {
		for i := 0; i < m.n && show(item(i)); i++ {
		}
		return nil
	})
}

// Text is Dict.String. Item shows the entry that is in key and value.
func (d *RawDict) Text(key, value any, item func() string) string {
	return d.text("Dict", key, value, item)
}

func (d *RawDict) text(kind string, key, value any, item func() string) string {
	if d.object().isShown() {
		return kind + "[…]"
	}
	return listed(kind, d.Len(), func(show func(string) bool) error {
		return d.each(key, value, d.o.shows, func() bool { return show(item()) })
	})
}

// maxNested is how deep what is shown may be nested.
const maxNested = 20

// isShown tells whether the object is found in itself while it is printed, or too deep in others.
func (o *object) isShown() bool {
	return o != nil && (len(o.within) >= maxNested || slices.Contains(o.within, o.id))
}

// shows is called for the handles in an object that is printed.
func (o *object) shows(handle any) {
	if x, ok := handle.(*object); ok {
		x.within = append(slices.Clone(o.within), o.id)
	}
}

// String shows the names and values: Namespace[n:1 p:(1,2)].
func (n *Namespace) String() string {
	var name string
	var v any
	return n.d.text("Namespace", &name, &v, func() string { return fmt.Sprintf("%s:%v", name, v) })
}

// Text is List.String. Item shows the value that is in into.
func (l *RawList) Text(into any, item func() string) string {
	if l.object().isShown() {
		return "List[…]"
	}
	return listed("List", l.Len(), func(show func(string) bool) error {
		return l.each(into, l.o.shows, func() bool { return show(item()) })
	})
}

// look is what an object or a queue is like now, and how it is shown.
func look(kind string, o *object, text func(o broker.Object) string) string {
	a, err := o.ask(broker.Request{Op: broker.OpLook})
	if err != nil {
		return fmt.Sprintf("%s(%v)", kind, err)
	}
	is, ok := broker.ParseLook(a.Data)
	if !ok {
		return kind + "(unknown)"
	}
	return kind + "(" + text(is) + ")"
}

// part is "3 of 10", or "3" if there is no end.
func part(o broker.Object) string {
	if o.Capacity == 0 {
		return fmt.Sprint(o.Length)
	}
	return fmt.Sprintf("%d of %d", o.Length, o.Capacity)
}

// with adds a word to a text if it is so.
func with(text string, is bool, word string) string {
	if is {
		return text + ", " + word
	}
	return text
}

// String is Queue.String.
func (q *RawQueue) String() string {
	if q == nil {
		return "Queue(nil)"
	}
	defer runtime.KeepAlive(q)
	return look("Queue", &object{id: q.id, err: q.err}, func(o broker.Object) string { return with(part(o), o.Closed, "closed") })
}

// String says how many permits are free: Semaphore(2), of a bounded one Semaphore(2 of 3).
func (s *Semaphore) String() string { return look("Semaphore", s.o, part) }

// String is Event(set) or Event(not set).
func (e *Event) String() string {
	return look("Event", e.o, func(o broker.Object) string {
		if o.Length == 1 {
			return "set"
		}
		return "not set"
	})
}

// String says how many have come: Barrier(1 of 3).
func (b *Barrier) String() string {
	return look("Barrier", b.o, func(o broker.Object) string { return with(part(o), o.Closed, "broken") })
}

// String says how many wait: Cond(2 waiting).
func (c *Cond) String() string {
	return look("Cond", c.o, func(o broker.Object) string { return fmt.Sprintf("%d waiting", o.Waiting) })
}

// String is Lock(held), by whichever process, or Lock(free).
func (l *Lock) String() string { return "Lock(" + l.m.holder() + ")" }

// String is RLock(held), by whichever process, or RLock(free).
func (l *RLock) String() string { return "RLock(" + l.m.holder() + ")" }

func (m *RawMemory) holder() string {
	defer runtime.KeepAlive(m)
	if atomic.LoadUint32(m.word)&broker.LockOwner != 0 {
		return "held"
	}
	return "free"
}

// String is Conn.String.
func (c *RawConn) String() string {
	text := fmt.Sprintf("end %d of pipe %d", c.end+1, c.id)
	if c.net != nil {
		text = c.net.conn.RemoteAddr().String()
	}
	return "Conn(" + with(text, c.closed.Load(), "closed") + ")"
}

// String names the memory and says how large it is: SharedMemory(psm_1, 4096 bytes).
func (m *SharedMemory) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return "SharedMemory(" + with(fmt.Sprintf("%s, %d bytes", m.name, m.size), m.seg == nil, "closed") + ")"
}

// String says where it listens.
func (l *Listener) String() string { return "Listener(" + l.Addr() + ")" }

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
		text = with(text, c.n > 0, fmt.Sprint(c.n, " ", c.word))
	}
	return with(text, closed, "closed")
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
