package pool

import (
	"cmp"
	"time"

	"github.com/parago/parago/procpool/internal/callee"
)

// A streamWindow bounds the elements that a stream has taken from its input and not yet yielded. Where
// nobody has set how many, it starts with two for each worker and becomes wider if they take next to no
// time, so that workers need not wait for each. The run's mu guards it.
type streamWindow struct {
	least, most int // what limit is between
	limit       int
	taken       int           // elements that were taken and not yielded
	freed       chan struct{} // 1-buffered: some have been yielded
}

// streamTime is about how much work of each worker a stream takes from its input in advance, in small
// elements, and streamMost and streamBytes how many and how large they are in all.
const (
	streamTime  = 2 * time.Millisecond
	streamMost  = 1 << 13
	streamBytes = 4 << 20
)

// newWindow makes the window of a stream in a pool of so many workers.
func newWindow(o *CallOptions, workers int) streamWindow {
	w := streamWindow{least: max(cmp.Or(o.InFlight, 2*workers), o.Chunk), freed: make(chan struct{}, 1)}
	w.limit, w.most = w.least, w.least
	if o.InFlight == 0 && o.Timeout == 0 {
		w.most = max(w.least, streamMost)
	}
	return w
}

// enter takes an element in, if there is room.
func (w *streamWindow) enter() bool {
	if w.taken >= w.limit {
		return false
	}
	w.taken++
	return true
}

// leave notes that an element was yielded. The input goes on, if they are small when several have room.
func (w *streamWindow) leave() {
	w.taken--
	if w.limit > w.least && w.limit-w.taken <= w.limit/4 && w.taken > 0 {
		return
	}
	select {
	case w.freed <- struct{}{}:
	default:
	}
}

// fit has the window follow how long elements take and how large they are.
func (w *streamWindow) fit(workers int, each *callee.Cost, size int) {
	if each.Each() > 0 {
		n := min(workers*within(each, streamTime), streamBytes/max(size, 1))
		w.limit = min(max(n, w.least), w.most)
	}
}
