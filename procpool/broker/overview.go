package broker

import (
	"cmp"
	"container/list"
	"slices"
)

// An Object is one of the things that processes share, as it is at one moment.
type Object struct {
	ID       uint64
	Kind     string // "queue", "pipe", "memory", "dict" …
	Length   int    // items in it, bytes of memory, permits of a semaphore, 1 for an event that is set, who has come to a barrier
	Capacity int    // 0: unbounded
	Waiting  int    // calls that wait for it
	Closed   bool
}

// Objects returns all there are, oldest first.
func (b *Broker) Objects() []Object {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []Object
	for id, x := range b.objects {
		all = append(all, describe(id, x))
	}
	for id, m := range b.queues {
		all = append(all, Object{id, "queue", len(m.items), m.capacity, waiters(m.putters, m.getters, m.joiners), m.closed})
	}
	for id, p := range b.pipes {
		o := Object{ID: id, Kind: "pipe"}
		for e, m := range p.to {
			o.Length += len(m.items)
			o.Waiting += waiters(m.putters, m.getters, m.joiners)
			o.Closed = o.Closed || p.ends[e].closed
		}
		all = append(all, o)
	}
	for id, s := range b.segments {
		all = append(all, Object{ID: id, Kind: "memory", Length: len(s.Data)})
	}
	for id, k := range b.kept {
		all = append(all, Object{ID: id, Kind: "memory", Length: int(k.size)})
	}
	slices.SortFunc(all, func(a, b Object) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func waiters(lists ...*list.List) (n int) {
	for _, l := range lists {
		n += l.Len()
	}
	return n
}
