package procpool

import (
	"os"
	"time"

	"github.com/parago/parago/procpool/wire"
)

// A worker is a child that runs tasks of one scheduler.
type worker struct {
	pool     *scheduler
	child    *child
	voice    voice    // of what it runs
	flights  []flight // handed to it, in order
	seq      uint32   // of the last flight
	taken    int      // elements it was given so far
	revoked  bool     // some flights were taken back: it gets no more until they are gone
	ready    bool     // it is up, and its initializer has run
	quitting bool
	kill     error // why it was killed, for the flight it was killed for
	killSeq  uint32
	timer    *time.Timer
	slot     int
	number   int // of the pool's workers, in the order of their start
	born     time.Time
	since    time.Time     // when it got something to do, or had nothing more; zero until it is up
	busy     time.Duration // before since, as is idle
	idle     time.Duration
	looked   time.Time // when its memory was looked at
	dead     *int      // its exit code, if it died before start was done with it
}

// refill gives w elements: a share of what there is, so that all workers end
// together. A worker with elements gets only more of the same origin: its output
// is attributed to that.
func (w *worker) refill() {
	s := w.pool
	if !w.ready || w.revoked || w.quitting || w.kill != nil {
		return
	}
	if !w.serveBroadcasts() {
		return
	}
	bytes := 0
	for bytes < windowBytes {
		c := s.nextCall()
		if c == nil || len(w.flights) > 0 && c.voice() != w.voice {
			return
		}
		share := min(window, max(1, c.pending()/(2*s.size)))
		if c.opts.timeout > 0 || c.lineByLine() {
			share = 1
		}
		if len(w.flights) >= share && (len(w.flights) == 0 || len(w.flights) >= c.opts.chunk || c.opts.timeout > 0) {
			return
		}
		if !w.more() {
			return
		}
		bytes += w.give(c)
		if c.opts.timeout > 0 {
			return
		}
	}
}

// more tells whether w may be given another element; else it ends when it is idle.
func (w *worker) more() bool {
	limit := w.pool.options.maxTasks
	if limit > 0 && w.taken >= limit || w.seq > 1<<31 {
		if len(w.flights) == 0 {
			w.quit()
		}
		return false
	}
	return true
}

// quit has w end after what it was given.
func (w *worker) quit() {
	if !w.quitting {
		w.quitting = true
		w.child.out.Put(wire.Frame{Kind: frameQuit})
	}
}

// give hands the next element of c to w.
func (w *worker) give(c *Call) int {
	if len(w.flights) == 0 {
		w.rest()
		w.voice = c.voice()
		w.child.speak(w.voice)
		if len(w.child.defined) > 16 {
			w.child.undefine()
		}
	}
	i := c.take()
	if err := w.child.define(c.fn); err != nil {
		c.fail(i, w, err)
		return 0
	}
	for _, h := range c.tasks.handles[i] {
		this.pass(h, w.child.identity)
	}
	w.seq++
	w.taken++
	w.flights = append(w.flights, flight{w.seq, c, i})
	w.child.outbox.Allow(w.seq)
	task := c.tasks.task(i)
	w.child.sendTask(uint64(w.seq), task)
	if c.opts.timeout > 0 {
		seq := w.seq
		w.timer = time.AfterFunc(c.limit(), func() { w.expire(seq) })
	}
	return len(task.buf)
}

// expire kills a worker whose task has run too long.
func (w *worker) expire(seq uint32) {
	s := w.pool
	s.mu.Lock()
	for _, f := range w.flights {
		if f.seq == seq && f.call != nil {
			w.stop(f, &TimeoutError{What: f.call.fn.name})
			s.dispatchAndUnlock()
			return
		}
	}
	s.mu.Unlock()
}

// live returns w's elements that were not taken back. Those that were are the last.
func (w *worker) live() []flight {
	n := len(w.flights)
	for n > 0 && w.flights[n-1].call == nil {
		n--
	}
	return w.flights[:n]
}

// takeBack puts w's elements after number keep, and those only that it has not
// begun, back among those that wait.
func (w *worker) takeBack(keep uint32) {
	last := w.child.outbox.TakeBack(keep)
	for i := range w.flights {
		f := &w.flights[i]
		if f.seq <= last || f.call == nil {
			continue
		}
		w.revoked = true
		w.taken--
		if c := f.call; c.abort != nil {
			c.finish(f.i)
		} else {
			c.again = append(c.again, f.i)
			c.casts.returned(w)
		}
		f.call = nil
	}
}

// stop ends element f of w and nothing else: w gives back what it has not begun,
// and is killed if f is what it runs. The outcome of what came before f is on its way.
func (w *worker) stop(f flight, why error) (killed bool) {
	w.takeBack(0)
	if f.seq != w.child.outbox.Begun() || w.kill != nil {
		return false
	}
	w.kill, w.killSeq = why, f.seq
	w.child.spawned.Kill()
	return true
}

// results is told by the child's goroutine what came of elements.
func (w *worker) results(c *child, frames []wire.Frame) {
	s := w.pool
	var landed []flight
	s.mu.Lock()
	for i := range frames {
		f := w.land(&frames[i])
		landed = append(landed, f)
	}
	s.mu.Unlock()
	for i, f := range landed { // decoding may run the user's methods
		if f.call != nil && !w.settle(f, frames[i].Data) {
			landed[i].call = nil // it has its error
		}
	}
	s.mu.Lock()
	for _, f := range landed {
		if f.call != nil && !f.call.tasks.isOver(f.i) {
			f.call.trace.end(f.call, f.i, w, nil)
			f.call.finish(f.i)
			s.stats.Done++
			f.call.watch.landed(w, true)
		}
	}
	w.outgrown()
	s.dispatchAndUnlock()
}

// land takes the flight that a frame is about off w's list. mu is held.
func (w *worker) land(f *wire.Frame) flight {
	if f.Kind == frameHello || f.Kind == frameLimited {
		if w.pool.init == nil && (f.Kind == frameLimited || !w.pool.options.workers.limits.any()) {
			w.started()
		}
		return flight{}
	}
	if f.Kind == frameTimes {
		w.ran(f)
		return flight{}
	}
	if len(w.flights) == 0 || w.flights[0].seq != uint32(f.ID) {
		if !w.ready && f.Kind == frameResult {
			w.initialized(f.Data)
		}
		return flight{}
	}
	landed := w.flights[0]
	w.flights[0] = flight{} // or it would keep the call
	if len(w.flights) == 1 {
		w.rest()
	}
	w.flights = w.flights[1:]
	if w.timer != nil {
		w.timer.Stop()
	}
	if len(w.flights) == 0 {
		w.revoked = false
	}
	if f.Kind == frameSkipped {
		landed.call = nil
	}
	return landed
}

// who is how others know the worker.
func (w *worker) who() (name string, pid int) {
	if w.child == nil {
		return serialName, os.Getpid()
	}
	return w.child.name, w.child.spawned.PID()
}

// settle gives an element its result or its error, but for the counting of results. It reports
// whether it is a result.
func (w *worker) settle(f flight, data []byte) bool {
	value, err := outcome(data)
	if err == nil {
		err = f.call.deliver(f.i, value)
	}
	if err != nil {
		w.pool.mu.Lock()
		f.call.fail(f.i, w, err)
		w.pool.mu.Unlock()
	}
	return err == nil
}

// started is called when the worker can run tasks. mu is held.
func (w *worker) started() {
	w.ready = true
	w.since = time.Now()
	w.pool.badStarts, w.pool.killed = 0, 0
}

// initialized is told how the initializer ended. mu is held.
func (w *worker) initialized(data []byte) {
	s := w.pool
	_, err := outcome(data)
	if err == nil {
		w.started()
		return
	}
	w.quitting = true
	w.child.spawned.Kill()
	s.badStart(errorf("initializer %s in %s: %w", s.init.name, w.child.name, err))
}

// died is told that the worker is no more: what it had begun fails, the rest goes to others.
func (w *worker) died(c *child, code int) {
	s := w.pool
	s.mu.Lock()
	if w.child == nil { // start will see it
		w.dead = &code
		s.mu.Unlock()
		return
	}
	s.lost(w, code)
	s.dispatchAndUnlock()
}
