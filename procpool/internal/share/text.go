package share

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
func (m *Memory) Text(item func(i int) string) string {
	return listed("Array", m.n, func(show func(string) bool) error {
		for i := 0; i < m.n && show(item(i)); i++ {
		}
		return nil
	})
}

// Text is Dict.String. Item shows the entry that is in key and value.
func (d *Dict) Text(key, value any, item func() string) string {
	return d.TextAs("Dict", key, value, item)
}

// TextAs is Text for something of another kind that is made of a dict.
func (d *Dict) TextAs(kind string, key, value any, item func() string) string {
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
func (o *Object) isShown() bool {
	return o != nil && (len(o.within) >= maxNested || slices.Contains(o.within, o.ID))
}

// shows is called for the handles in an object that is printed.
func (o *Object) shows(handle any) {
	if x, ok := handle.(*Object); ok {
		x.within = append(slices.Clone(o.within), o.ID)
	}
}

// Text is List.String. Item shows the value that is in into.
func (l *List) Text(into any, item func() string) string {
	if l.object().isShown() {
		return "List[…]"
	}
	return listed("List", l.Len(), func(show func(string) bool) error {
		return l.each(into, l.o.shows, func() bool { return show(item()) })
	})
}

// Look is what an object or a queue is like now, and how it is shown.
func Look(kind string, o *Object, text func(o broker.Object) string) string {
	a, err := o.Ask(broker.Request{Op: broker.OpLook})
	if err != nil {
		return fmt.Sprintf("%s(%v)", kind, err)
	}
	is, ok := broker.ParseLook(a.Data)
	if !ok {
		return kind + "(unknown)"
	}
	return kind + "(" + text(is) + ")"
}

// Part is "3 of 10", or "3" if there is no end.
func Part(o broker.Object) string {
	if o.Capacity == 0 {
		return fmt.Sprint(o.Length)
	}
	return fmt.Sprintf("%d of %d", o.Length, o.Capacity)
}

// With adds a word to a text if it is so.
func With(text string, is bool, word string) string {
	if is {
		return text + ", " + word
	}
	return text
}

// String is Queue.String.
func (q *Queue) String() string {
	if q == nil {
		return "Queue(nil)"
	}
	defer runtime.KeepAlive(q)
	return Look("Queue", &Object{space: q.space, ID: q.id, Err: q.err}, func(o broker.Object) string { return With(Part(o), o.Closed, "closed") })
}

// Holder says whether the lock is held, by whichever process.
func (m *Memory) Holder() string {
	defer runtime.KeepAlive(m)
	if atomic.LoadUint32(m.word)&broker.LockOwner != 0 {
		return "held"
	}
	return "free"
}

// String is Conn.String.
func (c *Conn) String() string {
	text := fmt.Sprintf("end %d of pipe %d", c.end+1, c.id)
	if c.net != nil {
		text = c.net.String()
	}
	return "Conn(" + With(text, c.closed.Load(), "closed") + ")"
}
