package pool

import (
	"fmt"
	"time"
)

// Stats counts what a pool has done.
type Stats struct {
	Started  int // workers
	Died     int // workers that ended without being asked to
	Replaced int // workers that were ended: by a limit, by Resize, or because Cancel or Timeout killed their task

	Done    int // elements with a result
	Failed  int // elements with an error
	Retried int // attempts that were followed by another
	Waiting int // elements that no worker has yet
	Running int // elements that workers are running now

	Busy time.Duration // that all workers together have spent with elements
	Idle time.Duration // that they have spent without, once they were up
}

// Stats returns the counts as they are now.
func (s *Scheduler) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stats
	st.Waiting = s.waiting
	for _, w := range s.workers {
		if c, _ := w.running(); c != nil {
			st.Running++
		}
		busy, idle := w.times()
		st.Busy += busy
		st.Idle += idle
	}
	return st
}

// WorkerInfo describes a worker.
type WorkerInfo struct {
	Name    string
	PID     int
	Started time.Time
	Tasks   int  // elements that it was given
	Busy    bool // it has some now

	Func  string    // what it is running, or ""
	Label string    // of that call, if it has one
	Index int       // of the element that it is running
	Since time.Time // when that began

	BusyTime time.Duration // with elements
	IdleTime time.Duration // without, once it was up
	CPUTime  time.Duration // that it and its threads have used
	RSS      int64         // the bytes of memory that it occupies, shared ones included
}

// Workers returns the pool's workers as they are now, oldest first.
func (s *Scheduler) Workers() []WorkerInfo {
	s.mu.Lock()
	var out []WorkerInfo
	var running []Worker
	for _, w := range s.workers {
		if !w.quitting && w.kill == nil {
			out, running = append(out, w.info()), append(running, w.run)
		}
	}
	s.mu.Unlock()
	for i := range out { // the system may take its time
		out[i].RSS, out[i].CPUTime = running[i].Usage()
	}
	return out
}

// info is what the pool itself knows. mu is held.
func (w *worker) info() WorkerInfo {
	i := WorkerInfo{Name: w.who().Name, PID: w.who().PID, Started: w.born, Tasks: w.taken, Busy: len(w.flights) > 0}
	i.BusyTime, i.IdleTime = w.times()
	if c, index := w.running(); c != nil {
		i.Func, i.Label, i.Index, i.Since = c.fn.Name, c.opts.Label, index, w.run.BegunAt()
	}
	return i
}

// running is the element that w has begun and not ended, as far as is known: whose, and which. mu is held.
func (w *worker) running() (c *Call, i int) {
	if len(w.flights) == 0 {
		return nil, 0
	}
	begun := w.run.Begun()
	for _, f := range w.flights {
		if f.call != nil && f.seq <= begun && begun <= f.last() {
			return f.call, f.i + int(begun-f.seq)
		}
	}
	return nil, 0
}

// times tells how long w has been busy and idle. mu is held.
func (w *worker) times() (busy, idle time.Duration) {
	busy, idle = w.busy, w.idle
	switch {
	case w.since.IsZero():
	case len(w.flights) > 0:
		busy += time.Since(w.since)
	default:
		idle += time.Since(w.since)
	}
	return busy, idle
}

// String shows the fields with their names.
func (s Stats) String() string {
	type fields Stats
	return fmt.Sprintf("%+v", fields(s))
}

// String shows the fields with their names.
func (w WorkerInfo) String() string {
	type fields WorkerInfo
	return fmt.Sprintf("%+v", fields(w))
}
