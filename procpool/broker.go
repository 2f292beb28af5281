package procpool

import (
	"container/list"
	"encoding/binary"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parago/parago/procpool/shm"
)

// A broker keeps what processes share: queues, pipes and shared memory. There is one,
// in the root of the tree of processes, so what a process has made outlives it. It never
// waits: whoever must is put on a list, and answered when its turn has come, its time is
// over or its process is gone.
type broker struct {
	mu       sync.Mutex
	last     uint64 // number given to a queue, pipe, segment or owner; guarded by mu, as is the rest
	queues   map[uint64]*mailbox
	pipes    map[uint64]*pipe
	segments map[uint64]*shm.Segment
	arena    uint64 // segment for small things
	used     int    // bytes of it
	locks    []*uint32
	owners   map[uint32]string // of locks: identities
	waiting  map[*waiter]bool
}

func newBroker() *broker {
	return &broker{
		queues:   map[uint64]*mailbox{},
		pipes:    map[uint64]*pipe{},
		segments: map[uint64]*shm.Segment{},
		owners:   map[uint32]string{},
		waiting:  map[*waiter]bool{},
	}
}

// A waiter is a request without an answer yet.
type waiter struct {
	request
	reply func(answer)
	queue *list.List // it is on
	place *list.Element
	timer *time.Timer
}

// do handles a request. Reply is called once, unless the asking process ends before; it must not wait.
func (b *broker) do(r request, reply func(answer)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if int(r.op) >= len(ops) {
		reply(answer{status: statusUnknown})
		return
	}
	ops[r.op](b, r, reply)
}

// park leaves a request on a list. When its time is over it is answered with status.
func (b *broker) park(q *list.List, r request, reply func(answer), status byte) {
	if r.wait == 0 {
		reply(answer{status: status})
		return
	}
	w := &waiter{request: r, reply: reply, queue: q}
	w.place = q.PushBack(w)
	b.waiting[w] = true
	if r.wait > 0 {
		w.timer = time.AfterFunc(r.wait, func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			if b.waiting[w] {
				b.unpark(w)
				reply(answer{status: status})
			}
		})
	}
}

func (b *broker) unpark(w *waiter) {
	delete(b.waiting, w)
	w.queue.Remove(w.place)
	if w.timer != nil {
		w.timer.Stop()
	}
}

// next takes the first waiter off a list, or returns nil.
func (b *broker) next(q *list.List) *waiter {
	if q.Len() == 0 {
		return nil
	}
	w := q.Front().Value.(*waiter)
	b.unpark(w)
	return w
}

func (b *broker) number() uint64 {
	b.last++
	return b.last
}

func number64(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

// ended frees what a process and its descendants held. mu is held.
func (b *broker) ended(identity string) {
	gone := func(id string) bool { return id == identity || strings.HasPrefix(id, identity+":") }
	for w := range b.waiting {
		if gone(w.from) {
			b.unpark(w)
		}
	}
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
	var owners []uint32
	for n, id := range b.owners {
		if gone(id) {
			owners = append(owners, n)
			delete(b.owners, n)
		}
	}
	for _, word := range b.locks {
		if v := atomic.LoadUint32(word); len(owners) > 0 && slices.Contains(owners, v&^lockContended) {
			if atomic.CompareAndSwapUint32(word, v, 0) {
				shm.Wake(word, 1<<20)
			}
		}
	}
}

// drop forgets a request of the broker's own process that nobody waits for any more.
// It reports false if the request was answered.
func (b *broker) drop(asked chan answer) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for w := range b.waiting {
		if w.asked == asked {
			b.unpark(w)
			return true
		}
	}
	return false
}
