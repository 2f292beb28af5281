package broker

import (
	"container/list"
	"slices"
)

// A cond is who waits for a condition, in order. Who waits first gets a ticket, then
// frees the lock, and only then asks whether its ticket was signalled: what
// is signalled in between is not lost.
type cond struct{ tickets []*ticket }

type ticket struct {
	number    uint64
	from      string
	signalled bool
	waiters   *list.List // its process, once it asks
}

func (b *Broker) newCond(r Request, reply func(Answer)) { b.keep(&cond{}, r, reply) }

func (b *Broker) enterCond(r Request, reply func(Answer)) {
	if c := find[cond](b, r, reply); c != nil {
		t := &ticket{number: b.number(), from: r.From, waiters: list.New()}
		c.tickets = append(c.tickets, t)
		reply(Answer{Data: Number(t.number)})
	}
}

// ticket finds the ticket of a request, or replies that there is none.
func (c *cond) ticket(r Request, reply func(Answer)) *ticket {
	i := slices.IndexFunc(c.tickets, func(t *ticket) bool { return t.number == uint64(r.N) })
	if i < 0 {
		reply(Answer{Status: StatusUnknown})
		return nil
	}
	return c.tickets[i]
}

func (c *cond) remove(t *ticket) {
	c.tickets = slices.DeleteFunc(c.tickets, func(x *ticket) bool { return x == t })
}

// waitCond leaves the ticket if its time is over: leaveCond tells what has become of it.
func (b *Broker) waitCond(r Request, reply func(Answer)) {
	c := find[cond](b, r, reply)
	if c == nil {
		return
	}
	t := c.ticket(r, reply)
	switch {
	case t == nil:
	case t.signalled:
		c.remove(t)
		reply(Answer{})
	default:
		b.park(t.waiters, r, reply, StatusEmpty)
	}
}

// leaveCond gives a ticket back, and tells whether it was signalled.
func (b *Broker) leaveCond(r Request, reply func(Answer)) {
	c := find[cond](b, r, reply)
	if c == nil {
		return
	}
	if t := c.ticket(r, reply); t != nil {
		c.remove(t)
		signalled := uint64(0)
		if t.signalled {
			signalled = 1
		}
		reply(Answer{Data: Number(signalled)})
	}
}

func (b *Broker) signalCond(r Request, reply func(Answer)) {
	if c := find[cond](b, r, reply); c != nil {
		c.signal(b, r.N)
		reply(Answer{})
	}
}

// signal signals the first n tickets that were not, all if n is negative.
func (c *cond) signal(b *Broker, n int64) {
	for _, t := range slices.Clone(c.tickets) {
		if n == 0 {
			return
		}
		if t.signalled {
			continue
		}
		n--
		t.signalled = true
		if w := b.next(t.waiters); w != nil {
			c.remove(t)
			w.reply(Answer{})
		}
	}
}

// mourn passes signals on that processes had not noticed when they ended.
func (c *cond) mourn(b *Broker, gone func(identity string) bool) {
	lost := int64(0)
	c.tickets = slices.DeleteFunc(c.tickets, func(t *ticket) bool {
		if gone(t.from) && t.signalled {
			lost++
		}
		return gone(t.from)
	})
	c.signal(b, lost)
}
