package broker

import (
	"container/list"
	"slices"
)

// A barrier is a number of parties that wait for each other.
type barrier struct {
	parties int
	broken  bool
	filling *round
	acting  []*round // that are complete, while one of their parties runs the action
}

// A round is who has arrived.
type round struct {
	number  uint64
	waiting *list.List
	parties []*arrival // in order
	actor   *arrival   // who runs the action
}

type arrival struct {
	from   string
	action bool    // it has one
	w      *waiter // nil when it was answered
}

func (b *Broker) newBarrier(r Request, reply func(Answer)) {
	x := &barrier{parties: int(r.N)}
	x.filling = x.round(b)
	b.keep(x, r, reply)
}

func (x *barrier) round(b *Broker) *round { return &round{number: b.number(), waiting: list.New()} }

func (b *Broker) waitBarrier(r Request, reply func(Answer)) {
	x := find[barrier](b, r, reply)
	switch {
	case x == nil:
		return
	case x.broken:
		reply(Answer{Status: StatusBroken})
		return
	}
	n := x.filling
	a := &arrival{from: r.From, action: len(r.Data) > 0 && r.Data[0] == 1}
	last := len(n.parties) == x.parties-1
	if last {
		r.Wait = -1 // it will not be long
	}
	if a.w = b.park(n.waiting, r, reply, StatusBroken); a.w == nil {
		x.breakUp(b)
		return
	}
	a.w.left = func() { x.breakUp(b) }
	n.parties = append(n.parties, a)
	if last {
		x.filling = x.round(b)
		x.complete(b, n)
	}
}

// complete lets a round go on, or has one of its parties run the action before.
func (x *barrier) complete(b *Broker, n *round) {
	for i, a := range slices.Backward(n.parties) {
		if a.action { // the last, which runs anyway
			n.actor = a
			x.acting = append(x.acting, n)
			b.unpark(a.w)
			w := a.w
			a.w = nil
			w.reply(Answer{Status: StatusAct, Data: append(Number(n.number), Number(uint64(i))...)})
			return
		}
	}
	n.release(b)
}

func (n *round) release(b *Broker) {
	for i, a := range n.parties {
		if a.w != nil {
			b.unpark(a.w)
			a.w.reply(Answer{Data: Number(uint64(i))})
		}
	}
}

// actedBarrier is told by who has run the action of round N how that ended.
func (b *Broker) actedBarrier(r Request, reply func(Answer)) {
	x := find[barrier](b, r, reply)
	if x == nil {
		return
	}
	i := slices.IndexFunc(x.acting, func(n *round) bool { return n.number == uint64(r.N) })
	switch {
	case i < 0: // it was broken meanwhile
		reply(Answer{Status: StatusBroken})
	case len(r.Data) > 0 && r.Data[0] == 1:
		n := x.acting[i]
		x.acting = slices.Delete(x.acting, i, i+1)
		n.release(b)
		reply(Answer{})
	default:
		x.breakUp(b)
		reply(Answer{Status: StatusBroken})
	}
}

// breakUp ends the waiting of all parties, for good.
func (x *barrier) breakUp(b *Broker) {
	x.broken = true
	x.scatter(b)
}

func (x *barrier) scatter(b *Broker) {
	for _, n := range append(x.acting, x.filling) {
		for _, a := range n.parties {
			if a.w != nil && b.waiting[a.w] {
				b.unpark(a.w)
				a.w.reply(Answer{Status: StatusBroken})
			}
		}
	}
	x.acting, x.filling = nil, x.round(b)
}

// resetBarrier ends the waiting of all parties. With N it breaks the barrier, too; else the barrier is
// as new.
func (b *Broker) resetBarrier(r Request, reply func(Answer)) {
	if x := find[barrier](b, r, reply); x != nil {
		x.scatter(b)
		x.broken = r.N != 0
		reply(Answer{})
	}
}

// lookBarrier tells how many wait and whether the barrier is broken.
func (b *Broker) lookBarrier(r Request, reply func(Answer)) {
	if x := find[barrier](b, r, reply); x != nil {
		broken := uint64(0)
		if x.broken {
			broken = 1
		}
		reply(Answer{Data: append(Number(uint64(len(x.filling.parties))), Number(broken)...)})
	}
}

// mourn breaks the barrier if who runs the action is gone. One that waited has broken
// it when it left.
func (x *barrier) mourn(b *Broker, gone func(identity string) bool) {
	if slices.ContainsFunc(x.acting, func(n *round) bool { return gone(n.actor.from) }) {
		x.breakUp(b)
	}
}
