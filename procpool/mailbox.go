package procpool

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

func (b *broker) newQueue(r request, reply func(answer)) {
	id := b.number()
	b.queues[id] = newMailbox(int(r.n))
	reply(answer{data: number64(id)})
}

// queue finds a queue, or replies that there is none.
func (b *broker) queue(r request, reply func(answer)) *mailbox {
	m := b.queues[r.id]
	if m == nil {
		reply(answer{status: statusUnknown})
	}
	return m
}

func (b *broker) put(r request, reply func(answer)) {
	if m := b.queue(r, reply); m != nil {
		b.add(m, r, reply)
	}
}

func (b *broker) add(m *mailbox, r request, reply func(answer)) {
	switch {
	case m.closed:
		reply(answer{status: statusClosed})
	case m.capacity > 0 && len(m.items) >= m.capacity:
		b.park(m.putters, r, reply, statusFull)
	default:
		m.unfinished++
		m.items = append(m.items, r.data)
		reply(answer{})
		b.serveGetters(m)
	}
}

// serveGetters gives what there is to who waits for it. A poller leaves it there.
func (b *broker) serveGetters(m *mailbox) {
	for len(m.items) > 0 {
		w := b.next(m.getters)
		if w == nil {
			return
		}
		if w.op == opPoll {
			w.reply(answer{})
			continue
		}
		w.reply(answer{data: b.pop(m)})
	}
}

// pop takes the first item, and lets a waiting put take its place.
func (b *broker) pop(m *mailbox) []byte {
	item := m.items[0]
	m.items[0] = nil
	m.items = m.items[1:]
	if w := b.next(m.putters); w != nil {
		m.unfinished++
		m.items = append(m.items, w.data)
		w.reply(answer{})
	}
	return item
}

func (b *broker) get(r request, reply func(answer)) {
	m := b.queue(r, reply)
	switch {
	case m == nil:
	case len(m.items) > 0:
		reply(answer{data: b.pop(m)})
	case m.closed:
		reply(answer{status: statusClosed})
	default:
		b.park(m.getters, r, reply, statusEmpty)
	}
}

func (b *broker) length(r request, reply func(answer)) {
	if m := b.queue(r, reply); m != nil {
		full := uint64(0)
		if m.capacity > 0 && len(m.items) >= m.capacity {
			full = 1
		}
		reply(answer{data: append(number64(uint64(len(m.items))), number64(full)...)})
	}
}

func (b *broker) closeQueue(r request, reply func(answer)) {
	m := b.queue(r, reply)
	if m == nil {
		return
	}
	m.closed = true
	for _, q := range []*list.List{m.putters, m.getters} {
		for w := b.next(q); w != nil; w = b.next(q) {
			w.reply(answer{status: statusClosed})
		}
	}
	reply(answer{})
}

func (b *broker) taskDone(r request, reply func(answer)) {
	m := b.queue(r, reply)
	if m == nil {
		return
	}
	if m.unfinished == 0 {
		reply(answer{status: statusTooMany})
		return
	}
	m.unfinished--
	if m.unfinished == 0 {
		for w := b.next(m.joiners); w != nil; w = b.next(m.joiners) {
			w.reply(answer{})
		}
	}
	reply(answer{})
}

func (b *broker) waitTasks(r request, reply func(answer)) {
	m := b.queue(r, reply)
	switch {
	case m == nil:
	case m.unfinished == 0:
		reply(answer{})
	default:
		b.park(m.joiners, r, reply, statusEmpty)
	}
}
