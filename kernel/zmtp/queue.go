package zmtp

import (
	"errors"
	"sync"
)

// errEnded says that a queue takes no more messages.
var errEnded = errors.New("connection ended")

// A queue holds what waits to be written to one peer. Putting never blocks;
// one goroutine takes.
type queue struct {
	bound int64 // bytes; one message alone may exceed it

	wake chan struct{} // holds one element if the taker has a reason to look

	mu       sync.Mutex
	messages [][][]byte
	bytes    int64         // of messages put and not yet written
	pong     []byte        // the latest PONG that is due; overtakes messages
	finished bool          // nothing more comes; what is there is to be written
	aborted  bool          // nothing more is to be written
	room     chan struct{} // closed when there is room again; nil if no one waits
}

func newQueue(bound int64) *queue {
	return &queue{bound: bound, wake: make(chan struct{}, 1)}
}

// size is what a message counts in a queue.
func size(frames [][]byte) int64 {
	n := int64(frameCost)
	for _, f := range frames {
		n += int64(len(f)) + frameCost
	}
	return n
}

// put appends a message. If it is over the bound, it returns a channel that
// closes when trying again makes sense.
func (q *queue) put(frames [][]byte) (room <-chan struct{}, err error) {
	n := size(frames)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.finished || q.aborted {
		return nil, errEnded
	}
	if q.bytes > 0 && q.bytes+n > q.bound {
		if q.room == nil {
			q.room = make(chan struct{})
		}
		return q.room, nil
	}
	q.messages = append(q.messages, frames)
	q.bytes += n
	q.signal()
	return nil, nil
}

// putWait appends a message when there is room, unless one of the channels
// closes first.
func (q *queue) putWait(frames [][]byte, stop, orStop <-chan struct{}) (put bool, err error) {
	for {
		room, err := q.put(frames)
		if room == nil {
			return err == nil, err
		}
		select {
		case <-room:
		case <-stop:
			return false, nil
		case <-orStop:
			return false, nil
		}
	}
}

// putPong makes a PONG due. A peer that sends PINGs faster than it reads
// gets an answer to the last one only: any answer shows that we live.
func (q *queue) putPong(body []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pong = body
	q.signal()
}

// signal makes the taker look. The caller holds mu.
func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// finish lets the taker end once it has written what is there.
func (q *queue) finish() { q.end(func() { q.finished = true }) }

// abort lets the taker end at once.
func (q *queue) abort() { q.end(func() { q.aborted = true }) }

func (q *queue) end(mark func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	mark()
	q.signal()
	q.openRoom()
}

// openRoom lets those who wait for room try again. The caller holds mu.
func (q *queue) openRoom() {
	if q.room != nil {
		close(q.room)
		q.room = nil
	}
}

// take returns everything that is there, and whether the taker goes on.
func (q *queue) take() (batch [][][]byte, more bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.aborted {
		return nil, false
	}
	batch, q.messages = q.messages, nil
	more = len(batch) > 0 || q.pong != nil || !q.finished
	if more && q.finished {
		q.signal() // the wake of finish may be the one that brought the taker here
	}
	return batch, more
}

// takePong returns the PONG that is due, or nil.
func (q *queue) takePong() []byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	p := q.pong
	q.pong = nil
	return p
}

// idle reports whether the taker has nothing to take.
func (q *queue) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.messages) == 0 && q.pong == nil
}

// written gives a message's bytes back. Those who wait for room are woken
// only once a good part is free, not for every message.
func (q *queue) written(n int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.bytes -= n
	if q.bytes <= q.bound-min(q.bound/2, 1<<20) {
		q.openRoom()
	}
}

// unsent is how many bytes were put and not written.
func (q *queue) unsent() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.bytes
}
