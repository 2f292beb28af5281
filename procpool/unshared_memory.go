package procpool

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parago/parago/procpool/broker"
)

// An unsharedMemory is what unshared is, for memory that this process has asked for. That lies outside
// of what the garbage collector looks after: a slice of it does not keep the handle alive, so memory
// of which there was a slice stays mapped. Only its descriptor is given back.
type unsharedMemory struct {
	left   atomic.Bool
	sliced atomic.Bool
	id     uint64
	offset uint64
	alone  bool // in a segment of its own
}

func freeMemoryWhenDropped(m *RawMemory, alone []byte) *unsharedMemory {
	u := &unsharedMemory{id: m.id, offset: m.offset, alone: len(alone) == 1 && alone[0] == 1}
	runtime.AddCleanup(m, func(u *unsharedMemory) { this.freeMemory(u) }, u)
	return u
}

// leave is called when the handle is encoded.
func (m *RawMemory) leave() {
	if m.own != nil {
		m.own.left.Store(true)
	}
	for _, kept := range m.keeps {
		if kept != nil {
			kept.leave()
		}
	}
}

// slice is called when somebody gets the memory itself.
func (m *RawMemory) slice() {
	if m.own != nil {
		m.own.sliced.Store(true)
	}
	if m.keeps[0] != nil {
		m.keeps[0].slice()
	}
}

// A pressure is how much shared memory was asked for since the last collection that was due to it. The
// garbage collector does not see that memory, so without this it would come too late.
type pressure struct {
	mu     sync.Mutex
	pieces int           // guarded by mu, as is the rest
	bytes  int64         // of them
	freed  chan struct{} // closed when memory is freed; nil if nobody waits for that
}

// What is asked for between two collections at most: pieces are descriptors, of which many systems
// allow a thousand.
const (
	maxPieces = 256
	maxBytes  = 1 << 30
	maxFree   = time.Second // for handles that are collected to be freed
)

// room asks for memory. If there is none, it has dropped handles freed and asks again.
func (m *memories) room(r broker.Request) (broker.Answer, error) {
	if m.pressure.add(r.N) {
		runtime.GC()
	}
	a, err := this.ask(r)
	if err == nil || !m.pressure.relieve() {
		return a, err
	}
	return this.ask(r)
}

// add reports whether a collection is due.
func (p *pressure) add(bytes int64) bool {
	if bytes < sharedRoom {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pieces++
	p.bytes += bytes
	if p.pieces < maxPieces && p.bytes < maxBytes {
		return false
	}
	p.pieces, p.bytes = 0, 0
	return true
}

// relieve collects, and waits for the first memory to be freed. It reports whether some was.
func (p *pressure) relieve() bool {
	freed := make(chan struct{})
	p.mu.Lock()
	if p.freed == nil {
		p.freed = freed
	}
	freed = p.freed
	p.mu.Unlock()
	runtime.GC()
	select {
	case <-freed:
		return true
	case <-time.After(maxFree):
		return false
	}
}

// free is called when memory was freed.
func (p *pressure) free() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.freed != nil {
		close(p.freed)
		p.freed = nil
	}
}

func (p *process) freeMemory(u *unsharedMemory) {
	sliced := u.sliced.Load()
	if u.left.Load() || sliced && !u.alone {
		return
	}
	r := broker.Request{Op: broker.OpFree, ID: u.id, N: int64(u.offset)}
	if u.alone {
		p.memories.mu.Lock()
		seg := p.memories.segments[u.id]
		delete(p.memories.segments, u.id)
		p.memories.mu.Unlock()
		switch {
		case p.broker == nil && seg != nil && !sliced:
			seg.Close()
		case p.broker != nil && sliced: // it is mapped once, by the broker
			r.Data = []byte{1}
		}
	}
	p.request(r, func(broker.Answer) { p.memories.pressure.free() })
}
