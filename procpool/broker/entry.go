package broker

import (
	"container/list"
	"encoding/binary"
	"time"
)

// An entry is a value of a dict or list. Who updates it has a turn: other changes
// wait for that, in order, so that none starves, and reads do not. A turn ends with
// its process, and when others wait and its time is over, so that none hangs: who has
// lost a turn finds that out when it is done, and asks for a longer one.
type entry struct {
	key     []byte
	value   []byte
	place   *list.Element // in a dict's order; nil: there is no such entry, but somebody is about to make it
	turn    *turn
	waiters *list.List // changes
	drop    func()     // called when nobody uses it any more
}

// A turn is the right to change an entry.
type turn struct {
	entry   *entry
	from    string
	number  uint64
	expires time.Time
	timer   *time.Timer // runs once somebody waits
}

// held reports whether somebody is updating the entry. Then the change is done by
// again when its turn comes.
func (b *Broker) held(e *entry, r Request, reply func(Answer), again func()) bool {
	t := e.turn
	if t == nil {
		return false
	}
	left := time.Until(t.expires)
	if left <= 0 {
		b.endTurn(t) // which may change all
		again()
		return true
	}
	r.Wait = -1
	b.park(e.waiters, r, reply, StatusEmpty).again = again
	if t.timer == nil {
		t.timer = time.AfterFunc(left, func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.endTurn(t)
		})
	}
	return true
}

// beginTurn gives an entry to who wants to update it, with its value.
func (b *Broker) beginTurn(e *entry, from string, limit time.Duration, exists bool, reply func(Answer)) {
	t := &turn{entry: e, from: from, number: b.number(), expires: time.Now().Add(limit)}
	e.turn = t
	b.turns[t.number] = t
	known := byte(0)
	if exists {
		known = 1
	}
	reply(Answer{Data: append(append(Number(t.number), known), e.value...)})
}

// endTurn does what has waited for the end of a turn, until one of those begins another.
func (b *Broker) endTurn(t *turn) {
	e := t.entry
	if e.turn != t {
		return
	}
	delete(b.turns, t.number)
	if t.timer != nil {
		t.timer.Stop()
	}
	e.turn = nil
	if e.drop != nil {
		e.drop()
	}
	for e.turn == nil {
		w := b.next(e.waiters)
		if w == nil {
			return
		}
		w.again()
	}
}

// turn finds the turn of number N, if it is not over.
func (b *Broker) turn(r Request, reply func(Answer)) *turn {
	t := b.turns[uint64(r.N)]
	if t == nil {
		reply(Answer{Status: StatusConflict})
	}
	return t
}

// passTurn ends turn N without a change.
func (b *Broker) passTurn(r Request, reply func(Answer)) {
	if t := b.turns[uint64(r.N)]; t != nil {
		b.endTurn(t)
	}
	reply(Answer{})
}

// dropTurns ends the turns of processes that are gone.
func (b *Broker) dropTurns(gone func(identity string) bool) {
	for _, t := range b.turns {
		if gone(t.from) {
			b.endTurn(t)
		}
	}
}

// AppendItem adds an item to a list of them, as ParseItems reads it.
func AppendItem(buf, item []byte) []byte {
	return append(binary.AppendUvarint(buf, uint64(len(item))), item...)
}

// ParseItems takes a list of items apart. They are parts of data.
func ParseItems(data []byte) (items [][]byte, ok bool) {
	for len(data) > 0 {
		n, size := binary.Uvarint(data)
		if size <= 0 || uint64(len(data)-size) < n {
			return nil, false
		}
		items = append(items, data[size:size+int(n)])
		data = data[size+int(n):]
	}
	return items, true
}
