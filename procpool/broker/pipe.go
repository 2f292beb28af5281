package broker

import "maps"

// A pipe is two mailboxes, each written by the end of its number.
type pipe struct {
	to   [2]*mailbox
	ends [2]*end
}

// An end of a pipe lives as long as a process holds it, or a message that is under way.
type end struct {
	holders map[string]bool // identities
	passed  map[string]bool // identities of those that have passed it on, and neither used nor closed it since
	closed  bool
}

// limitShift is where N has the limit of OpRecv: one more than the longest message that is
// wanted, or 0.
const limitShift = 8

// Limit is what N has besides the end for a message of n bytes at most.
func Limit(n int) int64 { return (int64(n) + 1) << limitShift }

func (b *Broker) newPipe(r Request, reply func(Answer)) {
	id := b.number()
	p := &pipe{}
	for i := range 2 {
		p.to[i] = newMailbox(0)
		p.ends[i] = &end{holders: map[string]bool{r.From: true}, passed: map[string]bool{}}
	}
	b.pipes[id] = p
	b.made(id, r.From, func() {
		delete(b.pipes, id)
		b.empty(p.to[0])
		b.empty(p.to[1])
	})
	reply(Answer{Data: Number(id)})
}

// conn finds an end of a pipe; using it makes its process a holder.
func (b *Broker) conn(r Request, reply func(Answer)) (*pipe, int) {
	p := b.pipes[r.ID]
	e := int(r.N & 1)
	if p == nil || p.ends[e].closed {
		reply(Answer{Status: StatusClosed})
		return nil, 0
	}
	p.ends[e].hold(r.From)
	return p, e
}

func (b *Broker) sendPipe(r Request, reply func(Answer)) {
	p, e := b.conn(r, reply)
	switch {
	case p == nil:
		r.File.Close()
	case p.ends[1-e].closed:
		r.File.Close()
		reply(Answer{Status: StatusPeerClosed})
	default:
		b.add(p.to[e], r, reply)
	}
}

func (b *Broker) recvPipe(r Request, reply func(Answer)) {
	p, e := b.conn(r, reply)
	if p == nil {
		return
	}
	switch m := p.to[1-e]; {
	case len(m.items) > 0:
		b.deliver(m, r, reply)
	case p.ends[1-e].closed:
		reply(Answer{Status: StatusEOF})
	default:
		b.park(m.getters, r, reply, StatusEmpty)
	}
}

func (b *Broker) pollPipe(r Request, reply func(Answer)) {
	p, e := b.conn(r, reply)
	if p == nil {
		return
	}
	if m := p.to[1-e]; len(m.items) > 0 || p.ends[1-e].closed {
		reply(Answer{})
	} else {
		b.park(m.getters, r, reply, StatusEmpty)
	}
}

func (b *Broker) closeConn(r Request, reply func(Answer)) {
	if p := b.pipes[r.ID]; p != nil {
		e := int(r.N & 1)
		p.ends[e].release(r.From)
		if p.ends[1-e].holders[r.From] {
			p.ends[e].giveBack()
		}
		b.endWaiting(p.to[1-e], r.From)
		b.checkEnd(r.ID, p, e)
	}
	reply(Answer{})
}

func (e *end) hold(identity string) {
	e.holders[identity] = true
	delete(e.passed, identity)
}

func (e *end) release(identity string) {
	delete(e.holders, identity)
	delete(e.passed, identity)
}

// pass has a holder let go, until it uses the end again.
func (e *end) pass(identity string) {
	if e.holders[identity] {
		delete(e.holders, identity)
		e.passed[identity] = true
	}
}

// giveBack makes holders of those that have passed the end on, if it has none. A process that got both ends and
// closes one says that this is the end of who gave it, who may not have come to use it yet.
func (e *end) giveBack() {
	if len(e.holders) == 0 {
		e.holders, e.passed = e.passed, map[string]bool{}
	}
}

// endWaiting ends the receiving of a process that has closed its end.
func (b *Broker) endWaiting(m *mailbox, from string) {
	for place := m.getters.Front(); place != nil; {
		w := place.Value.(*waiter)
		place = place.Next()
		if w.From == from && w.Op != OpSelect {
			b.unpark(w)
			w.reply(Answer{Status: StatusClosed})
		}
	}
}

// passConn makes another process a holder. The one that passes it on keeps it only
// if it uses it again: so the end of a pipe that a child got closes with the child.
func (b *Broker) passConn(r Request, reply func(Answer)) {
	if p := b.pipes[r.ID]; p != nil {
		e := p.ends[r.N&1]
		if r.N&2 != 0 {
			e.pass(r.From)
		}
		e.hold(string(r.Data))
	}
	reply(Answer{})
}

// checkEnd closes an end that nobody holds any more. What was sent to it is dropped.
func (b *Broker) checkEnd(id uint64, p *pipe, e int) {
	if len(p.ends[e].holders) > 0 || p.ends[e].closed {
		return
	}
	p.ends[e].closed = true
	for w := b.next(p.to[e].getters); w != nil; w = b.next(p.to[e].getters) {
		status := byte(StatusEOF)
		if w.looks() {
			status = StatusOK
		}
		w.reply(Answer{Status: status})
	}
	if p.ends[1-e].closed {
		delete(b.pipes, id)
	}
	b.empty(p.to[1-e])
}

// dropEnds closes the ends that only processes held which are gone.
func (b *Broker) dropEnds(gone func(identity string) bool) {
	for id, p := range b.pipes {
		for e := range p.ends {
			for _, all := range []map[string]bool{p.ends[e].holders, p.ends[e].passed} {
				maps.DeleteFunc(all, func(identity string, _ bool) bool { return gone(identity) })
			}
			b.checkEnd(id, p, e)
		}
	}
}
