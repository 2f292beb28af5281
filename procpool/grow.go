package procpool

import (
	"slices"
	"time"

	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// maxStarting bounds the workers that a pool starts at once.
const maxStarting = 2

// grow starts workers as long as there is something for them to do.
func (s *scheduler) grow() {
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
func (s *scheduler) patience() time.Duration {
	switch {
	case !slices.ContainsFunc(s.workers, func(w *worker) bool { return w.child.IsAwake() }):
		return firstDelay
	case this.Nursery.HasSpare():
		return spareDelay
	}
	return growDelay
}

// growLater looks again after a while, or sooner if it is called again and that says so. mu is held.
func (s *scheduler) growLater() {
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
func (s *scheduler) start(origin string) {
	o := &s.options.workers
	s.mu.Lock()
	w := &worker{pool: s, voice: screen.Voice{Origin: origin, Mode: s.options.output}, slot: s.takeSlot(), born: time.Now()}
	s.mu.Unlock()
	identity, name := this.Reserve("PoolWorker", "")
	r := task.Role{Identity: identity, Name: name, Daemon: true, Dir: o.dir, Limits: o.limits, Slot: w.slot}
	c, err := this.Nursery.Adopt(w, origin, r, o.environment(), nil)
	last := c == nil && hopeless(err)
	s.mu.Lock()
	s.starting--
	s.changed.Broadcast()
	if c == nil {
		s.slots[w.slot] = false
		s.badStart(err, last)
		s.dispatchAndUnlock()
		return
	}
	w.child = c
	c.Speak(w.voice)
	if s.init == nil && c.IsAwake() && !o.limits.Any() {
		w.started()
	}
	s.workers = append(s.workers, w)
	s.stats.Started++
	w.number = s.stats.Started
	s.tendLater()
	if s.terminated {
		c.Spawned.Kill()
	}
	if err == nil && s.init != nil {
		err = c.Define(s.init)
		w.seq++
		c.Outbox.Allow(w.seq)
		c.Out.Put(wire.Frame{Kind: task.FrameTask, ID: uint64(w.seq), Data: s.initArg})
	}
	if err != nil { // its death tells
		c.Spawned.Kill()
	}
	if w.dead != nil {
		s.lost(w, *w.dead)
	}
	s.dispatchAndUnlock()
}

// takeSlot returns the lowest number that no worker has. mu is held.
func (s *scheduler) takeSlot() int {
	at := slices.Index(s.slots, false)
	if at < 0 {
		at = len(s.slots)
		s.slots = append(s.slots, false)
	}
	s.slots[at] = true
	return at
}
