package broker

import "container/list"

// An event is a flag that is waited for.
type event struct {
	set     bool
	waiters *list.List
}

func (b *Broker) newEvent(r Request, reply func(Answer)) {
	b.keep(&event{waiters: list.New()}, r, reply)
}

func (b *Broker) setEvent(r Request, reply func(Answer)) {
	e := find[event](b, r, reply)
	if e == nil {
		return
	}
	e.set = r.N != 0
	for e.set {
		w := b.next(e.waiters)
		if w == nil {
			break
		}
		w.reply(Answer{})
	}
	reply(Answer{})
}

func (b *Broker) waitEvent(r Request, reply func(Answer)) {
	e := find[event](b, r, reply)
	switch {
	case e == nil:
	case e.set:
		reply(Answer{})
	default:
		b.park(e.waiters, r, reply, StatusEmpty)
	}
}
