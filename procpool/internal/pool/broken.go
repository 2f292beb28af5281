package pool

import (
	"slices"
	"syscall"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
)

// maxKilled is how many workers in a row may be killed before they are up. A kill comes
// from outside, so it says little about the next one.
const maxKilled = 50

// fromOutside are the signals that no worker has of itself.
var fromOutside = map[string]bool{
	syscall.SIGKILL.String(): true, syscall.SIGTERM.String(): true, syscall.SIGINT.String(): true, syscall.SIGHUP.String(): true,
}

// hopeless tells why a worker could not start that will be so the next time, too.
func hopeless(err error) bool {
	return fault.IsError(err, fault.ErrTooDeep) || fault.IsError(err, fault.ErrClosed)
}

// badStart counts workers that could not start. Two in a row break the pool, and so does one if the next
// can do no better. mu is held.
func (s *Scheduler) badStart(err error, hopeless bool) {
	if died, ok := err.(*fault.WorkerDiedError); ok && fromOutside[died.Signal] && s.killed < maxKilled {
		s.killed++
		return
	}
	s.badStarts++
	if s.badStarts < 2 && !hopeless {
		return
	}
	s.broken = fault.Broken(err)
	for c := range s.all {
		c.drop(s.broken)
	}
}

// lost takes a dead worker off the list. mu is held.
func (s *Scheduler) lost(w *worker, code int) {
	at := slices.Index(s.workers, w)
	if at < 0 {
		return
	}
	s.workers = slices.Delete(s.workers, at, at+1)
	s.slots[w.slot] = false
	w.rest()
	if w.timer != nil {
		w.timer.Stop()
	}
	died := w.run.Death(code)
	w.since, s.stats.Busy, s.stats.Idle = time.Time{}, s.stats.Busy+w.busy, s.stats.Idle+w.idle
	if w.quitting || w.kill != nil || s.terminated {
		s.stats.Replaced++
	} else {
		s.stats.Died++
	}
	if !w.ready && !w.quitting && !s.terminated {
		s.badStart(died, false)
	}
	begun := w.run.Begun()
	for _, f := range w.flights {
		if f.call != nil {
			w.lostFlight(f, begun, died)
		}
	}
	w.flights = nil
	s.changed.Broadcast()
}

// lostFlight deals with what w had when it died: what it had begun fails, and the rest goes to others. mu is held.
func (w *worker) lostFlight(f flight, begun uint32, died error) {
	c := f.call
	for ; f.n > 0 && f.seq <= begun; f.seq, f.span = f.seq+1, (span{f.i + 1, f.n - 1}) {
		if f.seq == begun {
			c.ran(f.i, w, w.run.BegunAt(), time.Now())
		}
		switch {
		case w.kill == nil || f.seq != w.killSeq:
			c.fail(f.i, w, died)
		case w.kill == c.abort:
			c.drops(span{f.i, 1})
		default:
			c.fail(f.i, w, w.kill)
		}
	}
	if f.n > 0 {
		c.giveBack(f.span, w)
	}
}
