package share

import (
	"runtime"
	"sync"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/shm"
)

// A pressure is how much shared memory was asked for since the last collection that was due to it. The
// garbage collector does not see that memory, so without this it would come too late.
type pressure struct {
	mu     sync.Mutex
	pieces int           // guarded by mu, as is the rest
	bytes  int64         // of them
	files  int           // that were open at the last collection that was due to them, or fewer since
	freed  chan struct{} // closed when memory is freed; nil if nobody waits for that
}

// What is asked for between two collections at most: pieces are descriptors, of which many systems
// allow a thousand.
const (
	maxPieces = 256
	maxBytes  = 1 << 30
	maxFree   = 5 * time.Second // for handles that are collected to be freed
)

// room asks for memory.
func (s *Space) room(r broker.Request) (broker.Answer, error) {
	if s.Memories.Pressure.add(r.N) {
		runtime.GC()
	}
	return s.askScarce(r)
}

// askScarce asks for what takes a descriptor.
func (s *Space) askScarce(r broker.Request) (a broker.Answer, err error) {
	s.tidy()
	s.scarce(func() bool {
		a, err = s.Ask(r)
		return a.Status != broker.StatusFailed
	})
	return a, err
}

// scarce tries to get what there may be too little of. If there is none, it has dropped handles found everywhere, and
// tries again as things are freed, until it has waited for long.
func (s *Space) scarce(try func() bool) {
	if try() {
		return
	}
	freed := s.Memories.Pressure.next()
	s.Collect()
	for limit := time.After(maxFree); !try(); {
		select {
		case <-freed:
			freed = s.Memories.Pressure.next()
		case <-limit:
			try()
			return
		}
	}
}

// tidy has dropped handles found everywhere when half of the descriptors are taken by what processes share, and
// again with each further eighth: there have to be some for the next things and processes.
func (s *Space) tidy() {
	if s.Broker == nil {
		return
	}
	p, files, limit := &s.Memories.Pressure, s.Broker.Files(), shm.MaxFiles()
	p.mu.Lock()
	p.files = min(p.files, files)
	due := files > limit/2 && files-p.files > limit/8
	if due {
		p.files = files
	}
	p.mu.Unlock()
	if due {
		s.Collect()
	}
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
