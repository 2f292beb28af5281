package broker

import (
	"bytes"
	"container/list"
	"slices"
	"time"
)

// A sequence is the values of a list.
type sequence struct{ entries []*entry }

func (b *Broker) newList(r Request, reply func(Answer)) { b.keep(&sequence{}, r, reply) }

// at finds entry N, or replies that there is none.
func (s *sequence) at(r Request, reply func(Answer)) (i int, ok bool) {
	if r.N < 0 || r.N >= int64(len(s.entries)) {
		reply(Answer{Status: StatusAbsent, Data: Number(uint64(len(s.entries)))})
		return 0, false
	}
	return int(r.N), true
}

// insertList puts the values of Data before entry N; N -1 is the end.
func (b *Broker) insertList(r Request, reply func(Answer)) {
	s := find[sequence](b, r, reply)
	if s == nil {
		return
	}
	items, ok := ParseItems(r.Data)
	if !ok || r.N < -1 || r.N > int64(len(s.entries)) {
		reply(Answer{Status: StatusAbsent, Data: Number(uint64(len(s.entries)))})
		return
	}
	at := len(s.entries)
	if r.N >= 0 {
		at = int(r.N)
	}
	entries := make([]*entry, len(items))
	for i, item := range items {
		entries[i] = &entry{value: bytes.Clone(item), waiters: list.New()}
	}
	s.entries = slices.Insert(s.entries, at, entries...)
	reply(Answer{})
}

func (b *Broker) getList(r Request, reply func(Answer)) {
	s := find[sequence](b, r, reply)
	if s == nil {
		return
	}
	if i, ok := s.at(r, reply); ok {
		reply(Answer{Data: s.entries[i].value})
	}
}

func (b *Broker) setList(r Request, reply func(Answer)) {
	s := find[sequence](b, r, reply)
	if s == nil {
		return
	}
	if i, ok := s.at(r, reply); ok && !b.held(s.entries[i], r, reply, func() { b.setList(r, reply) }) {
		s.entries[i].value = bytes.Clone(r.Data)
		reply(Answer{})
	}
}

// popList removes entry N, -1 for the last one, and replies with its value.
func (b *Broker) popList(r Request, reply func(Answer)) {
	s := find[sequence](b, r, reply)
	if s == nil {
		return
	}
	at := r
	if r.N == -1 {
		at.N = int64(len(s.entries)) - 1
	}
	if i, ok := s.at(at, reply); ok && !b.held(s.entries[i], r, reply, func() { b.popList(r, reply) }) {
		value := s.entries[i].value
		s.entries = slices.Delete(s.entries, i, i+1)
		reply(Answer{Data: value})
	}
}

// updateList begins an update of entry N. The turn lasts as many nanoseconds as Data says
// if others wait.
func (b *Broker) updateList(r Request, reply func(Answer)) {
	s := find[sequence](b, r, reply)
	if s == nil {
		return
	}
	if i, ok := s.at(r, reply); ok && !b.held(s.entries[i], r, reply, func() { b.updateList(r, reply) }) {
		limit := Answer{Data: r.Data}.Number()
		b.beginTurn(s.entries[i], r.From, time.Duration(limit), true, reply)
	}
}

// commitList ends an update, turn N.
func (b *Broker) commitList(r Request, reply func(Answer)) {
	if find[sequence](b, r, reply) == nil {
		return
	}
	if t := b.turn(r, reply); t != nil {
		t.entry.value = bytes.Clone(r.Data)
		reply(Answer{})
		b.endTurn(t)
	}
}

// clearList removes all entries. What is being updated is changed in vain.
func (b *Broker) clearList(r Request, reply func(Answer)) {
	s := find[sequence](b, r, reply)
	if s == nil {
		return
	}
	var turns []*turn
	for _, e := range s.entries {
		if e.turn != nil {
			turns = append(turns, e.turn)
		}
	}
	s.entries = nil
	reply(Answer{})
	for _, t := range turns {
		b.endTurn(t)
	}
}

func (b *Broker) lenList(r Request, reply func(Answer)) {
	if s := find[sequence](b, r, reply); s != nil {
		reply(Answer{Data: Number(uint64(len(s.entries)))})
	}
}

// allList replies with all values.
func (b *Broker) allList(r Request, reply func(Answer)) {
	if s := find[sequence](b, r, reply); s != nil {
		var data []byte
		for _, e := range s.entries {
			data = AppendItem(data, e.value)
		}
		reply(Answer{Data: data})
	}
}
