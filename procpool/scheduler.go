package procpool

import (
	"errors"
	"slices"
	"sync"
)

// A scheduler hands the elements of calls to workers. It is what a Pool is about.
type scheduler struct {
	size    int
	number  int64 // among the pools of this process
	options poolOptions
	init    *target // resolved by the first call
	initArg []byte

	mu         sync.Mutex
	calls      []*Call // that have elements to hand out or under way; guarded by mu, as is the rest
	open       int     // calls that are not done
	changed    sync.Cond
	workers    []*worker
	starting   int
	origin     string // on whose behalf it was made
	drop       drop
	slots      []bool // of workers, by number: whether it is taken
	tending    bool   // somebody looks after the workers in a while
	closed     bool
	terminated bool
	broken     error
	badStarts  int  // in a row, as is killed
	killed     int  // before they were up
	later      bool // growLater is under way
	patient    bool // it has waited
	stats      Stats
	submits    *progress // of the last submitted calls that are watched
	serial     *serial   // runs the elements; nil: workers do
}

// A flight is an element that a worker has. Its call is nil when it was taken back.
type flight struct {
	seq  uint32
	call *Call
	i    int
}

// window is the most elements that a worker has at a time, and windowBytes roughly
// the most bytes, so that handing them over never has to wait for it.
const (
	window      = 64
	windowBytes = 96 << 10
)

// submit takes a call in.
func (s *scheduler) submit(c *Call) error {
	s.mu.Lock()
	switch {
	case s.terminated:
		s.mu.Unlock()
		return errors.Join(ErrTerminated, ErrClosed)
	case s.closed:
		s.mu.Unlock()
		return ErrClosed
	case s.broken != nil:
		s.mu.Unlock()
		return s.broken
	}
	c.left = c.tasks.len()
	s.open++
	c.settle()
	if c.over {
		s.mu.Unlock()
		return nil
	}
	s.calls = append(s.calls, c)
	s.dispatchAndUnlock()
	return nil
}

// callDone is called when a call's last element has an outcome. mu is held.
func (s *scheduler) callDone(c *Call) {
	s.open--
	if len(c.fn.capture) > 0 {
		c.fn.over.Store(true)
	}
	c.tasks.data, c.tasks.handles = nil, nil // a future may be kept for long
	c.watch.over(c.abort)
	close(c.done)
	s.collectSoon()
	s.changed.Broadcast()
}

// dispatchAndUnlock hands out what can be handed out, then sends it.
func (s *scheduler) dispatchAndUnlock() {
	if s.broken != nil {
		for _, c := range s.calls {
			c.drop(s.broken)
		}
	}
	s.calls = slices.DeleteFunc(s.calls, func(c *Call) bool { return c.over })
	if s.serial != nil {
		s.serial.wake()
		s.mu.Unlock()
		return
	}
	for _, idle := range []bool{true, false} {
		for _, w := range s.workers {
			if (len(w.flights) == 0) == idle {
				w.refill()
			}
		}
	}
	s.grow()
	s.balance()
	touched := slices.Clone(s.workers)
	s.mu.Unlock()
	for _, w := range touched {
		w.child.out.Flush()
	}
}

func (s *scheduler) pending() int {
	n := 0
	for _, c := range s.calls {
		n += c.pending()
	}
	return n
}

// nextCall returns the call to go on with, or nil.
func (s *scheduler) nextCall() *Call {
	for _, c := range s.calls {
		if c.casts == nil && c.pending() > 0 {
			return c
		}
	}
	return nil
}

// balance gives idle workers what busy ones have not begun.
func (s *scheduler) balance() {
	if s.nextCall() != nil {
		return
	}
	for _, idle := range s.workers {
		if len(idle.flights) > 0 || !idle.ready || idle.quitting || idle.kill != nil {
			continue
		}
		var busiest *worker
		for _, w := range s.workers {
			if w.kill == nil && len(w.live()) > 1 && (busiest == nil || len(w.live()) > len(busiest.live())) {
				busiest = w
			}
		}
		if busiest == nil {
			return
		}
		live := busiest.live()
		busiest.takeBack(live[(len(live)-1)/2].seq)
		idle.refill()
	}
}
