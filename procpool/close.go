package procpool

import (
	"slices"
	"time"

	"github.com/parago/parago/procpool/internal/child"
	"github.com/parago/parago/procpool/internal/fault"
)

// cancel stops a call.
func (s *scheduler) cancel(c *Call, why error) bool {
	s.mu.Lock()
	if c.over {
		s.mu.Unlock()
		return false
	}
	s.halt(c, why)
	s.dispatchAndUnlock()
	return true
}

// halt stops a call's elements, wherever they are. mu is held.
func (s *scheduler) halt(c *Call, why error) (killed []*child.Child) {
	c.drop(why)
	s.recall(c)
	for _, w := range s.workers {
		for _, f := range w.flights {
			if f.call == c && w.stop(f, why) {
				killed = append(killed, w.child)
			}
		}
	}
	s.serial.leave(c)
	return killed
}

// recall takes back what workers have of a call and have not begun. mu is held.
func (s *scheduler) recall(c *Call) {
	for _, w := range s.workers {
		if slices.ContainsFunc(w.flights, func(f flight) bool { return f.call == c }) {
			w.takeBack(0)
		}
	}
}

// cancelPending stops what has not begun of all calls, and counts it.
func (s *scheduler) cancelPending() int {
	s.mu.Lock()
	for _, w := range s.workers {
		w.takeBack(0)
	}
	n := 0
	for c := range s.all {
		if waits := c.pending() + len(c.resting); waits > 0 || c.open {
			n += waits
			c.drop(fault.ErrCanceled)
		}
	}
	s.dispatchAndUnlock()
	return n
}

// cancelOrigin stops all calls of an origin, and returns the workers it has killed.
func (s *scheduler) cancelOrigin(origin string) (killed []*child.Child) {
	s.mu.Lock()
	for c := range s.all {
		if c.origin == origin {
			killed = append(killed, s.halt(c, fault.ErrCanceled)...)
		}
	}
	s.dispatchAndUnlock()
	return killed
}

// close waits for all calls, then ends the workers.
func (s *scheduler) close() {
	s.mu.Lock()
	s.closed = true
	for c := range s.all {
		c.shut(fault.ErrClosed)
	}
	for s.open > 0 && !s.terminated {
		s.changed.Wait()
	}
	for s.starting > 0 {
		s.changed.Wait()
	}
	s.workers = slices.DeleteFunc(s.workers, func(w *worker) bool {
		return w.seq == 0 && !w.quitting && !s.options.workers.own() && this.Nursery.GiveBack(w.child)
	})
	workers := slices.Clone(s.workers)
	for _, w := range workers {
		w.quit()
	}
	s.mu.Unlock()
	for _, w := range workers {
		w.child.Out.Flush()
	}
	limit := time.After(child.StopTimeout)
	for _, w := range workers {
		select {
		case <-w.child.Gone:
		case <-limit:
			limit = time.After(0)
			w.child.Spawned.Kill()
			<-w.child.Gone
		}
	}
}

// terminate ends all workers now. What has no outcome fails with ErrTerminated.
func (s *scheduler) terminate() {
	s.mu.Lock()
	s.closed, s.terminated = true, true
	for s.starting > 0 {
		s.changed.Wait()
	}
	for c := range s.all {
		c.drop(fault.ErrTerminated)
	}
	s.serial.leave(nil)
	workers := slices.Clone(s.workers)
	for _, w := range workers {
		for _, f := range w.flights {
			if f.call != nil && f.call.abort == nil {
				f.call.abort = fault.ErrTerminated
			}
		}
		w.takeBack(0)
		w.quitting = true
		if len(w.flights) > 0 && w.kill == nil {
			w.kill, w.killSeq = fault.ErrTerminated, w.child.Outbox.Begun()
		}
		w.child.Spawned.Kill()
	}
	s.changed.Broadcast()
	s.mu.Unlock()
	for _, w := range workers {
		<-w.child.Gone
	}
}
