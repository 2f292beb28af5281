package kernel

import (
	"io"
	"sync"
	"time"
)

// How the publisher paces itself. Jupyter's server drops output beyond 1,000
// messages a second; front-ends are slow well before that.
const (
	streamInterval = 50 * time.Millisecond // between stream messages of one cell, unless they are large
	streamSize     = 32 << 10              // of a stream message that goes out without waiting
	mergeSize      = 256 << 10             // up to which chunks join a message that waits
	outputRate     = 500                   // messages of output a second
	outputBurst    = 50                    // of them at once
	maxQueuedBytes = 1 << 20               // of output, beyond which writers wait
	maxQueuedItems = 200                   // of output, beyond which writers wait
	orderedItems   = 50                    // of output in the queue, up to which stdout and stderr keep their order
)

// A publisher owns the order of iopub. Whoever has something to publish puts it
// into one queue; one goroutine, run, sends it. Output waits for room in the queue
// (back-pressure for the cell); status, replies' companions and the like never do,
// so a front-end that reads slowly delays no interrupt.
//
// Chunks written to a stream join the last message of their cell in the queue if
// that is one of the same stream, so a cell whose output is read slowly is sent in
// fewer, larger messages. Each stream keeps its order, and its place among rich
// output. stdout and stderr keep theirs against each other while there is time for
// it: a cell that switches between them faster than messages may be sent would have
// to wait for every line. So once orderedItems wait, a chunk joins the last message
// of its own stream, also past one of the other; what it overtakes is what is still
// in the queue, about a tenth of a second of output.
type publisher struct {
	send func(item *pubItem) // called by run alone

	wake chan struct{} // 1-buffered: the queue or closed changed

	mu      sync.Mutex
	room    sync.Cond // of mu: the queue got shorter
	queue   []*pubItem
	bytes   int // of output in queue
	outputs int // items of output in queue
	sealed  int // items in queue that nothing can join
	closed  bool

	tokens float64 // owned by run: output that may be sent at once
	filled time.Time
}

// A pubItem is a message of iopub that waits for its turn.
type pubItem struct {
	topic   string // after "kernel.ID."; all of it if raw
	raw     bool
	msgType string
	parent  Header
	content any // nil for a stream: name and text

	origin *origin // of output, and of what must keep its place in a cell's output
	output bool    // written by the cell: paced
	open   bool    // a stream that may be joined: the last of it in its cell
	name   string
	text   []byte
}

func newPublisher(send func(*pubItem)) *publisher {
	p := &publisher{send: send, wake: make(chan struct{}, 1), tokens: outputBurst}
	p.room.L = &p.mu
	return p
}

// publish queues a message that does not wait for room. With an origin it keeps its
// place among that cell's output.
func (p *publisher) publish(it *pubItem) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.push(it)
}

// write queues a chunk of a stream, and waits for room before. The chunk may wait
// in o for the rest of a character.
func (p *publisher) write(o *origin, name string, chunk []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waitForRoom()
	text, notice := o.accept(name, chunk)
	if o.copy != nil {
		o.copy.Write(text) // a full disk does not keep the cell from printing
	}
	p.join(o, name, text)
	if notice != "" {
		p.join(o, "stderr", []byte(notice))
	}
}

// copyTo has what o writes and shows written to w from now on, too; nil ends that.
func (p *publisher) copyTo(o *origin, w io.Writer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o.copy = w
}

// finish queues what is left of characters that were never completed.
func (p *publisher) finish(o *origin) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range []string{"stdout", "stderr"} {
		p.join(o, name, o.leftover(name))
	}
}

// seal makes what o has written so far go out at once.
func (p *publisher) seal(o *origin) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sealStreams(o)
	p.signal()
}

// join adds text to a message in the queue if it can, else queues another.
func (p *publisher) join(o *origin, name string, text []byte) {
	if len(text) == 0 || p.closed {
		return
	}
	if it := o.open[name]; it != nil && len(it.text) < mergeSize && (it == o.last || p.outputs >= orderedItems) {
		it.text = append(it.text, text...)
		p.bytes += len(text)
		p.signal()
		return
	}
	p.push(&pubItem{
		topic: "stream." + name, msgType: "stream", parent: o.parent, origin: o,
		output: true, open: true, name: name, text: append([]byte(nil), text...),
	})
}

func (p *publisher) push(it *pubItem) {
	if p.closed {
		return
	}
	switch o := it.origin; {
	case o != nil && it.open:
		p.sealItem(o.open[it.name])
		o.setOpen(it)
	case o != nil:
		p.sealStreams(o)
	}
	p.queue = append(p.queue, it)
	p.bytes += len(it.text)
	p.outputs += count(it.output)
	p.sealed += count(!it.open)
	p.signal()
}

// sealStreams keeps what o writes from now on behind what it has published.
func (p *publisher) sealStreams(o *origin) {
	for _, it := range o.open {
		p.sealItem(it)
	}
}

// sealItem lets nothing more join it, which may be nil.
func (p *publisher) sealItem(it *pubItem) {
	if it != nil {
		it.origin.dropOpen(it)
		p.sealed++
	}
}

func (p *publisher) waitForRoom() {
	for !p.closed && (p.bytes > maxQueuedBytes || p.outputs > maxQueuedItems) {
		p.room.Wait()
	}
}

func (p *publisher) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// close makes run send what is queued and return. What comes later is dropped, and
// writers that wait are let go.
func (p *publisher) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.room.Broadcast()
	p.signal()
}

// run sends the queue's messages, each when it is due, until close.
func (p *publisher) run() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		it, wait, done := p.next(time.Now())
		switch {
		case it != nil:
			p.send(it)
		case done:
			return
		default:
			timer.Reset(wait)
			select {
			case <-p.wake:
			case <-timer.C:
			}
		}
	}
}

// next takes the first message from the queue if it is due, else says how long to
// wait for that unless the queue changes.
func (p *publisher) next(now time.Time) (it *pubItem, wait time.Duration, done bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) == 0 {
		return nil, time.Hour, p.closed
	}
	it = p.queue[0]
	if wait := p.holdBack(it, now); wait > 0 {
		return nil, wait, false
	}
	p.take(it, now)
	return it, 0, false
}

// holdBack says how long the first message is to wait: for more to join it, and for
// its share of the rate.
func (p *publisher) holdBack(it *pubItem, now time.Time) time.Duration {
	if p.closed || !it.output {
		return 0
	}
	if it.open && p.sealed == 0 && len(it.text) < streamSize {
		if wait := it.origin.lastSent.Add(streamInterval).Sub(now); wait > 0 {
			return wait
		}
	}
	p.tokens = min(outputBurst, p.tokens+now.Sub(p.filled).Seconds()*outputRate)
	p.filled = now
	if p.tokens < 1 {
		return time.Duration((1 - p.tokens) / outputRate * float64(time.Second))
	}
	return 0
}

func (p *publisher) take(it *pubItem, now time.Time) {
	p.queue[0] = nil
	p.queue = p.queue[1:]
	p.bytes -= len(it.text)
	p.outputs -= count(it.output)
	p.sealed -= count(!it.open)
	if it.open {
		it.origin.dropOpen(it)
	}
	if it.output {
		p.tokens--
		p.room.Broadcast()
		if it.name != "" {
			it.origin.lastSent = now
		}
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
