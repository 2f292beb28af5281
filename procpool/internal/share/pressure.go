package share

import (
	"runtime"
	"sync"
	"time"

	"github.com/parago/parago/procpool/broker"
)

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
	maxFree   = 5 * time.Second // for handles that are collected to be freed
)

// room asks for memory. If there is none, it has dropped handles found everywhere, and asks again as memory is
// freed.
func (s *Space) room(r broker.Request) (broker.Answer, error) {
	if s.Memories.Pressure.add(r.N) {
		runtime.GC()
	}
	a, err := s.Ask(r)
	if err == nil {
		return a, nil
	}
	freed := s.Memories.Pressure.next()
	s.Collect()
	for limit := time.After(maxFree); err != nil; a, err = s.Ask(r) {
		select {
		case <-freed:
			freed = s.Memories.Pressure.next()
		case <-limit:
			return s.Ask(r)
		}
	}
	return a, nil
}

// Collect has this process and its descendants find what handles were dropped, and returns when this one has.
func (s *Space) Collect() {
	if s.Descendants != nil {
		s.Descendants()
	}
	runtime.GC()
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

// next is closed when memory is freed the next time.
func (p *pressure) next() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.freed == nil {
		p.freed = make(chan struct{})
	}
	return p.freed
}

// Free is called when memory was freed.
func (p *pressure) Free() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.freed != nil {
		close(p.freed)
		p.freed = nil
	}
}
