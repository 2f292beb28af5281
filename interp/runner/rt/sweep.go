package rt

import (
	"bytes"
	"fmt"
	"runtime/pprof"
	"sync"
	"time"
)

// A sweeper keeps stopping on while goroutines of halted cells may be running. Most end
// at once. One that waits in a call that nothing can stop may run on at any later time:
// for such ones, stopping goes on for a moment now and then.
type sweeper struct {
	mu      sync.Mutex // guards the rest
	cells   map[*Cell]bool
	since   time.Time // of the last cell
	running bool
}

const (
	sweepFirst = 5 * time.Millisecond // until goroutines are looked for, and then twice as long each time
	sweepFor   = 10 * time.Second     // from a halt until stopping goes off between moments
	sweepPause = 3 * time.Second
	sweepPulse = 100 * time.Millisecond
)

// add turns stopping on for c.
func (s *sweeper) add(c *Cell) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cells == nil {
		s.cells = map[*Cell]bool{}
	}
	s.cells[c] = true
	s.since = time.Now()
	stop(1)
	if !s.running {
		s.running = true
		go s.sweep()
	}
}

// sweep ends when no halted cell has goroutines any more.
func (s *sweeper) sweep() {
	leave() // it is not of the cell that has called Halt
	for pause := sweepFirst; ; pause = min(2*pause, time.Second) {
		<-time.After(pause)
		left, old := s.look()
		switch {
		case !left:
			return
		case old:
			<-time.After(sweepPause)
			s.set(1)
			<-time.After(sweepPulse)
		}
	}
}

func (s *sweeper) set(state int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stop(state)
}

// stop sets stopping, which functions that call themselves see too, and interpreted code.
func stop(state int32) {
	stopping.Store(state)
	here.follow(state != 0)
	if state != 0 {
		depths.forget()
	}
}

// look forgets cells without goroutines. It says whether there are others, and whether
// they have been so for long; then stopping is off, as it is if there are none.
func (s *sweeper) look() (left, old bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	profile := goroutines()
	for c := range s.cells {
		if !bytes.Contains(profile, c.mark()) {
			delete(s.cells, c)
		}
	}
	left, old = len(s.cells) > 0, time.Since(s.since) > sweepFor
	if !left || old {
		stop(0)
	}
	s.running = left
	return left, old
}

// goroutines is a profile of all goroutines, with their labels.
func goroutines() []byte {
	var b bytes.Buffer
	pprof.Lookup("goroutine").WriteTo(&b, 1)
	return b.Bytes()
}

// Running reports whether the cell has goroutines. It looks at all of the process, which takes a
// moment if there are many.
func (c *Cell) Running() bool { return bytes.Contains(goroutines(), c.mark()) }

// mark is what a profile says of c's goroutines.
func (c *Cell) mark() []byte { return fmt.Appendf(nil, "%q:%q", labelKey, c.id) }
