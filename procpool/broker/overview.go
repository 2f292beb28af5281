package broker

import (
	"cmp"
	"container/list"
	"encoding/binary"
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
		all = append(all, describeQueue(id, m))
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

// describeQueue is a queue as it is now. mu is held.
func describeQueue(id uint64, m *mailbox) Object {
	return Object{id, "queue", len(m.items), m.capacity, waiters(m.putters, m.getters, m.joiners), m.closed}
}

// lookAt answers what one object is like now, for whoever prints it.
func (b *Broker) lookAt(r Request, reply func(Answer)) {
	var o Object
	if m := b.queues[r.ID]; m != nil {
		o = describeQueue(r.ID, m)
	} else if x := b.objects[r.ID]; x != nil {
		o = describe(r.ID, x)
	} else {
		reply(Answer{Status: StatusUnknown})
		return
	}
	var data []byte
	for _, n := range []int{o.Length, o.Capacity, o.Waiting} {
		data = append(data, Number(uint64(n))...)
	}
	reply(Answer{Data: append(data, flag(o.Closed))})
}

// flag is 1 for what is so.
func flag(is bool) byte {
	if is {
		return 1
	}
	return 0
}

// ParseLook reads the answer to OpLook. The object has neither a number nor a kind.
func ParseLook(data []byte) (o Object, ok bool) {
	if len(data) != 25 {
		return o, false
	}
	for i, n := range []*int{&o.Length, &o.Capacity, &o.Waiting} {
		*n = int(binary.LittleEndian.Uint64(data[8*i:]))
	}
	o.Closed = data[24] == 1
	return o, true
}

func waiters(lists ...*list.List) (n int) {
	for _, l := range lists {
		n += l.Len()
	}
	return n
}
