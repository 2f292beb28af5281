package broker

import (
	"container/list"
	"encoding/binary"
)

// SelectItem adds a queue, or with queue false the end n of a pipe, to the Data of OpSelect.
func SelectItem(data []byte, queue bool, id uint64, n int) []byte {
	kind := byte(n & 1)
	if queue {
		kind = 2
	}
	return append(binary.LittleEndian.AppendUint64(data, id), kind)
}

// look finds the mailbox that part i of a selection is about, and whether a get from it would
// return at once.
func (b *Broker) look(r Request, i int) (getters *list.List, ready bool) {
	part := r.Data[i*endSize:]
	id, kind := binary.LittleEndian.Uint64(part), part[8]
	if kind == 2 {
		m := b.queues[id]
		if m == nil {
			return nil, true // it fails at once
		}
		return m.getters, len(m.items) > 0 || m.closed
	}
	p, e := b.pipes[id], int(kind&1)
	if p == nil || p.ends[e].closed {
		return nil, true
	}
	p.ends[e].hold(r.From)
	m := p.to[1-e]
	return m.getters, len(m.items) > 0 || p.ends[1-e].closed
}

// selectReady waits until a get from one of several queues and pipes would return at once, and
// replies with its index. It looks at part N first, and goes round.
func (b *Broker) selectReady(r Request, reply func(Answer)) {
	n := len(r.Data) / endSize
	if n == 0 || len(r.Data)%endSize != 0 || r.N < 0 {
		reply(Answer{Status: StatusUnknown})
		return
	}
	boxes := make([]*list.List, n)
	for k := range n {
		i := int((r.N + int64(k)) % int64(n))
		getters, ready := b.look(r, i)
		if ready {
			reply(Answer{Data: Number(uint64(i))})
			return
		}
		boxes[i] = getters
	}
	if r.Wait == 0 {
		reply(Answer{Status: StatusEmpty})
		return
	}
	var parts []*waiter
	leave := func() {
		for _, w := range parts {
			if b.waiting[w] {
				b.unpark(w)
			}
		}
	}
	answer := func(a Answer) {
		leave()
		reply(a)
	}
	for i, getters := range boxes {
		part := Request{Op: OpSelect, From: r.From, Wait: -1, Token: r.Token, N: -1}
		w := b.park(getters, part, func(a Answer) {
			if a.Status == StatusOK {
				a.Data = Number(uint64(i))
			}
			answer(a)
		}, StatusEmpty)
		w.left = leave
		parts = append(parts, w)
	}
	b.tokens[asker{r.From, r.Token}] = parts[0] // forgetting it ends all
}
