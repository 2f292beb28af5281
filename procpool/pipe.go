package procpool

// A pipe is two mailboxes, each written by the end of its number.
type pipe struct {
	to   [2]*mailbox
	ends [2]*end
}

// An end of a pipe lives as long as a process holds it.
type end struct {
	holders map[string]bool // identities
	closed  bool
}

func (b *broker) newPipe(r request, reply func(answer)) {
	id := b.number()
	p := &pipe{}
	for i := range 2 {
		p.to[i] = newMailbox(0)
		p.ends[i] = &end{holders: map[string]bool{r.from: true}}
	}
	b.pipes[id] = p
	reply(answer{data: number64(id)})
}

// conn finds an end of a pipe; using it makes its process a holder.
func (b *broker) conn(r request, reply func(answer)) (*pipe, int) {
	p := b.pipes[r.id]
	e := int(r.n & 1)
	if p == nil || p.ends[e].closed {
		reply(answer{status: statusClosed})
		return nil, 0
	}
	p.ends[e].holders[r.from] = true
	return p, e
}

func (b *broker) sendPipe(r request, reply func(answer)) {
	p, e := b.conn(r, reply)
	switch {
	case p == nil:
	case p.ends[1-e].closed:
		reply(answer{status: statusPeerClosed})
	default:
		b.add(p.to[e], r, reply)
	}
}

func (b *broker) recvPipe(r request, reply func(answer)) {
	p, e := b.conn(r, reply)
	if p == nil {
		return
	}
	switch m := p.to[1-e]; {
	case len(m.items) > 0:
		reply(answer{data: b.pop(m)})
	case p.ends[1-e].closed:
		reply(answer{status: statusEOF})
	default:
		b.park(m.getters, r, reply, statusEmpty)
	}
}

func (b *broker) pollPipe(r request, reply func(answer)) {
	p, e := b.conn(r, reply)
	if p == nil {
		return
	}
	if m := p.to[1-e]; len(m.items) > 0 || p.ends[1-e].closed {
		reply(answer{})
	} else {
		b.park(m.getters, r, reply, statusEmpty)
	}
}

func (b *broker) closeConn(r request, reply func(answer)) {
	if p := b.pipes[r.id]; p != nil {
		e := int(r.n & 1)
		delete(p.ends[e].holders, r.from)
		b.checkEnd(r.id, p, e)
	}
	reply(answer{})
}

// passConn makes another process a holder. The one that passes it on keeps it only
// if it uses it again: so the end of a pipe that a child got closes with the child.
func (b *broker) passConn(r request, reply func(answer)) {
	if p := b.pipes[r.id]; p != nil {
		holders := p.ends[r.n&1].holders
		if r.n&2 != 0 {
			delete(holders, r.from)
		}
		holders[string(r.data)] = true
	}
	reply(answer{})
}

// checkEnd closes an end that nobody holds any more.
func (b *broker) checkEnd(id uint64, p *pipe, e int) {
	if len(p.ends[e].holders) > 0 || p.ends[e].closed {
		return
	}
	p.ends[e].closed = true
	for w := b.next(p.to[e].getters); w != nil; w = b.next(p.to[e].getters) {
		status := byte(statusEOF)
		if w.op == opPoll {
			status = statusOK
		}
		w.reply(answer{status: status})
	}
	if p.ends[1-e].closed {
		delete(b.pipes, id)
	}
}
