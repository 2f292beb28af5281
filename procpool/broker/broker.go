package broker

import (
	"container/list"
	"strings"
	"sync"
	"time"

	"github.com/parago/parago/procpool/shm"
)

// A Broker keeps what processes share. Its methods are safe for concurrent use. It needs no
// end: it goes with its process.
type Broker struct {
	mu       sync.Mutex
	last     uint64 // number given to a queue, pipe, segment or owner; guarded by mu, as is the rest
	queues   map[uint64]*mailbox
	pipes    map[uint64]*pipe
	segments map[uint64]*shm.Segment
	arena    uint64 // segment for small things
	used     int    // bytes of it
	slots    map[place]*slot
	places   map[uint64]place  // of slots, by the number under which they are held
	spare    map[int][]place   // slots of the arena that were freed, by size
	owners   map[uint32]string // of locks: identities
	objects  map[uint64]any    // semaphores, events, conditions, barriers, dicts, lists, actors
	turns    map[uint64]*turn  // of those who update an entry
	waiting  map[*waiter]bool
	tokens   map[asker]*waiter

	deliveries map[asker]*delivery // items that may not have arrived
	files      int                 // that items are in
	kept       map[uint64]*kept
	names      map[string]uint64 // of kept memory
	keptFiles  int               // of that

	holders  map[uint64]*holders
	heldBy   map[string]map[uint64]bool // what processes hold
	decoding map[asker][]uint64         // what is held for those that are decoding a message
}

// New returns a broker without objects.
func New() *Broker {
	return &Broker{
		queues:   map[uint64]*mailbox{},
		pipes:    map[uint64]*pipe{},
		segments: map[uint64]*shm.Segment{},
		slots:    map[place]*slot{},
		places:   map[uint64]place{},
		spare:    map[int][]place{},
		owners:   map[uint32]string{},
		objects:  map[uint64]any{},
		turns:    map[uint64]*turn{},
		waiting:  map[*waiter]bool{},
		tokens:   map[asker]*waiter{},

		deliveries: map[asker]*delivery{},
		kept:       map[uint64]*kept{},
		names:      map[string]uint64{},

		holders:  map[uint64]*holders{},
		heldBy:   map[string]map[uint64]bool{},
		decoding: map[asker][]uint64{},
	}
}

// Do handles a request. Reply is called once, unless the asking process ends before; it must not wait.
func (b *Broker) Do(r Request, reply func(Answer)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if int(r.Op) >= len(ops) {
		reply(Answer{Status: StatusUnknown})
		return
	}
	ops[r.Op](b, r, reply)
}

// A waiter is a request without an answer yet.
type waiter struct {
	Request
	reply func(Answer)
	queue *list.List // it is on
	place *list.Element
	timer *time.Timer
	left  func() // called when it goes without its turn having come; nil: nobody cares
	again func() // does a change of an entry anew
}

// An asker tells requests of all processes apart.
type asker struct {
	from  string
	token uint64
}

// park leaves a request on a list. When its time is over it is answered with status. It
// returns nil if there is no time.
func (b *Broker) park(q *list.List, r Request, reply func(Answer), status byte) *waiter {
	if r.Wait == 0 {
		reply(Answer{Status: status})
		return nil
	}
	w := &waiter{Request: r, reply: reply, queue: q}
	w.place = q.PushBack(w)
	b.waiting[w] = true
	b.tokens[asker{r.From, r.Token}] = w
	if r.Wait > 0 {
		w.timer = time.AfterFunc(r.Wait, func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			if b.waiting[w] {
				reply(Answer{Status: status})
				b.leave(w)
			}
		})
	}
	return w
}

func (b *Broker) unpark(w *waiter) {
	delete(b.waiting, w)
	delete(b.tokens, asker{w.From, w.Token})
	w.queue.Remove(w.place)
	if w.timer != nil {
		w.timer.Stop()
	}
}

// leave takes a request off its list whose turn has not come.
func (b *Broker) leave(w *waiter) {
	b.unpark(w)
	if w.left != nil {
		w.left()
	}
}

// next takes the first waiter off a list, or returns nil.
func (b *Broker) next(q *list.List) *waiter {
	if q.Len() == 0 {
		return nil
	}
	w := q.Front().Value.(*waiter)
	b.unpark(w)
	return w
}

// forget answers a parked request of the sender's with StatusForgotten. One that
// was answered already is left as it is.
func (b *Broker) forget(r Request, reply func(Answer)) {
	if w := b.tokens[asker{r.From, uint64(r.N)}]; w != nil {
		w.reply(Answer{Status: StatusForgotten})
		b.leave(w)
	}
	reply(Answer{})
}

func (b *Broker) number() uint64 {
	b.last++
	return b.last
}

// ended frees what a process and its descendants held.
func (b *Broker) ended(r Request, reply func(Answer)) {
	identity := string(r.Data)
	b.gone(func(id string) bool { return id == identity || strings.HasPrefix(id, identity+":") })
	reply(Answer{})
}

// gone frees what some processes held.
func (b *Broker) gone(gone func(identity string) bool) {
	for w := range b.waiting {
		if gone(w.From) && b.waiting[w] {
			b.leave(w)
		}
	}
	b.putBack(gone)
	b.dropEnds(gone)
	b.dropLocks(gone)
	b.dropTurns(gone)
	for _, o := range b.objects {
		if o, ok := o.(mourner); ok {
			o.mourn(b, gone)
		}
	}
	b.dropHolds(gone)
}

// A mourner is an object that keeps something of processes.
type mourner interface {
	// mourn frees what some processes held that are gone. Their requests wait no more.
	mourn(b *Broker, gone func(identity string) bool)
}

// keep takes a new object in and replies with its number.
func (b *Broker) keep(o any, r Request, reply func(Answer)) {
	id := b.number()
	b.objects[id] = o
	if r.Op != OpNewActor { // which its process uses
		b.made(id, r.From, func() { delete(b.objects, id) })
	}
	reply(Answer{Data: Number(id)})
}

// find finds the object that a request is for, or replies that there is none.
func find[T any](b *Broker, r Request, reply func(Answer)) *T {
	o, _ := b.objects[r.ID].(*T)
	if o == nil {
		reply(Answer{Status: StatusUnknown})
	}
	return o
}
