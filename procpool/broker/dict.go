package broker

import (
	"bytes"
	"container/list"
	"time"
)

// A dict is values by the encoding of their keys.
type dict struct {
	entries map[string]*entry
	order   *list.List // of the entries that exist
}

func (b *Broker) newDict(r Request, reply func(Answer)) {
	b.keep(&dict{entries: map[string]*entry{}, order: list.New()}, r, reply)
}

// get returns the entry of a key, nil if it does not exist.
func (d *dict) get(key []byte) *entry {
	if e := d.entries[string(key)]; e != nil && e.place != nil {
		return e
	}
	return nil
}

// entry returns the entry of a key, which may not exist yet.
func (d *dict) entry(key []byte) *entry {
	e := d.entries[string(key)]
	if e == nil {
		e = &entry{key: bytes.Clone(key), waiters: list.New()}
		e.drop = func() {
			if e.place == nil && e.turn == nil && d.entries[string(e.key)] == e {
				delete(d.entries, string(e.key))
			}
		}
		d.entries[string(key)] = e
	}
	return e
}

func (d *dict) set(e *entry, value []byte) {
	e.value = bytes.Clone(value)
	if e.place == nil {
		e.place = d.order.PushBack(e)
	}
}

func (d *dict) remove(e *entry) {
	if e.place != nil {
		d.order.Remove(e.place)
	}
	e.place, e.value = nil, nil
	e.drop()
}

func (b *Broker) getDict(r Request, reply func(Answer)) {
	d := find[dict](b, r, reply)
	if d == nil {
		return
	}
	if e := d.get(r.Data); e != nil {
		reply(Answer{Data: e.value})
		return
	}
	reply(Answer{Status: StatusAbsent})
}

// setDict sets an entry: Data is its key and its value.
func (b *Broker) setDict(r Request, reply func(Answer)) {
	d := find[dict](b, r, reply)
	if d == nil {
		return
	}
	items, ok := ParseItems(r.Data)
	if !ok || len(items) != 2 {
		reply(Answer{Status: StatusUnknown})
		return
	}
	e := d.entry(items[0])
	if !b.held(e, r, reply, func() { b.setDict(r, reply) }) {
		d.set(e, items[1])
		reply(Answer{})
	}
}

// deleteDict removes an entry, and replies with what it was.
func (b *Broker) deleteDict(r Request, reply func(Answer)) {
	d := find[dict](b, r, reply)
	if d == nil {
		return
	}
	e := d.entries[string(r.Data)]
	switch {
	case e == nil:
		reply(Answer{Status: StatusAbsent})
	case b.held(e, r, reply, func() { b.deleteDict(r, reply) }):
	case e.place == nil:
		reply(Answer{Status: StatusAbsent})
	default:
		value := e.value
		d.remove(e)
		reply(Answer{Data: value})
	}
}

// updateDict begins an update of an entry. The turn lasts N nanoseconds if others wait.
func (b *Broker) updateDict(r Request, reply func(Answer)) {
	d := find[dict](b, r, reply)
	if d == nil {
		return
	}
	if e := d.entry(r.Data); !b.held(e, r, reply, func() { b.updateDict(r, reply) }) {
		b.beginTurn(e, r.From, time.Duration(r.N), e.place != nil, reply)
	}
}

// commitDict ends an update, turn N: with a value if Data begins with 1, by removing the entry
// if not.
func (b *Broker) commitDict(r Request, reply func(Answer)) {
	d := find[dict](b, r, reply)
	if d == nil || len(r.Data) == 0 {
		return
	}
	t := b.turn(r, reply)
	switch {
	case t == nil:
		return
	case r.Data[0] == 1:
		d.set(t.entry, r.Data[1:])
	default:
		d.remove(t.entry)
	}
	reply(Answer{})
	b.endTurn(t)
}

// clearDict removes all entries, also those that are being updated: their
// updates begin anew.
func (b *Broker) clearDict(r Request, reply func(Answer)) {
	d := find[dict](b, r, reply)
	if d == nil {
		return
	}
	var turns []*turn
	for _, e := range d.entries {
		if e.turn != nil {
			turns = append(turns, e.turn)
		}
		d.remove(e)
	}
	reply(Answer{})
	for _, t := range turns {
		b.endTurn(t)
	}
}

func (b *Broker) lenDict(r Request, reply func(Answer)) {
	if d := find[dict](b, r, reply); d != nil {
		reply(Answer{Data: Number(uint64(d.order.Len()))})
	}
}

// allDict replies with all keys, in the order of their first setting, and with N also the values.
func (b *Broker) allDict(r Request, reply func(Answer)) {
	d := find[dict](b, r, reply)
	if d == nil {
		return
	}
	var data []byte
	for p := d.order.Front(); p != nil; p = p.Next() {
		e := p.Value.(*entry)
		data = AppendItem(data, e.key)
		if r.N != 0 {
			data = AppendItem(data, e.value)
		}
	}
	reply(Answer{Data: data})
}
