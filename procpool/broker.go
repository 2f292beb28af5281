package procpool

import (
	"container/list"
	"encoding/binary"
	"os"
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

// A request is what a process asks of the broker.
type request struct {
	op   byte
	id   uint64        // of the object
	n    int64         // capacity, end of a pipe, size
	wait time.Duration // how long at most; negative: as long as it takes
	from string        // the process's identity
	data []byte

	asked chan answer // by whom, in the broker's own process
}

// An answer is what it gets.
type answer struct {
	status byte
	data   []byte
	file   *os.File
}

const (
	opNewQueue = iota
	opPut
	opGet
	opLen
	opCloseQueue
	opTaskDone
	opWaitTasks
	opNewPipe
	opSend
	opRecv
	opPoll
	opCloseConn
	opPass // data: the identity of who holds the end, too; n>>1: the sender lets go
	opAlloc
	opSegment
	opOwner
	opEnded
)

const (
	statusOK = iota
	statusFull
	statusEmpty
	statusClosed
	statusEOF
	statusPeerClosed
	statusTooMany
	statusUnknown
	statusFailed
)

func (r *request) encode() []byte {
	buf := []byte{r.op}
	buf = binary.LittleEndian.AppendUint64(buf, r.id)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(r.n))
	buf = binary.LittleEndian.AppendUint64(buf, uint64(r.wait))
	buf = append(buf, byte(len(r.from)))
	return append(append(buf, r.from...), r.data...)
}

func decodeRequest(b []byte) (r request, ok bool) {
	if len(b) < 26 || len(b) < 26+int(b[25]) {
		return r, false
	}
	r.op = b[0]
	r.id = binary.LittleEndian.Uint64(b[1:])
	r.n = int64(binary.LittleEndian.Uint64(b[9:]))
	r.wait = time.Duration(binary.LittleEndian.Uint64(b[17:]))
	r.from = string(b[26 : 26+int(b[25])])
	r.data = b[26+int(b[25]):]
	return r, true
}

// A waiter is a request without an answer yet.
type waiter struct {
	request
	reply func(answer)
	queue *list.List // it is on
	place *list.Element
	timer *time.Timer
}

// A mailbox is a queue's content. Half of a pipe is one, too.
type mailbox struct {
	items      [][]byte
	capacity   int
	closed     bool
	unfinished int
	putters    *list.List // of *waiter
	getters    *list.List
	joiners    *list.List
}

func newMailbox(capacity int) *mailbox {
	return &mailbox{capacity: capacity, putters: list.New(), getters: list.New(), joiners: list.New()}
}

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

// ops is what the broker can do. Each is called with mu held and replies now, or
// leaves a waiter.
var ops = [...]func(b *broker, r request, reply func(answer)){
	opNewQueue:   (*broker).newQueue,
	opPut:        (*broker).put,
	opGet:        (*broker).get,
	opLen:        (*broker).length,
	opCloseQueue: (*broker).closeQueue,
	opTaskDone:   (*broker).taskDone,
	opWaitTasks:  (*broker).waitTasks,
	opNewPipe:    (*broker).newPipe,
	opSend:       (*broker).sendPipe,
	opRecv:       (*broker).recvPipe,
	opPoll:       (*broker).pollPipe,
	opCloseConn:  (*broker).closeConn,
	opPass:       (*broker).passConn,
	opAlloc:      (*broker).alloc,
	opSegment:    (*broker).segment,
	opOwner:      (*broker).owner,
	opEnded:      func(b *broker, r request, reply func(answer)) { b.ended(string(r.data)); reply(answer{}) },
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

func (b *broker) newQueue(r request, reply func(answer)) {
	id := b.number()
	b.queues[id] = newMailbox(int(r.n))
	reply(answer{data: number64(id)})
}

// queue finds a queue, or replies that there is none.
func (b *broker) queue(r request, reply func(answer)) *mailbox {
	m := b.queues[r.id]
	if m == nil {
		reply(answer{status: statusUnknown})
	}
	return m
}

func (b *broker) put(r request, reply func(answer)) {
	if m := b.queue(r, reply); m != nil {
		b.add(m, r, reply)
	}
}

func (b *broker) add(m *mailbox, r request, reply func(answer)) {
	switch {
	case m.closed:
		reply(answer{status: statusClosed})
	case m.capacity > 0 && len(m.items) >= m.capacity:
		b.park(m.putters, r, reply, statusFull)
	default:
		m.unfinished++
		m.items = append(m.items, r.data)
		reply(answer{})
		b.serveGetters(m)
	}
}

// serveGetters gives what there is to who waits for it. A poller leaves it there.
func (b *broker) serveGetters(m *mailbox) {
	for len(m.items) > 0 {
		w := b.next(m.getters)
		if w == nil {
			return
		}
		if w.op == opPoll {
			w.reply(answer{})
			continue
		}
		w.reply(answer{data: b.pop(m)})
	}
}

// pop takes the first item, and lets a waiting put take its place.
func (b *broker) pop(m *mailbox) []byte {
	item := m.items[0]
	m.items[0] = nil
	m.items = m.items[1:]
	if w := b.next(m.putters); w != nil {
		m.unfinished++
		m.items = append(m.items, w.data)
		w.reply(answer{})
	}
	return item
}

func (b *broker) get(r request, reply func(answer)) {
	m := b.queue(r, reply)
	switch {
	case m == nil:
	case len(m.items) > 0:
		reply(answer{data: b.pop(m)})
	case m.closed:
		reply(answer{status: statusClosed})
	default:
		b.park(m.getters, r, reply, statusEmpty)
	}
}

func (b *broker) length(r request, reply func(answer)) {
	if m := b.queue(r, reply); m != nil {
		full := uint64(0)
		if m.capacity > 0 && len(m.items) >= m.capacity {
			full = 1
		}
		reply(answer{data: append(number64(uint64(len(m.items))), number64(full)...)})
	}
}

func (b *broker) closeQueue(r request, reply func(answer)) {
	m := b.queue(r, reply)
	if m == nil {
		return
	}
	m.closed = true
	for _, q := range []*list.List{m.putters, m.getters} {
		for w := b.next(q); w != nil; w = b.next(q) {
			w.reply(answer{status: statusClosed})
		}
	}
	reply(answer{})
}

func (b *broker) taskDone(r request, reply func(answer)) {
	m := b.queue(r, reply)
	if m == nil {
		return
	}
	if m.unfinished == 0 {
		reply(answer{status: statusTooMany})
		return
	}
	m.unfinished--
	if m.unfinished == 0 {
		for w := b.next(m.joiners); w != nil; w = b.next(m.joiners) {
			w.reply(answer{})
		}
	}
	reply(answer{})
}

func (b *broker) waitTasks(r request, reply func(answer)) {
	m := b.queue(r, reply)
	switch {
	case m == nil:
	case m.unfinished == 0:
		reply(answer{})
	default:
		b.park(m.joiners, r, reply, statusEmpty)
	}
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

// arenaSize is the size of a segment for small things.
const arenaSize = 256 << 10

// slotHeader is the room before shared data: a lock.
const slotHeader = 64

// alloc makes shared memory: a slot of the arena, or a segment if it is large.
func (b *broker) alloc(r request, reply func(answer)) {
	size := (int(r.n) + slotHeader + 63) &^ 63
	if r.n < 0 || r.n > 1<<46 {
		reply(answer{status: statusFailed, data: []byte("impossible size")})
		return
	}
	id, offset := b.arena, b.used
	if size > arenaSize/8 || id == 0 || offset+size > arenaSize {
		seg, err := shm.New(max(size, arenaSize))
		if err != nil {
			reply(answer{status: statusFailed, data: []byte(err.Error())})
			return
		}
		id, offset = b.number(), 0
		b.segments[id] = seg
		if size <= arenaSize/8 {
			b.arena, b.used = id, 0
		}
	}
	if id == b.arena {
		b.used = offset + size
	}
	b.locks = append(b.locks, b.segments[id].Uint32(offset))
	reply(answer{data: append(number64(id), number64(uint64(offset))...)})
}

func (b *broker) segment(r request, reply func(answer)) {
	seg := b.segments[r.id]
	if seg == nil {
		reply(answer{status: statusUnknown})
		return
	}
	reply(answer{data: number64(uint64(len(seg.Data))), file: seg.File})
}

// owner gives a process the number by which its locks are known.
func (b *broker) owner(r request, reply func(answer)) {
	n := uint32(b.number())
	b.owners[n] = r.from
	reply(answer{data: number64(uint64(n))})
}

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
