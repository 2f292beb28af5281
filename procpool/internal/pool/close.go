package pool

import (
	"slices"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
)

// cancel stops a call.
func (s *Scheduler) cancel(c *Call, why error) bool {
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
func (s *Scheduler) halt(c *Call, why error) (killed []Worker) {
	c.drop(why)
	s.recall(c)
	for _, w := range s.workers {
		for _, f := range w.flights {
			if f.call == c && w.stop(f, why) {
				killed = append(killed, w.run)
			}
		}
	}
	return killed
}

// recall takes back what workers have of a call and have not begun. mu is held.
func (s *Scheduler) recall(c *Call) {
	for _, w := range s.workers {
		if slices.ContainsFunc(w.flights, func(f flight) bool { return f.call == c }) {
			w.takeBack(0)
		}
	}
}

// CancelPending stops what has not begun of all calls, and counts it.
func (s *Scheduler) CancelPending() int {
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

// cancelOrigin stops all calls of an origin, and returns what is closed when the workers are gone that it has killed.
func (s *Scheduler) cancelOrigin(origin string) (gone []<-chan struct{}) {
	s.mu.Lock()
	for c := range s.all {
		if c.origin == origin {
			for _, w := range s.halt(c, fault.ErrCanceled) {
				gone = append(gone, w.Gone())
			}
		}
	}
	s.dispatchAndUnlock()
	return gone
}

// stopTimeout is how long a worker may take to end when asked.
const stopTimeout = 2 * time.Second

// Close waits for all calls, then ends the workers. What is submitted later fails with ErrClosed. It may be called again.
func (s *Scheduler) Close() {
	defer s.pools.forget(s)
	workers := s.quiet()
	for _, w := range workers {
		w.run.Flush()
	}
	limit := time.After(stopTimeout)
	for _, w := range workers {
		select {
		case <-w.run.Gone():
		case <-limit:
			limit = time.After(0)
			w.run.Kill()
			<-w.run.Gone()
		}
	}
}

// quiet waits for all calls, and returns the workers, which have been told to end.
func (s *Scheduler) quiet() []*worker {
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
		return w.seq == 0 && !w.quitting && s.starter.Keep(w.run)
	})
	workers := slices.Clone(s.workers)
	for _, w := range workers {
		w.quit()
	}
	s.mu.Unlock()
	return workers
}

// Terminate ends all workers now. What has no outcome fails with ErrTerminated. It may be called again, and after Close.
func (s *Scheduler) Terminate() {
	defer s.pools.forget(s)
	s.mu.Lock()
	s.closed, s.terminated = true, true
	for s.starting > 0 {
		s.changed.Wait()
	}
	for c := range s.all {
		c.drop(fault.ErrTerminated)
	}
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
			w.kill, w.killSeq = fault.ErrTerminated, w.run.Begun()
		}
		w.run.Kill()
	}
	s.changed.Broadcast()
	s.mu.Unlock()
	for _, w := range workers {
		<-w.run.Gone()
	}
}
