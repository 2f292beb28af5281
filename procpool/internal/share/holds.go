package share

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
	space   *Space
	number  uint64
	memory  bool
	segment uint64      // of memory that is alone in it, else 0
	sliced  atomic.Bool // somebody got the memory itself, which does not keep the handle alive
}

// holdMade counts the first handle of a thing that this process has had the broker make.
func holdMade[T any](s *Space, h *T, x *held) *held { return count(s, h, x, false) }

// holdCame counts a handle that has come in a message.
func holdCame[T any](s *Space, h *T, x *held) *held { return count(s, h, x, true) }

func count[T any](s *Space, h *T, x *held, came bool) *held {
	x.space = s
	s.held(x.number, came)
	runtime.AddCleanup(h, func(x *held) { x.space.dropped(x) }, x)
	return x
}

// maxCame is how many handles come between two collections at most, which their number is the reason for. A
// worker that makes little garbage would keep them for long.
const maxCame = 1024

func (sp *Space) held(number uint64, came bool) {
	s := &sp.holds
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
		sp.mention(broker.Request{Op: broker.OpHold, ID: number})
	}
	if s.since++; s.since == maxCame {
		s.since = 0
		go runtime.GC()
	}
}

// dropped is called when the garbage collector has found that a handle is dropped.
func (sp *Space) dropped(x *held) {
	s := &sp.holds
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.of[x.number]
	h.handles--
	h.used = h.used || x.sliced.Load()
	switch {
	case h.handles > 0 || h.used && x.segment == 0: // others may not get memory that is used here
		return
	case !h.pinned:
		sp.letGo(x, h.used)
	}
	delete(s.of, x.number)
}

// letGo tells the broker that there is no handle any more. The mutex of holds is held.
func (sp *Space) letGo(x *held, used bool) {
	r := broker.Request{Op: broker.OpLetGo, ID: x.number}
	if !x.memory {
		sp.mention(r)
		return
	}
	if x.segment != 0 {
		sp.Memories.forget(x.segment, sp.Broker == nil && !used)
		if used {
			r.N = 1 // it is mapped once, by the broker, if that is here
		}
	}
	sp.Request(r, func(broker.Answer) { sp.Memories.Pressure.Free() })
}

// lost is called when a handle goes into a message for which nobody keeps it.
func (x *held) lost() {
	if x == nil {
		return
	}
	s := &x.space.holds
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.of[x.number]; !h.pinned {
		h.pinned = true
		x.space.mention(broker.Request{Op: broker.OpPin, ID: x.number})
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
func (sp *Space) mention(r broker.Request) {
	r.From = sp.Identity
	if sp.Broker != nil {
		sp.Broker.Do(r, func(broker.Answer) {})
		return
	}
	sp.Up.Out.Put(wire.Frame{Kind: task.FrameCall, Data: r.Encode()})
	sp.Up.Out.FlushSoon()
}

// decoded tells the broker, if it waits for that, that the handles of a message are counted.
func (sp *Space) decoded(a broker.Answer) {
	if a.Status == broker.StatusHolding {
		sp.mention(broker.Request{Op: broker.OpDecoded, N: int64(a.Token)})
	}
}
