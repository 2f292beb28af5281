package broker

// free forgets what a process has made and dropped without having told another process of it. So
// nobody waits for it, and nobody asks for it again.
func (b *Broker) free(r Request, reply func(Answer)) {
	at := place{r.ID, int(r.N)}
	if m := b.queues[r.ID]; m != nil {
		delete(b.queues, r.ID)
		b.empty(m)
	} else if p := b.pipes[r.ID]; p != nil {
		delete(b.pipes, r.ID)
		b.empty(p.to[0])
		b.empty(p.to[1])
	} else if b.objects[r.ID] != nil {
		delete(b.objects, r.ID)
	} else if s := b.slots[at]; s != nil && s.from == r.From {
		b.freeMemory(at, len(r.Data) == 1 && r.Data[0] == 1)
	}
	reply(Answer{})
}

// empty drops what is in a mailbox that nobody can get from any more.
func (b *Broker) empty(m *mailbox) {
	lost := m.items
	m.items, m.dead = nil, true
	for _, it := range lost {
		b.discard(it)
	}
}
