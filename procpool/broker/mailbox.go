package broker

import "container/list"

// A mailbox is a queue's content. Half of a pipe is one, too.
type mailbox struct {
	items      [][]byte
	capacity   int
	closed     bool
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
	b.queues[id] = newMailbox(int(r.N))
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

func (b *Broker) put(r Request, reply func(Answer)) {
	if m := b.queue(r, reply); m != nil {
		b.add(m, r, reply)
	}
}

func (b *Broker) add(m *mailbox, r Request, reply func(Answer)) {
	switch {
	case m.closed:
		reply(Answer{Status: StatusClosed})
	case m.capacity > 0 && len(m.items) >= m.capacity:
		b.park(m.putters, r, reply, StatusFull)
	default:
		m.unfinished++
		m.items = append(m.items, r.Data)
		reply(Answer{})
		b.serveGetters(m)
	}
}

// serveGetters gives what there is to who waits for it. A poller leaves it there.
func (b *Broker) serveGetters(m *mailbox) {
	for len(m.items) > 0 {
		w := b.next(m.getters)
		if w == nil {
			return
		}
		if w.Op == OpPoll {
			w.reply(Answer{})
			continue
		}
		w.reply(Answer{Data: b.pop(m)})
	}
}

// pop takes the first item, and lets a waiting put take its place.
func (b *Broker) pop(m *mailbox) []byte {
	item := m.items[0]
	m.items[0] = nil
	m.items = m.items[1:]
	if w := b.next(m.putters); w != nil {
		m.unfinished++
		m.items = append(m.items, w.Data)
		w.reply(Answer{})
	}
	return item
}

func (b *Broker) get(r Request, reply func(Answer)) {
	m := b.queue(r, reply)
	switch {
	case m == nil:
	case len(m.items) > 0:
		reply(Answer{Data: b.pop(m)})
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
	for _, q := range []*list.List{m.putters, m.getters} {
		for w := b.next(q); w != nil; w = b.next(q) {
			w.reply(Answer{Status: StatusClosed})
		}
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
