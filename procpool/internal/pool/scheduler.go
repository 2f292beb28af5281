package pool

import (
	"container/list"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/task"
)

// A Scheduler hands the elements of calls to workers. It is what a Pool is about.
type Scheduler struct {
	*node.Node
	pools    *Pools
	starter  Starter
	size     int
	number   int // among the pools of this process
	options  Options
	init     *callee.Callee // resolved by the first call
	initArg  []byte
	initKept task.Kept // the handles in that

	mu         sync.Mutex
	calls      list.List // of *Call, that are not done, in order; guarded by mu, as is the rest
	ready      list.List // of *Call: those that have elements to hand out, and some that have none any more
	casting    []*Call   // those of which every worker runs one element
	waiting    int       // elements to hand out, of all calls
	open       int       // calls that are not done
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
	badStarts  int         // in a row, as is killed
	killed     int         // before they were up
	later      *time.Timer // growLater is under way
	growAt     time.Time   // until then
	patient    bool        // it has waited
	balancing  bool        // balanceLater is under way
	stats      Stats
	spare      spareSlab

	observing sync.Mutex
	observers []Observer // of the last single call that had any; guarded by observing
}

// A flight is elements that a worker was given together. Its call is nil when they were taken back.
type flight struct {
	seq  uint32 // of the first; those of the others follow
	call *Call
	span
}

// last is the number of the last element.
func (f *flight) last() uint32 { return f.seq + uint32(f.n) - 1 }

// submit takes a call in. It ends before it has begun if there is a reason why.
func (s *Scheduler) submit(c *Call, why error) error {
	s.mu.Lock()
	switch {
	case s.terminated:
		s.mu.Unlock()
		return errors.Join(fault.ErrTerminated, fault.ErrClosed)
	case s.closed:
		s.mu.Unlock()
		return fault.ErrClosed
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
	c.entry = s.calls.PushBack(c)
	if c.casts != nil {
		s.casting = append(s.casting, c)
	}
	s.waits(c, c.pending())
	if why != nil {
		c.drop(why)
	}
	s.dispatchAndUnlock()
	return nil
}

// waits notes that n more elements of c are to be handed out. One that had been is before others. mu is held.
func (s *Scheduler) waits(c *Call, n int) {
	s.waiting += n
	switch {
	case c.queued || c.casts != nil || n == 0:
		return
	case c.next == 0:
		s.ready.PushBack(c)
	default:
		s.ready.PushFront(c)
	}
	c.queued = true
}

// all are the calls that are not done, oldest first. The one at hand may end meanwhile. mu is held.
func (s *Scheduler) all(yield func(*Call) bool) {
	for e := s.calls.Front(); e != nil; {
		c := e.Value.(*Call)
		e = e.Next()
		if !yield(c) {
			return
		}
	}
}

// callDone is called when a call's last element has an outcome. mu is held.
func (s *Scheduler) callDone(c *Call) {
	s.open--
	if len(c.fn.Capture) > 0 {
		c.fn.Over.Store(true)
	}
	c.fn.Drop()
	if c.entry != nil {
		s.calls.Remove(c.entry)
	}
	if c.casts != nil {
		s.casting = slices.DeleteFunc(s.casting, func(o *Call) bool { return o == c })
	}
	s.spare.take(&c.tasks) // a future may be kept for long
	for _, o := range c.observers {
		o.Over(c.abort)
	}
	close(c.done)
	c.release()
	s.collectSoon()
	s.changed.Broadcast()
}

// dispatchAndUnlock hands out what can be handed out, then sends it.
func (s *Scheduler) dispatchAndUnlock() {
	if s.broken != nil {
		for c := range s.all {
			c.drop(s.broken)
		}
	}
	for _, idle := range []bool{true, false} { // each has something before one has more
		for _, w := range s.workers {
			if (len(w.flights) == 0) == idle {
				w.refill(idle)
			}
		}
	}
	s.grow()
	s.balance()
	touched := slices.Clone(s.workers)
	s.mu.Unlock()
	for _, w := range touched {
		w.run.Flush()
	}
}

// nextCall returns the call to go on with, or nil.
func (s *Scheduler) nextCall() *Call {
	for e := s.ready.Front(); e != nil; e = s.ready.Front() {
		c := e.Value.(*Call)
		if c.pending() > 0 {
			return c
		}
		s.ready.Remove(e)
		c.queued = false
	}
	return nil
}

// balance gives idle workers what busy ones have not begun.
func (s *Scheduler) balance() {
	if s.nextCall() != nil {
		return
	}
	now := time.Now()
	for _, idle := range s.workers {
		if len(idle.flights) > 0 || !idle.ready || idle.quitting || idle.kill != nil {
			continue
		}
		busiest := s.busiest(now)
		if busiest == nil {
			return
		}
		busiest.takeBack(busiest.middle())
		idle.refill(true)
	}
}

// busiest is the worker that has the most elements that another could take over, or nil.
func (s *Scheduler) busiest(now time.Time) (busiest *worker) {
	most, later := 1, false
	for _, w := range s.workers {
		if n := w.untouched(); w.kill == nil && n > most {
			if w.worthTaking(now) {
				busiest, most = w, n
			} else {
				later = true
			}
		}
	}
	if busiest == nil && later {
		s.balanceLater()
	}
	return busiest
}

// balanceLater looks again when what seems to be done soon should be.
func (s *Scheduler) balanceLater() {
	if s.balancing {
		return
	}
	s.balancing = true
	time.AfterFunc(2*takingTime, func() {
		s.mu.Lock()
		s.balancing = false
		s.dispatchAndUnlock()
	})
}
