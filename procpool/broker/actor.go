package broker

import "container/list"

// An actor is the calls that wait for the state of one process. They are handed, one at
// a time, to the process that has started that one, and come back from there, behind
// the output of the call.
type actor struct {
	process string // its identity
	owner   string // that of who has started it
	pid     int64  // 0 until it runs
	calls   *list.List
	running *list.List // the call that is running, if somebody still waits for it
	number  uint64     // of that call
	drivers *list.List // the owner, when it waits for a call
	closing bool
	ended   bool
	why     []byte // as the owner says
}

// newActor is asked by the owner. Data is the identity of the process.
func (b *Broker) newActor(r Request, reply func(Answer)) {
	b.keep(&actor{process: string(r.Data), owner: r.From, calls: list.New(), running: list.New(), drivers: list.New()}, r, reply)
}

// startedActor is told the PID, N.
func (b *Broker) startedActor(r Request, reply func(Answer)) {
	if a := find[actor](b, r, reply); a != nil {
		a.pid = r.N
		reply(Answer{})
	}
}

// callActor waits for what a call, Data, comes to.
func (b *Broker) callActor(r Request, reply func(Answer)) {
	a := find[actor](b, r, reply)
	switch {
	case a == nil:
	case a.closing:
		reply(Answer{Status: StatusClosed})
	case a.ended:
		reply(Answer{Status: StatusDied, Data: a.why})
	case r.From == a.process:
		reply(Answer{Status: StatusFailed, Data: []byte("an actor cannot call itself: it would wait for its own end")})
	default:
		b.park(a.calls, r, reply, StatusEmpty)
		a.next(b)
	}
}

// stopActor waits for the end of the actor, which comes after the calls that came before.
func (b *Broker) stopActor(r Request, reply func(Answer)) {
	a := find[actor](b, r, reply)
	switch {
	case a == nil:
	case a.ended:
		reply(Answer{})
	default:
		a.closing = true
		b.park(a.calls, r, reply, StatusEmpty)
		a.next(b)
	}
}

// nextActor waits for a call, as the owner. It gets the call's number and its
// data, of which there is none for a stop.
func (b *Broker) nextActor(r Request, reply func(Answer)) {
	a := find[actor](b, r, reply)
	switch {
	case a == nil:
	case a.ended:
		reply(Answer{Status: StatusDied})
	default:
		b.park(a.drivers, r, reply, StatusEmpty)
		a.next(b)
	}
}

// next hands over a call, if there is one and the actor waits for it.
func (a *actor) next(b *Broker) {
	if a.calls.Len() == 0 || a.drivers.Len() == 0 {
		return
	}
	w := b.next(a.calls)
	a.number = b.number()
	b.park(a.running, w.Request, w.reply, StatusEmpty)
	data := Number(a.number)
	if w.Op != OpStopActor {
		data = append(data, w.Data...)
	}
	b.next(a.drivers).reply(Answer{Data: data})
}

// returnActor is told by the owner what call N has come to.
func (b *Broker) returnActor(r Request, reply func(Answer)) {
	a := find[actor](b, r, reply)
	if a == nil {
		return
	}
	if a.number == uint64(r.N) {
		if w := b.next(a.running); w != nil {
			w.reply(Answer{Data: r.Data})
		}
	}
	reply(Answer{})
}

// endActor is told by the owner that the process is no more, and why.
func (b *Broker) endActor(r Request, reply func(Answer)) {
	if a := find[actor](b, r, reply); a != nil {
		if !a.ended { // the first reason counts
			a.end(b, r.Data)
		}
		reply(Answer{})
	}
}

func (a *actor) end(b *Broker, why []byte) {
	a.ended, a.why = true, why
	for _, q := range []*list.List{a.running, a.calls, a.drivers} {
		for w := b.next(q); w != nil; w = b.next(q) {
			if w.Op == OpStopActor {
				w.reply(Answer{})
				continue
			}
			w.reply(Answer{Status: StatusDied, Data: why})
		}
	}
}

// lookActor tells the PID, and whether the process has ended.
func (b *Broker) lookActor(r Request, reply func(Answer)) {
	if a := find[actor](b, r, reply); a != nil {
		ended := uint64(0)
		if a.ended {
			ended = 1
		}
		reply(Answer{Data: append(Number(uint64(a.pid)), Number(ended)...)})
	}
}

// mourn ends the actor if its owner is gone, with whom it goes. If only the actor is, its owner
// tells why.
func (a *actor) mourn(b *Broker, gone func(identity string) bool) {
	if !a.ended && gone(a.owner) {
		a.end(b, nil)
	}
}
