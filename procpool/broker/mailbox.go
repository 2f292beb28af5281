package broker

import (
	"cmp"
	"container/list"
	"slices"
)

// A mailbox is a queue's content. Half of a pipe is one, too.
type mailbox struct {
	items      []*item
	capacity   int
	closed     bool
	dead       bool // nobody can get from it any more
	unfinished int
	putters    *list.List // of *waiter
	getters    *list.List
	joiners    *list.List
}

func newMailbox(capacity int) *mailbox {
	return &mailbox{capacity: capacity, putters: list.New(), getters: list.New(), joiners: list.New()}
}

func (b *Broker) newQueue(r Request, reply func(Answer)) {
	id := b.number()
	m := newMailbox(int(r.N))
	b.queues[id] = m
	b.made(id, r.From, func() {
		delete(b.queues, id)
		b.empty(m)
	})
	reply(Answer{Data: Number(id)})
}

// queue finds a queue, or replies that there is none.
func (b *Broker) queue(r Request, reply func(Answer)) *mailbox {
	m := b.queues[r.ID]
	if m == nil {
		reply(Answer{Status: StatusUnknown})
	}
	return m
}

// put adds an item to a queue. As with all that brings a file, the file is the broker's if
// the answer is StatusOK, and closed by it if not.
func (b *Broker) put(r Request, reply func(Answer)) {
	if m := b.queue(r, reply); m != nil {
		b.add(m, r, reply)
		return
	}
	r.File.Close() // a nil one, too
}

func (b *Broker) add(m *mailbox, r Request, reply func(Answer)) {
	_, _, _, ok := parseParcel(r.Data)
	switch {
	case !ok:
		r.File.Close()
		reply(Answer{Status: StatusUnknown})
	case m.closed:
		r.File.Close()
		reply(Answer{Status: StatusClosed})
	case m.capacity > 0 && len(m.items) >= m.capacity:
		w := b.park(m.putters, r, reply, StatusFull)
		if w == nil {
			r.File.Close()
			return
		}
		w.left = func() { r.File.Close() }
	default:
		b.take(m, r, reply)
		b.serveGetters(m)
	}
}

// take takes an item in for which there is room.
func (b *Broker) take(m *mailbox, r Request, reply func(Answer)) {
	m.unfinished++
	m.items = append(m.items, b.pack(r))
	reply(Answer{})
}

// serveGetters gives what there is to who waits for it. Who only looks leaves it there.
func (b *Broker) serveGetters(m *mailbox) {
	for len(m.items) > 0 {
		w := b.next(m.getters)
		if w == nil {
			return
		}
		if w.looks() {
			w.reply(Answer{})
			continue
		}
		b.deliver(m, w.Request, w.reply)
	}
}

func (r *Request) looks() bool { return r.Op == OpPoll || r.Op == OpSelect }

// pop takes the first item off, and lets a waiting put take its place.
func (b *Broker) pop(m *mailbox) {
	m.items[0] = nil
	m.items = m.items[1:]
	if w := b.next(m.putters); w != nil {
		b.take(m, w.Request, w.reply)
	}
}

// putBack puts items back that processes did not get before they went.
func (b *Broker) putBack(gone func(identity string) bool) {
	var back []*delivery
	for key, d := range b.deliveries {
		if gone(d.to) {
			back = append(back, d)
			delete(b.deliveries, key)
		}
	}
	b.giveBack(back)
}

// giveBack puts items back into their mailboxes.
func (b *Broker) giveBack(back []*delivery) {
	slices.SortFunc(back, func(a, b *delivery) int { return cmp.Compare(b.number, a.number) }) // the last first
	for _, d := range back {
		for _, e := range d.ends {
			if p := b.pipes[e.id]; p != nil && !p.ends[e.n].closed {
				p.ends[e.n].holders[d.holder] = true
			}
		}
		if d.box.dead {
			b.discard(d.item)
			continue
		}
		d.box.items = slices.Insert(d.box.items, 0, d.item)
	}
	for _, d := range back {
		b.serveGetters(d.box)
	}
}

// empty drops what is in a mailbox that nobody can get from any more.
func (b *Broker) empty(m *mailbox) {
	lost := m.items
	m.items, m.dead = nil, true
	for _, it := range lost {
		b.discard(it)
	}
}

func (b *Broker) get(r Request, reply func(Answer)) {
	m := b.queue(r, reply)
	switch {
	case m == nil:
	case len(m.items) > 0:
		b.deliver(m, r, reply)
	case m.closed:
		reply(Answer{Status: StatusClosed})
	default:
		b.park(m.getters, r, reply, StatusEmpty)
	}
}

func (b *Broker) length(r Request, reply func(Answer)) {
	if m := b.queue(r, reply); m != nil {
		full := uint64(0)
		if m.capacity > 0 && len(m.items) >= m.capacity {
			full = 1
		}
		reply(Answer{Data: append(Number(uint64(len(m.items))), Number(full)...)})
	}
}

func (b *Broker) closeQueue(r Request, reply func(Answer)) {
	m := b.queue(r, reply)
	if m == nil {
		return
	}
	m.closed = true
	for w := b.next(m.putters); w != nil; w = b.next(m.putters) {
		w.File.Close()
		w.reply(Answer{Status: StatusClosed})
	}
	for w := b.next(m.getters); w != nil; w = b.next(m.getters) {
		if w.looks() { // a get would not wait any more
			w.reply(Answer{})
			continue
		}
		w.reply(Answer{Status: StatusClosed})
	}
	reply(Answer{})
}

func (b *Broker) taskDone(r Request, reply func(Answer)) {
	m := b.queue(r, reply)
	if m == nil {
		return
	}
	if m.unfinished == 0 {
		reply(Answer{Status: StatusTooMany})
		return
	}
	m.unfinished--
	if m.unfinished == 0 {
		for w := b.next(m.joiners); w != nil; w = b.next(m.joiners) {
			w.reply(Answer{})
		}
	}
	reply(Answer{})
}

func (b *Broker) waitTasks(r Request, reply func(Answer)) {
	m := b.queue(r, reply)
	switch {
	case m == nil:
	case m.unfinished == 0:
		reply(Answer{})
	default:
		b.park(m.joiners, r, reply, StatusEmpty)
	}
}
