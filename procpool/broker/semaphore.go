package broker

import (
	"container/list"
	"slices"
)

// A semaphore is a number of permits, and who has some.
type semaphore struct {
	value   int64
	initial int64
	bounded bool
	held    []holding // in order of each holder's first permit
	waiters *list.List
}

// A holding is what one process has taken and nobody has given back.
type holding struct {
	from string
	n    int64
}

func (b *Broker) newSemaphore(r Request, reply func(Answer)) {
	bounded := len(r.Data) > 0 && r.Data[0] == 1
	b.keep(&semaphore{value: r.N, initial: r.N, bounded: bounded, waiters: list.New()}, r, reply)
}

func (b *Broker) acquire(r Request, reply func(Answer)) {
	s := find[semaphore](b, r, reply)
	switch {
	case s == nil:
	case s.value > 0:
		s.take(r.From)
		reply(Answer{})
	default:
		b.park(s.waiters, r, reply, StatusEmpty)
	}
}

func (s *semaphore) take(from string) {
	s.value--
	for i := range s.held {
		if s.held[i].from == from {
			s.held[i].n++
			return
		}
	}
	s.held = append(s.held, holding{from, 1})
}

func (b *Broker) release(r Request, reply func(Answer)) {
	s := find[semaphore](b, r, reply)
	switch {
	case s == nil:
	case s.bounded && s.value >= s.initial:
		reply(Answer{Status: StatusTooMany})
	default:
		s.drop(r.From)
		reply(Answer{})
		s.add(b, 1)
	}
}

// drop takes a permit off what from holds, or else off what is held longest: one
// process may take and another give back.
func (s *semaphore) drop(from string) {
	if len(s.held) == 0 {
		return
	}
	i := max(0, slices.IndexFunc(s.held, func(h holding) bool { return h.from == from }))
	if s.held[i].n--; s.held[i].n == 0 {
		s.held = slices.Delete(s.held, i, i+1)
	}
}

// add gives n permits to those who wait, and keeps the rest.
func (s *semaphore) add(b *Broker, n int64) {
	for s.value += n; s.value > 0; {
		w := b.next(s.waiters)
		if w == nil {
			return
		}
		s.take(w.From)
		w.reply(Answer{})
	}
}

// mourn gives back what processes held that are gone, but no more than there was in the
// beginning: a permit that was made by a release was meant to be used up.
func (s *semaphore) mourn(b *Broker, gone func(identity string) bool) {
	n := int64(0)
	s.held = slices.DeleteFunc(s.held, func(h holding) bool {
		if gone(h.from) {
			n += h.n
			return true
		}
		return false
	})
	if back := min(n, s.initial-s.value); back > 0 {
		s.add(b, back)
	}
}

func (b *Broker) permits(r Request, reply func(Answer)) {
	if s := find[semaphore](b, r, reply); s != nil {
		reply(Answer{Data: Number(uint64(s.value))})
	}
}
