package pool

import (
	"slices"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// A worker is a Worker as its scheduler keeps it: with what it was given.
type worker struct {
	pool       *Scheduler
	run        Worker       // nil until it has started
	direct     Direct       // run, if it is one, or nil
	voice      screen.Voice // of what it runs
	flights    []flight     // handed to it, in order
	seq        uint32       // of the last flight
	taken      int          // elements it was given so far
	progressed time.Time    // when it was given something or has sent results, the later of both
	revoked    bool         // some flights were taken back: it gets no more until they are gone
	ready      bool         // it is up, and its initializer has run
	quitting   bool
	kill       error // why it was killed, for the flight it was killed for
	killSeq    uint32
	timer      *time.Timer
	slot       int
	number     int // of the pool's workers, in the order of their start
	born       time.Time
	since      time.Time     // when it got something to do, or had nothing more; zero until it is up
	busy       time.Duration // before since, as is idle
	idle       time.Duration
	looked     time.Time // when its memory was looked at
	heads      []byte    // of chunks that were given
	landed     []landing // room for Results
	dead       *int      // its exit code, if it died before start was done with it
}

// refill gives w elements: a share of what there is, so that all workers end
// together, or once only. A worker with elements gets only more of the same origin: its output
// is attributed to that.
func (w *worker) refill(once bool) {
	s := w.pool
	if !w.ready || w.revoked || w.quitting || w.kill != nil {
		return
	}
	if !w.serveBroadcasts() {
		return
	}
	for bytes := 0; bytes < windowBytes; {
		c := s.nextCall()
		if c == nil || len(w.flights) > 0 && c.voice() != w.voice {
			return
		}
		n := min(w.portion(c), w.more())
		if n == 0 {
			return
		}
		bytes += w.give(c, n)
		if once {
			return
		}
	}
}

// windowBytes is about how many bytes a worker is given at a time. More may wait to be sent, but
// need not.
const windowBytes = 2 * chunkBytes

// more tells how many elements w may be given. If none, it ends when it is idle.
func (w *worker) more() int {
	n := 1<<31 - int(w.seq)
	if limit := w.pool.options.MaxTasks; limit > 0 {
		n = min(n, limit-w.taken)
	}
	if n > 0 {
		return n
	}
	if len(w.flights) == 0 {
		w.quit()
	}
	return 0
}

// quit has w end after what it was given.
func (w *worker) quit() {
	if !w.quitting {
		w.quitting = true
		w.run.Quit()
	}
}

// give hands the next elements of c to w, n at most. It returns how many bytes that is.
func (w *worker) give(c *Call, n int) int {
	if len(w.flights) == 0 {
		w.rest()
		w.progressed = time.Now()
		w.voice = c.voice()
		w.run.Speak(w.voice)
	}
	bytes := chunkBytes
	if c.opts.Chunk > 0 {
		bytes = wire.MaxData / 2
	}
	s := c.take(n, bytes)
	if err := w.run.Define(c.fn); err != nil {
		for i := s.i; i < s.i+s.n; i++ {
			c.fail(i, w, err)
		}
		return 0
	}
	f := flight{w.seq + 1, c, s}
	w.seq = f.last()
	w.taken += s.n
	w.flights = append(w.flights, f)
	w.expect(c)
	args := c.tasks.args(s.i, s.n)
	if w.run.Give(Chunk{f.seq, s.n, w.head(c, s), args, c.tasks.held(s)}) {
		c.tasks.lent = true
	}
	if c.opts.Timeout > 0 {
		seq := f.seq
		w.timer = time.AfterFunc(c.limit(), func() { w.expire(seq) })
	}
	return len(args.Buf)
}

// head is how a chunk begins. Many have one piece of memory.
func (w *worker) head(c *Call, s span) []byte {
	const piece, most = 4 << 10, 512
	if cap(w.heads)-len(w.heads) < most {
		w.heads = make([]byte, 0, piece)
	}
	start := len(w.heads)
	w.heads = c.head(w.heads, s.i, s.n)
	return w.heads[start:len(w.heads):len(w.heads)]
}

// elements is how many w has.
func (w *worker) elements() int {
	n := 0
	for _, f := range w.flights {
		n += f.n
	}
	return n
}

// expire kills a worker whose task has run too long.
func (w *worker) expire(seq uint32) {
	s := w.pool
	s.mu.Lock()
	for _, f := range w.flights {
		if f.seq == seq && f.call != nil { // it has no other element
			w.stop(f, &fault.TimeoutError{What: f.call.fn.Name})
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

// untouched is how many of w's elements were not taken back. The first of them may have begun.
func (w *worker) untouched() int {
	n := 0
	for _, f := range w.live() {
		n += f.n
	}
	return n
}

// middle is the number of the element in the middle of what w has.
func (w *worker) middle() uint32 {
	keep := (w.untouched() + 1) / 2
	for _, f := range w.live() {
		if keep <= f.n {
			return f.seq + uint32(keep) - 1
		}
		keep -= f.n
	}
	return w.seq
}

// takeBack puts w's elements after number keep, and those only that it has not
// begun, back among those that wait.
func (w *worker) takeBack(keep uint32) {
	last := w.run.TakeBack(keep)
	for i := 0; i < len(w.flights); i++ {
		f := &w.flights[i]
		if f.call == nil || f.last() <= last {
			continue
		}
		if f.seq <= last { // the rest of it
			kept := int(last-f.seq) + 1
			rest := flight{last + 1, f.call, span{f.i + kept, f.n - kept}}
			f.n = kept
			w.flights = slices.Insert(w.flights, i+1, rest)
			continue
		}
		w.revoked = true
		w.taken -= f.n
		c := f.call
		f.call = nil
		c.giveBack(f.span, w)
	}
}

// giveBack has elements that no worker has begun wait again, unless they are not wanted any more.
func (c *Call) giveBack(s span, w *worker) {
	if c.abort == nil {
		c.putBack(s)
		c.casts.returned(w)
		return
	}
	c.drops(s)
}

// stop ends the element of f that w runs, if it does, and nothing else: w gives back what it has not begun,
// and is killed. The outcome of what came before is on its way.
func (w *worker) stop(f flight, why error) (killed bool) {
	w.takeBack(0)
	begun := w.run.Begun()
	if begun < f.seq || begun > f.last() || w.kill != nil {
		return false
	}
	w.kill, w.killSeq = why, begun
	w.run.Kill()
	return true
}

// who is how others know w, which may be nil.
func (w *worker) who() Who {
	if w == nil {
		return Who{}
	}
	return w.run.Who()
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
	_, err := task.Outcome(&s.Codec, data)
	if err == nil {
		w.started()
		return
	}
	w.quitting = true
	w.run.Kill()
	s.badStart(fault.Errorf("initializer %s in %s: %w", s.init.Name, w.who().Name, err), false)
}

// Died is told that the worker is no more: what it had begun fails, the rest goes to others.
func (w *worker) Died(code int) {
	s := w.pool
	s.mu.Lock()
	if w.run == nil { // start will see it
		w.dead = &code
		s.mu.Unlock()
		return
	}
	s.lost(w, code)
	s.dispatchAndUnlock()
}
