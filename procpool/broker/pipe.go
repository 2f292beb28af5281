package broker

// A pipe is two mailboxes, each written by the end of its number.
type pipe struct {
	to   [2]*mailbox
	ends [2]*end
}

// An end of a pipe lives as long as a process holds it, or a message that is under way.
type end struct {
	holders map[string]bool // identities
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
		p.ends[i] = &end{holders: map[string]bool{r.From: true}}
	}
	b.pipes[id] = p
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
	p.ends[e].holders[r.From] = true
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
		delete(p.ends[e].holders, r.From)
		b.endWaiting(p.to[1-e], r.From)
		b.checkEnd(r.ID, p, e)
	}
	reply(Answer{})
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
		holders := p.ends[r.N&1].holders
		if r.N&2 != 0 {
			delete(holders, r.From)
		}
		holders[string(r.Data)] = true
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
	lost := p.to[1-e].items
	p.to[1-e].items, p.to[1-e].dead = nil, true
	for _, it := range lost {
		b.discard(it)
	}
}

// dropEnds closes the ends that only processes held which are gone.
func (b *Broker) dropEnds(gone func(identity string) bool) {
	for id, p := range b.pipes {
		for e := range p.ends {
			for h := range p.ends[e].holders {
				if gone(h) {
					delete(p.ends[e].holders, h)
				}
			}
			b.checkEnd(id, p, e)
		}
	}
}
