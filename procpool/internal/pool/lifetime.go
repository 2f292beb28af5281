package pool

import "time"

// retire has a worker end after the task that it is running, if any. What it was given
// beyond that goes to others. mu is held.
func (w *worker) retire() {
	w.takeBack(0)
	w.quit()
}

// rest notes that a worker begins or stops to have something to do. mu is held.
func (w *worker) rest() {
	if w.since.IsZero() {
		return
	}
	now := time.Now()
	if len(w.flights) > 0 {
		w.busy += now.Sub(w.since)
	} else {
		w.idle += now.Sub(w.since)
	}
	w.since = now
}

// memoryLooks is the least time between two looks at a worker's memory after tasks, and
// memoryInterval between two others.
const (
	memoryLooks    = 5 * time.Millisecond
	memoryInterval = 100 * time.Millisecond
)

// outgrown retires a worker that uses too much memory. mu is held.
func (w *worker) outgrown() {
	limit := w.pool.options.Workers.Memory
	if limit == 0 || w.quitting || w.kill != nil || time.Since(w.looked) < memoryLooks {
		return
	}
	w.looked = time.Now()
	if resident, _ := w.run.Usage(); resident > limit {
		w.retire()
	}
}

// tendLater sees to it that somebody looks after the workers, as long as there are any. mu is
// held.
func (s *Scheduler) tendLater() {
	every := s.options.Workers.interval()
	if s.tending || every == 0 || s.terminated {
		return
	}
	s.tending = true
	time.AfterFunc(every, func() {
		s.mu.Lock()
		s.tending = false
		s.tend()
		if len(s.workers) > 0 {
			s.tendLater()
		}
		s.dispatchAndUnlock()
	})
}

// interval is how often workers have to be looked at; 0 is never.
func (o *WorkerOptions) interval() time.Duration {
	var every time.Duration
	for _, d := range []time.Duration{o.Idle, o.Age} {
		if d > 0 && (every == 0 || d < every) {
			every = d
		}
	}
	every = min(every/8, 2*time.Second)
	if o.Idle > 0 || o.Age > 0 {
		every = max(every, 5*time.Millisecond)
	}
	if o.Memory > 0 && (every == 0 || every > memoryInterval) {
		every = memoryInterval
	}
	return every
}

// tend retires workers that are too old, too large, or have had nothing to do for too long. mu
// is held.
func (s *Scheduler) tend() {
	o := &s.options.Workers
	for _, w := range s.workers {
		if w.quitting || w.kill != nil || !w.ready {
			continue
		}
		switch {
		case o.Age > 0 && time.Since(w.born) > o.Age:
			w.retire()
		case o.Idle > 0 && len(w.flights) == 0 && time.Since(w.since) >= o.Idle:
			w.retire()
		default:
			w.outgrown()
		}
	}
}
