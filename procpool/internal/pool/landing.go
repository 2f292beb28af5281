package pool

import (
	"cmp"
	"encoding/binary"
	"time"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// A landing is what came of elements of a worker, at once: the values of several, the outcome of one, or
// that some were left out.
type landing struct {
	flight
	left  bool        // they were left out
	data  []byte      // of one
	block codec.Block // of several
	many  bool
	each  time.Duration // that each of several took; 0: unknown
}

// Results is told what came of elements.
func (w *worker) Results(frames []wire.Frame) {
	s := w.pool
	landed, left := w.landed[:0], []landing(nil)
	s.mu.Lock()
	for i := range frames {
		l, ok := w.land(&frames[i])
		switch {
		case ok && l.left:
			left = append(left, l)
		case ok:
			landed = append(landed, l)
		}
	}
	s.mu.Unlock()
	n := 0
	for i := range landed { // decoding may run the user's methods
		n += landed[i].n
		landed[i].settle(w)
	}
	s.mu.Lock()
	now := time.Now()
	if n > 0 {
		l := &landed[len(landed)-1]
		l.call.fn.Cost.Took(cmp.Or(l.each, now.Sub(w.progressed)/time.Duration(n)))
		w.progressed = now
	}
	for _, l := range landed {
		if l.n > 0 {
			l.call.finishAll(l.span, w)
		}
	}
	for _, l := range left { // after the failure that is why
		l.call.giveBack(l.span, w)
	}
	w.outgrown()
	if n > 0 {
		w.rested(landed[len(landed)-1].call)
	}
	clear(landed)
	w.landed = landed[:0]
	s.dispatchAndUnlock()
}

// land takes the elements that a frame is about off w's list. Ok is false if nothing is to be done with them. mu
// is held.
func (w *worker) land(f *wire.Frame) (l landing, ok bool) {
	switch f.Kind {
	case task.FrameHello, task.FrameLimited:
		if w.pool.init == nil && (f.Kind == task.FrameLimited || !w.pool.options.Workers.Limits.Any()) {
			w.started()
		}
		return l, false
	case task.FrameTimes:
		w.ran(f)
		return l, false
	case task.FrameResults:
		return w.landBlock(f)
	case task.FrameSkipped:
		return w.skipped(f)
	}
	if !w.ready && f.Kind == task.FrameResult && len(w.flights) == 0 {
		w.initialized(f.Data)
		return l, false
	}
	landed, ok := w.over(uint32(f.ID), 1)
	return landing{flight: landed, data: f.Data}, ok && landed.call != nil
}

// skipped notes that w has left out what was taken back, or what followed an element that failed. That is at
// most one landing: the elements of the chunk that were not taken back. mu is held.
func (w *worker) skipped(f *wire.Frame) (l landing, ok bool) {
	if len(f.Data) != 8 {
		return l, false
	}
	end := f.ID + binary.LittleEndian.Uint64(f.Data)
	for len(w.flights) > 0 && uint64(w.flights[0].last()) < end {
		landed, _ := w.over(w.flights[0].seq, w.flights[0].n)
		if landed.call != nil {
			w.taken -= landed.n
			l, ok = landing{flight: landed, left: true}, true
		}
	}
	return l, ok
}

// landBlock is land for the values of several elements.
func (w *worker) landBlock(f *wire.Frame) (l landing, ok bool) {
	if len(w.flights) == 0 {
		return l, false
	}
	first, each := wire.Numbered(f.ID)
	b, err := w.pool.Codec.OpenBlock(f.Data, nil)
	if err != nil {
		landed, ok := w.over(first, 1)
		return landing{flight: landed, data: task.EncodeFailure(&w.pool.Codec, &task.Failure{Err: err})}, ok && landed.call != nil
	}
	if known := int64(w.flights[0].seq) - int64(first); known > 0 { // a worker that has died may have sent some already
		b.Skip(int(min(known, int64(b.Len()))))
		first += uint32(known)
	}
	if b.Len() == 0 {
		return l, false
	}
	landed, ok := w.over(first, b.Len())
	b.Keep(landed.n) // a worker does not send more than it was given
	return landing{flight: landed, block: b, many: true, each: each}, ok && landed.call != nil
}

// over takes n elements from number seq on off w's list, which are the first there. If fewer go together, it takes those. mu is held.
func (w *worker) over(seq uint32, n int) (landed flight, ok bool) {
	if len(w.flights) == 0 || w.flights[0].seq != seq {
		return landed, false
	}
	first := &w.flights[0]
	landed = *first
	landed.n = min(n, first.n)
	if landed.n < first.n {
		first.seq, first.span = seq+uint32(landed.n), span{first.i + landed.n, first.n - landed.n}
		return landed, true
	}
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
	return landed, true
}

// settle gives elements their results or errors, but for the counting of results. Those that have an
// error are taken out of l.
func (l *landing) settle(w *worker) {
	if !l.many {
		if !w.settle(l.call, l.i, l.data) {
			l.n = 0
		}
		return
	}
	c := l.call
	if c.deliverBlock != nil {
		whole := l.block
		if c.deliverBlock(l.i, &l.block) == nil {
			return
		}
		l.block = whole
	}
	good := l.span
	good.n = 0
	for i := l.i; l.block.Len() > 0; i++ {
		err := c.deliver(i, l.block.Next())
		if err == nil && good.i+good.n == i {
			good.n++
			continue
		}
		c.pool.mu.Lock()
		if err != nil {
			c.fail(i, w, err)
		} else {
			c.finishAll(span{i, 1}, w)
		}
		c.pool.mu.Unlock()
	}
	l.span = good
}

// settle gives an element its result or its error, but for the counting of results. It reports
// whether it is a result.
func (w *worker) settle(c *Call, i int, data []byte) bool {
	value, err := task.Outcome(&w.pool.Codec, data)
	if err == nil {
		err = c.deliver(i, value)
	}
	if err != nil {
		w.pool.mu.Lock()
		c.fail(i, w, err)
		w.pool.mu.Unlock()
	}
	return err == nil
}
