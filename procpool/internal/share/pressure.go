package share

import (
	"context"
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
	maxFree   = 10 * time.Second // for handles that are collected to be freed
	retryFree = 250 * time.Millisecond
)

// room asks for memory.
func (s *Space) room(r broker.Request) (broker.Answer, error) {
	if s.Memories.Pressure.add(r.N) {
		runtime.GC()
	}
	s.tidy()
	return s.askScarce(context.Background(), r)
}

// askScarce is AskContext for what takes a descriptor, here, in the root or on the way.
func (s *Space) askScarce(ctx context.Context, r broker.Request) (a broker.Answer, err error) {
	if a, err = s.AskContext(ctx, r); a.Status == broker.StatusFailed {
		return s.askAgain(ctx, r)
	}
	return a, err
}

func (s *Space) askAgain(ctx context.Context, r broker.Request) (a broker.Answer, err error) {
	s.retry(ctx.Done(), func() bool {
		a, err = s.AskContext(ctx, r)
		return a.Status != broker.StatusFailed
	})
	return a, err
}

// newSegment is shm.New that waits for a descriptor.
func (s *Space) newSegment(size int) (seg *shm.Segment, err error) {
	s.tidy()
	s.Scarce(func() bool {
		seg, err = shm.New(size)
		return err == nil
	})
	return seg, err
}

// Scarce tries to get what there may be too little of. If there is none, it has dropped handles found everywhere, and
// tries again as things are freed, until it has waited for long or what it is for is cancelled.
func (s *Space) Scarce(try func() bool) {
	if !try() {
		s.retry(nil, try)
	}
}

// retry is Scarce after the first try. Nobody tells this process what another has freed, so it looks again now and
// then, too.
func (s *Space) retry(done <-chan struct{}, try func() bool) {
	freed := s.Memories.Pressure.next()
	s.CollectSoon()
	limit, again := time.After(maxFree), time.NewTicker(retryFree)
	defer again.Stop()
	for cancelled := s.Context(s.Origin()).Done(); !try(); {
		select {
		case <-freed:
			freed = s.Memories.Pressure.next()
		case <-again.C: // what was dropped may have held others
			s.CollectSoon()
		case <-limit:
			try()
			return
		case <-cancelled:
			return
		case <-done:
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

// Collect has this process and its descendants find what handles were dropped, and give up the memory that is kept for
// messages to come. It returns when this one has.
func (s *Space) Collect() {
	if s.Descendants != nil {
		s.Descendants()
	}
	s.Mail.reclaim()
	s.Mail.segments.Clear()
	s.Segments.Clear()
	runtime.GC()
}

// CollectSoon is Collect in a goroutine of its own, unless one is about to: there are two at most.
func (s *Space) CollectSoon() {
	if !s.willCollect.CompareAndSwap(false, true) {
		return
	}
	go func() {
		s.collecting.Lock()
		defer s.collecting.Unlock()
		s.willCollect.Store(false) // what is dropped from now on may be missed
		s.Collect()
	}()
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
