package pool

import (
	"slices"
	"time"

	"github.com/parago/parago/procpool/internal/screen"
)

// maxStarting bounds the workers that a pool starts at once.
const maxStarting = 2

// grow starts workers as long as there is something for them to do.
func (s *Scheduler) grow() {
	if s.broken != nil || s.terminated {
		return
	}
	live := s.starting
	for _, w := range s.workers {
		if !w.quitting && w.kill == nil {
			live++
		}
	}
	waiting := s.waiting
	if s.broadcasting() {
		waiting = s.size - live + s.starting // all of them are wanted
	}
	for _, w := range s.workers {
		waiting += max(0, w.elements()-1) // what another could take over
		if !w.ready {
			waiting--
		}
	}
	// A few at a time, and not at once: those there may be done before more could begin.
	for n := waiting - s.starting; n > 0 && live < s.size && s.starting < maxStarting; n-- {
		if live > 0 && !s.patient && !s.broadcasting() {
			s.growLater()
			return
		}
		live++
		s.starting++
		origin := ""
		if e := s.calls.Front(); e != nil {
			origin = e.Value.(*Call).origin
		}
		go s.start(origin)
	}
}

// How long the workers there may try alone before others join them. To start one costs some milliseconds
// of a processor, and to take one that is ready as much, as another takes its place.
const (
	spareDelay = 1 * time.Millisecond  // a process is ready to join
	growDelay  = 2 * time.Millisecond  // none is
	firstDelay = 10 * time.Millisecond // the first is not even up: where processors are busy, others would only make it later
)

// patience is that time as things are now. mu is held.
func (s *Scheduler) patience() time.Duration {
	switch {
	case !slices.ContainsFunc(s.workers, func(w *worker) bool { return w.run.IsAwake() }):
		return firstDelay
	case s.starter.IsReady():
		return spareDelay
	}
	return growDelay
}

// growLater looks again after a while, or sooner if it is called again and that says so. mu is held.
func (s *Scheduler) growLater() {
	at := time.Now().Add(s.patience())
	if s.later != nil {
		if at.Before(s.growAt) && s.later.Stop() {
			s.growAt = at
			s.later.Reset(time.Until(at))
		}
		return
	}
	s.growAt = at
	s.later = time.AfterFunc(time.Until(at), func() {
		s.mu.Lock()
		s.later, s.patient = nil, true
		s.dispatchAndUnlock()
		s.mu.Lock()
		s.patient = false
		s.mu.Unlock()
	})
}

// start adds a worker. Close and Terminate wait for it by starting.
func (s *Scheduler) start(origin string) {
	s.mu.Lock()
	w := &worker{pool: s, voice: screen.Voice{Origin: origin, Mode: s.options.Output}, slot: s.takeSlot(), born: time.Now()}
	s.mu.Unlock()
	run, err := s.starter.Start(Start{Origin: origin, Slot: w.slot, Options: &s.options.Workers, Reports: w})
	last := run == nil && hopeless(err)
	s.mu.Lock()
	defer s.dispatchAndUnlock()
	s.starting--
	s.changed.Broadcast()
	if run == nil {
		s.slots[w.slot] = false
		s.badStart(err, last)
		return
	}
	s.join(w, run)
	if err == nil && s.init != nil {
		err = w.initialize()
	}
	if err != nil || s.terminated { // its death tells
		run.Kill()
	}
	if w.dead != nil {
		s.lost(w, *w.dead)
	}
}

// join has w among the pool's workers from now on. mu is held.
func (s *Scheduler) join(w *worker, run Worker) {
	w.run = run
	w.direct, _ = run.(Direct)
	run.Speak(w.voice)
	if s.init == nil && run.IsAwake() && !s.options.Workers.Limits.Any() {
		w.started()
	}
	s.workers = append(s.workers, w)
	s.stats.Started++
	w.number = s.stats.Started
	s.tendLater()
}

// initialize gives w what it runs first. mu is held.
func (w *worker) initialize() error {
	s := w.pool
	if err := w.run.Define(s.init); err != nil {
		return err
	}
	w.seq++
	w.run.Give(Chunk{Seq: w.seq, N: 1, Head: s.initArg})
	return nil
}

// takeSlot returns the lowest number that no worker has. mu is held.
func (s *Scheduler) takeSlot() int {
	at := slices.Index(s.slots, false)
	if at < 0 {
		at = len(s.slots)
		s.slots = append(s.slots, false)
	}
	s.slots[at] = true
	return at
}
