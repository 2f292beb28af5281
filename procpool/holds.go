package procpool

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// holds are the handles in this process of what the broker keeps, counted. The broker knows which processes
// have any, and frees what none has: see broker/holders.go. So it is told of the first handle of
// a thing that comes here, before anything that happens after, and when the garbage collector has
// found that the last is dropped. Who uses the thing without a handle keeps the handle alive meanwhile.
//
// A handle in a message is counted nowhere. Who encodes it sees to it that somebody holds the thing until the message
// was decoded: the arguments of a call, what its function has captured and the variables that it reads are held by who
// calls (kept), a message of a queue or a pipe by the broker. Elsewhere (what a task returns or an
// actor is told, an entry of a dict, Encode) nobody keeps count, and what is in there stays as long as
// the root process.
type holds struct {
	mu    sync.Mutex
	of    map[uint64]*hold // by number; guarded by mu
	since int              // handles that came since the last collection for their sake; likewise
}

// A hold is what this process has of one thing. The mutex of holds guards it.
type hold struct {
	handles int
	pinned  bool // it stays as long as the root process
	used    bool // its memory is in use, whether there is a handle or not
}

// A held is the part that one handle has in that.
type held struct {
	number  uint64
	memory  bool
	segment uint64      // of memory that is alone in it, else 0
	sliced  atomic.Bool // somebody got the memory itself, which does not keep the handle alive
}

// holdMade counts the first handle of a thing that this process has had the broker make.
func holdMade[T any](h *T, x *held) *held { return count(h, x, false) }

// holdCame counts a handle that has come in a message.
func holdCame[T any](h *T, x *held) *held { return count(h, x, true) }

func count[T any](h *T, x *held, came bool) *held {
	this.held(x.number, came)
	runtime.AddCleanup(h, func(x *held) { this.dropped(x) }, x)
	return x
}

// maxCame is how many handles come between two collections at most, which their number is the reason for. A
// worker that makes little garbage would keep them for long.
const maxCame = 1024

func (p *process) held(number uint64, came bool) {
	s := &p.holds
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.of[number]
	if h == nil {
		if s.of == nil {
			s.of = map[uint64]*hold{}
		}
		h = &hold{}
		s.of[number] = h
	}
	h.handles++
	if !came {
		return
	}
	if h.handles == 1 {
		p.mention(broker.Request{Op: broker.OpHold, ID: number})
	}
	if s.since++; s.since == maxCame {
		s.since = 0
		go runtime.GC()
	}
}

// dropped is called when the garbage collector has found that a handle is dropped.
func (p *process) dropped(x *held) {
	s := &p.holds
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.of[x.number]
	h.handles--
	h.used = h.used || x.sliced.Load()
	switch {
	case h.handles > 0 || h.used && x.segment == 0: // others may not get memory that is used here
		return
	case !h.pinned:
		p.letGo(x, h.used)
	}
	delete(s.of, x.number)
}

// letGo tells the broker that there is no handle any more. The mutex of holds is held.
func (p *process) letGo(x *held, used bool) {
	r := broker.Request{Op: broker.OpLetGo, ID: x.number}
	if !x.memory {
		p.mention(r)
		return
	}
	if x.segment != 0 {
		p.memories.forget(x.segment, p.Broker == nil && !used)
		if used {
			r.N = 1 // it is mapped once, by the broker, if that is here
		}
	}
	p.Request(r, func(broker.Answer) { p.memories.pressure.free() })
}

// lost is called when a handle goes into a message for which nobody keeps it.
func (x *held) lost() {
	if x == nil {
		return
	}
	s := &this.holds
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.of[x.number]; !h.pinned {
		h.pinned = true
		this.mention(broker.Request{Op: broker.OpPin, ID: x.number})
	}
}

// numbered adds the number to those that a message has handles of.
func (x *held) Numbered(numbers []byte) []byte {
	if x == nil {
		return numbers
	}
	return broker.AppendHeld(numbers, x.number)
}

// mention is tell for what needs no answer. It is cheap, and arrives before all that this process sends afterwards.
func (p *process) mention(r broker.Request) {
	r.From = p.Identity
	if p.Broker != nil {
		p.Broker.Do(r, func(broker.Answer) {})
		return
	}
	p.Up.Out.Put(wire.Frame{Kind: task.FrameCall, Data: r.Encode()})
	p.Up.Out.FlushSoon()
}

// decoded tells the broker, if it waits for that, that the handles of a message are counted.
func (p *process) decoded(a broker.Answer) {
	if a.Status == broker.StatusHolding {
		p.mention(broker.Request{Op: broker.OpDecoded, N: int64(a.Token)})
	}
}
