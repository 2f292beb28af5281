package broker

import "encoding/binary"

// A holders is who needs a thing that processes share: it is freed when nobody does any more. It has
// a number, which is never given again.
//
// A process holds what it has a handle of: the one that has made the thing, and those that say so
// (OpHold) when they have decoded their first handle. Whoever has a handle in a message keeps it until the
// message was decoded, so somebody holds the thing all the time. What a process says arrives in order, also
// what it says before the result of a task, for which its parent keeps the arguments.
type holders struct {
	by     map[string]bool // identities of processes
	inside int             // messages of queues and pipes that have a handle of it, and such as are being decoded
	pinned bool            // it went where nobody keeps count, so it stays as long as the broker
	free   func()
}

// AppendHeld adds the number of a thing to those that a message has handles of.
func AppendHeld(held []byte, number uint64) []byte {
	return binary.LittleEndian.AppendUint64(held, number)
}

// made takes note of a new thing, which the process holds that has asked for it.
func (b *Broker) made(number uint64, from string, free func()) {
	b.holders[number] = &holders{by: map[string]bool{}, free: free}
	b.holdFor(number, from)
}

func (b *Broker) holdFor(number uint64, identity string) {
	h := b.holders[number]
	if h == nil || h.by[identity] {
		return
	}
	h.by[identity] = true
	if b.heldBy[identity] == nil {
		b.heldBy[identity] = map[uint64]bool{}
	}
	b.heldBy[identity][number] = true
}

// hold is told by a process that it has a handle of ID.
func (b *Broker) hold(r Request, reply func(Answer)) {
	b.holdFor(r.ID, r.From)
	reply(Answer{})
}

// letGo is told by a process that it has no handle of ID any more. With N 1 it goes on to use the memory
// itself: then it is the broker's own process, with which that ends.
func (b *Broker) letGo(r Request, reply func(Answer)) {
	if at, ok := b.places[r.ID]; ok && r.N == 1 && r.From == "" {
		b.slots[at].used = true
	}
	b.letGoFor(r.ID, r.From)
	reply(Answer{})
}

func (b *Broker) letGoFor(number uint64, identity string) {
	delete(b.heldBy[identity], number)
	if len(b.heldBy[identity]) == 0 {
		delete(b.heldBy, identity)
	}
	if h := b.holders[number]; h != nil && h.by[identity] {
		delete(h.by, identity)
		b.settle(number, h)
	}
}

// pin is told by a process that a handle of ID went where nobody keeps count of it.
func (b *Broker) pin(r Request, reply func(Answer)) {
	if h := b.holders[r.ID]; h != nil {
		h.pinned = true
	}
	reply(Answer{})
}

// enclose has a message hold what it has handles of, and returns what that is.
func (b *Broker) enclose(numbers []uint64) (held []uint64) {
	for _, n := range numbers {
		if h := b.holders[n]; h != nil {
			h.inside++
			held = append(held, n)
		}
	}
	return held
}

// disclose ends what enclose has begun.
func (b *Broker) disclose(held []uint64) {
	for _, n := range held {
		if h := b.holders[n]; h != nil {
			h.inside--
			b.settle(n, h)
		}
	}
}

// settle frees a thing that nobody holds.
func (b *Broker) settle(number uint64, h *holders) {
	if len(h.by) == 0 && h.inside == 0 && !h.pinned {
		delete(b.holders, number)
		h.free()
	}
}

// decoded is told by a process that it has decoded the item which answered its request N, and holds what
// it has handles of.
func (b *Broker) decoded(r Request, reply func(Answer)) {
	key := asker{r.From, uint64(r.N)}
	held := b.decoding[key]
	delete(b.decoding, key)
	b.disclose(held)
	reply(Answer{})
}

// dropHolds has processes that are gone hold nothing.
func (b *Broker) dropHolds(gone func(identity string) bool) {
	for key, held := range b.decoding {
		if gone(key.from) {
			delete(b.decoding, key)
			b.disclose(held)
		}
	}
	for identity, numbers := range b.heldBy {
		if gone(identity) {
			for n := range numbers {
				b.letGoFor(n, identity)
			}
		}
	}
}
