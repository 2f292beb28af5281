package procpool

import (
	"errors"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/parago/parago/procpool/wire"
)

// A scheduler hands the elements of calls to workers. It is what a Pool is about.
type scheduler struct {
	size    int
	options poolOptions
	init    *target // resolved by the first call
	initArg []byte

	mu         sync.Mutex
	calls      []*Call // that have elements to hand out or under way; guarded by mu, as is the rest
	open       int     // calls that are not done
	changed    sync.Cond
	workers    []*worker
	starting   int
	closed     bool
	terminated bool
	broken     error
	badStarts  int  // in a row, as is killed
	killed     int  // before they were up
	later      bool // growLater is under way
	patient    bool // it has waited
	stats      Stats
}

// A worker is a child that runs tasks of one scheduler.
type worker struct {
	pool     *scheduler
	child    *child
	origin   string   // of what it runs
	flights  []flight // handed to it, in order
	seq      uint32   // of the last flight
	taken    int      // elements it was given so far
	revoked  bool     // some flights were taken back: it gets no more until they are gone
	ready    bool     // it is up, and its initializer has run
	quitting bool
	kill     error // why it was killed, for the flight it was killed for
	killSeq  uint32
	timer    *time.Timer
	dead     *int // its exit code, if it died before start was done with it
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
	c.left = c.n
	c.ended = make([]bool, c.n)
	s.open++
	if c.n == 0 {
		s.callDone(c)
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
	c.slab, c.handles = nil, nil // a future may be kept for long
	close(c.done)
	s.changed.Broadcast()
}

// dispatchAndUnlock hands out what can be handed out, then sends it.
func (s *scheduler) dispatchAndUnlock() {
	if s.broken != nil {
		for _, c := range s.calls {
			c.drop(s.broken)
		}
	}
	s.calls = slices.DeleteFunc(s.calls, func(c *Call) bool { return c.left == 0 })
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
		if c.pending() > 0 {
			return c
		}
	}
	return nil
}

// refill gives w elements: a share of what there is, so that all workers end
// together. A worker with elements gets only more of the same origin: its output
// is attributed to that.
func (w *worker) refill() {
	s := w.pool
	if !w.ready || w.revoked || w.quitting || w.kill != nil {
		return
	}
	bytes := 0
	for bytes < windowBytes {
		c := s.nextCall()
		if c == nil || len(w.flights) > 0 && c.origin != w.origin {
			return
		}
		share := min(window, max(1, c.pending()/(2*s.size)))
		if c.opts.timeout > 0 {
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
		w.retire()
		return false
	}
	return true
}

// retire ends an idle worker in peace.
func (w *worker) retire() {
	if len(w.flights) == 0 {
		w.quit()
	}
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
		w.origin = c.origin
		w.child.setOrigin(c.origin)
		if len(w.child.defined) > 16 {
			w.child.undefine()
		}
	}
	i := c.take()
	if err := w.child.define(c.fn); err != nil {
		c.fail(i, w, err)
		return 0
	}
	for _, h := range c.handles[i] {
		this.pass(h, w.child.identity)
	}
	w.seq++
	w.taken++
	w.flights = append(w.flights, flight{w.seq, c, i})
	w.child.outbox.Allow(w.seq)
	task := c.task(i)
	w.child.sendTask(uint64(w.seq), task)
	if c.opts.timeout > 0 {
		seq := w.seq
		w.timer = time.AfterFunc(c.opts.timeout, func() { w.expire(seq) })
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
	waiting := s.pending()
	for _, w := range s.workers {
		waiting += max(0, len(w.flights)-1) // what another could take over
		if !w.ready {
			waiting--
		}
	}
	// A few at a time, and not at once: those there may be done before more could begin.
	for n := waiting - s.starting; n > 0 && live < s.size && s.starting < maxStarting; n-- {
		if live > 0 && !s.patient && !this.hasSpare() {
			s.growLater()
			return
		}
		live++
		s.starting++
		origin := ""
		if len(s.calls) > 0 {
			origin = s.calls[0].origin
		}
		go s.start(origin)
	}
}

// growDelay is how long the workers there may try alone before new processes start.
const growDelay = 2 * time.Millisecond

// growLater looks again after a while. mu is held.
func (s *scheduler) growLater() {
	if s.later {
		return
	}
	s.later = true
	time.AfterFunc(growDelay, func() {
		s.mu.Lock()
		s.later, s.patient = false, true
		s.dispatchAndUnlock()
		s.mu.Lock()
		s.patient = false
		s.mu.Unlock()
	})
}

// start adds a worker. Close and Terminate wait for it by starting.
func (s *scheduler) start(origin string) {
	w := &worker{pool: s, origin: origin}
	identity, name := this.reserve("PoolWorker", "")
	c, err := this.adopt(w, origin, role{Identity: identity, Name: name, Daemon: true}, nil)
	s.mu.Lock()
	s.starting--
	s.changed.Broadcast()
	if c == nil {
		s.badStart(err)
		s.dispatchAndUnlock()
		return
	}
	w.child = c
	if s.init == nil && c.isAwake() {
		w.started()
	}
	s.workers = append(s.workers, w)
	s.stats.Started++
	if s.terminated {
		c.spawned.Kill()
	}
	if err == nil && s.init != nil {
		err = c.define(s.init)
		w.seq++
		c.outbox.Allow(w.seq)
		c.out.Put(wire.Frame{Kind: frameTask, ID: uint64(w.seq), Data: s.initArg})
	}
	if err != nil { // its death tells
		c.spawned.Kill()
	}
	if w.dead != nil {
		s.lost(w, *w.dead)
	}
	s.dispatchAndUnlock()
}

// maxKilled is how many workers in a row may be killed before they are up. A kill comes
// from outside, so it says little about the next one.
const maxKilled = 50

// badStart counts workers that could not start. Two in a row break the pool. mu is held.
func (s *scheduler) badStart(err error) {
	var died *WorkerDiedError
	if errors.As(err, &died) && died.Signal == syscall.SIGKILL.String() && s.killed < maxKilled {
		s.killed++
		return
	}
	s.badStarts++
	if s.badStarts < 2 && !errors.Is(err, ErrTooDeep) && !errors.Is(err, ErrClosed) {
		return
	}
	s.broken = &brokenError{err}
	for _, c := range s.calls {
		c.drop(s.broken)
	}
}

// A brokenError is ErrBroken with its cause.
type brokenError struct{ cause error }

func (e *brokenError) Error() string   { return ErrBroken.Error() + ": " + e.cause.Error() }
func (e *brokenError) Unwrap() []error { return []error{ErrBroken, e.cause} }

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
		if f.call != nil {
			w.settle(f, frames[i].Data)
		}
	}
	s.mu.Lock()
	for i, f := range landed {
		if f.call == nil {
			continue
		}
		if len(frames[i].Data) > 0 && frames[i].Data[0] == resultValue {
			f.call.finish(f.i)
			s.stats.Done++
		}
	}
	s.dispatchAndUnlock()
}

// land takes the flight that a frame is about off w's list. mu is held.
func (w *worker) land(f *wire.Frame) flight {
	if f.Kind == frameHello {
		if w.pool.init == nil {
			w.started()
		}
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

// settle gives an element its result or its error, but for the counting of results.
func (w *worker) settle(f flight, data []byte) {
	var err error
	if len(data) > 0 && data[0] == resultValue {
		err = f.call.deliver(f.i, data[1:])
	} else if len(data) > 0 {
		err = decodeFailure(data[1:]).asError()
	} else {
		err = errorf("an empty result")
	}
	if err != nil {
		w.pool.mu.Lock()
		f.call.fail(f.i, w, err)
		w.pool.mu.Unlock()
	}
}

// started is called when the worker can run tasks. mu is held.
func (w *worker) started() {
	w.ready = true
	w.pool.badStarts, w.pool.killed = 0, 0
}

// initialized is told how the initializer ended. mu is held.
func (w *worker) initialized(data []byte) {
	s := w.pool
	if len(data) > 0 && data[0] == resultValue {
		w.started()
		return
	}
	w.quitting = true
	w.child.spawned.Kill()
	s.badStart(errorf("initializer %s in %s: %w", s.init.name, w.child.name, decodeFailure(data[1:]).asError()))
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

// lost takes a dead worker off the list. mu is held.
func (s *scheduler) lost(w *worker, code int) {
	at := slices.Index(s.workers, w)
	if at < 0 {
		return
	}
	s.workers = slices.Delete(s.workers, at, at+1)
	if w.timer != nil {
		w.timer.Stop()
	}
	died := w.child.diedError(code)
	if !w.ready && !w.quitting && !s.terminated {
		s.badStart(died)
	}
	begun := w.child.outbox.Begun()
	for _, f := range w.flights {
		switch {
		case f.call == nil:
		case f.seq > begun && f.call.abort != nil:
			f.call.finish(f.i)
		case f.seq > begun:
			f.call.again = append(f.call.again, f.i)
		case w.kill != nil && f.seq == w.killSeq:
			if w.kill == f.call.abort {
				f.call.finish(f.i)
				continue
			}
			f.call.fail(f.i, w, w.kill)
		default:
			f.call.fail(f.i, w, died)
		}
	}
	w.flights = nil
	s.changed.Broadcast()
}

func (c *child) diedError(code int) *WorkerDiedError {
	e := &WorkerDiedError{Worker: c.name, PID: c.spawned.PID(), Signal: signalName(code), Stderr: c.lastLines()}
	if code > 0 {
		e.ExitCode = code
	}
	return e
}

// cancel stops a call.
func (s *scheduler) cancel(c *Call, why error) bool {
	s.mu.Lock()
	if c.left == 0 {
		s.mu.Unlock()
		return false
	}
	s.halt(c, why)
	s.dispatchAndUnlock()
	return true
}

// halt stops a call's elements, wherever they are. mu is held.
func (s *scheduler) halt(c *Call, why error) (killed []*child) {
	c.drop(why)
	for _, w := range s.workers {
		if slices.ContainsFunc(w.flights, func(f flight) bool { return f.call == c }) {
			w.takeBack(0)
		}
		for _, f := range w.flights {
			if f.call == c && w.stop(f, why) {
				killed = append(killed, w.child)
			}
		}
	}
	return killed
}

// cancelOrigin stops all calls of an origin, and returns the workers it has killed.
func (s *scheduler) cancelOrigin(origin string) (killed []*child) {
	s.mu.Lock()
	for _, c := range slices.Clone(s.calls) {
		if c.origin == origin {
			killed = append(killed, s.halt(c, ErrCanceled)...)
		}
	}
	s.dispatchAndUnlock()
	return killed
}

// close waits for all calls, then ends the workers.
func (s *scheduler) close() {
	s.mu.Lock()
	s.closed = true
	for s.open > 0 && !s.terminated {
		s.changed.Wait()
	}
	for s.starting > 0 {
		s.changed.Wait()
	}
	s.workers = slices.DeleteFunc(s.workers, func(w *worker) bool { return w.seq == 0 && !w.quitting && this.giveBack(w.child) })
	workers := slices.Clone(s.workers)
	for _, w := range workers {
		w.quit()
	}
	s.mu.Unlock()
	for _, w := range workers {
		w.child.out.Flush()
	}
	limit := time.After(stopTimeout)
	for _, w := range workers {
		select {
		case <-w.child.gone:
		case <-limit:
			limit = time.After(0)
			w.child.spawned.Kill()
			<-w.child.gone
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
	for _, c := range s.calls {
		c.drop(ErrTerminated)
	}
	workers := slices.Clone(s.workers)
	for _, w := range workers {
		for _, f := range w.flights {
			if f.call != nil && f.call.abort == nil {
				f.call.abort = ErrTerminated
			}
		}
		w.takeBack(0)
		w.quitting = true
		if len(w.flights) > 0 && w.kill == nil {
			w.kill, w.killSeq = ErrTerminated, w.flights[0].seq
		}
		w.child.spawned.Kill()
	}
	s.changed.Broadcast()
	s.mu.Unlock()
	for _, w := range workers {
		<-w.child.gone
	}
}
