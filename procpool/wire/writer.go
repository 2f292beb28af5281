package wire

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/parago/parago/procpool/shm"
)

// A Writer writes frames, from any goroutine. That of a parent never waits for its
// child, which may be stopped: what the socket does not take at once is
// written by a goroutine, which ends with the last of it or with the connection.
type Writer struct {
	mu      sync.Mutex
	conn    *os.File
	raw     syscall.RawConn
	outbox  *Outbox // of a child, else nil; the following are a child's, too
	scratch []byte  // guarded by mu
	timer   *time.Timer
	soon    bool // the timer runs; guarded by mu, as is steady
	steady  bool // it runs again and again

	queue   []parcel // what a parent has not sent yet; guarded by mu, as is the rest
	sending bool     // a goroutine writes what came before queue
	err     error    // of that goroutine
}

// A parcel is some frames in a row, with a file that is sent along, and closed then.
type parcel struct {
	data []byte
	file *os.File
	own  bool // data is ours to append to
}

// NewWriter writes to conn, by way of outbox if there is one. Conn is of Way or Unwatched.
func NewWriter(conn *os.File, outbox *Outbox) *Writer {
	w := &Writer{conn: conn, outbox: outbox}
	w.raw, w.err = conn.SyscallConn()
	if outbox == nil {
		return w
	}
	w.timer = time.AfterFunc(time.Hour, w.late)
	w.timer.Stop()
	return w
}

// flushDelay is how long a finished frame of a child may wait for company.
const flushDelay = 200 * time.Microsecond

// FlushSoon sees to it that what a child has put is sent before long, though
// Flush is not called now. It costs nothing if nothing waits.
func (w *Writer) FlushSoon() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.soon && (!w.outbox.empty() || w.outbox.block.holds()) {
		w.soon = true
		w.timer.Reset(flushDelay)
	}
}

// Steady has what a child puts sent every now and then while its tasks run, from now on or no more.
func (w *Writer) Steady(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.steady = on
	if on && !w.soon {
		w.soon = true
		w.timer.Reset(flushDelay)
	}
}

// steadyDelay is how often what waits is sent while tasks run.
const steadyDelay = time.Millisecond

// late is called by the timer.
func (w *Writer) late() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flush()
	if w.steady {
		w.soon = true
		w.timer.Reset(steadyDelay)
	}
}

// unblock puts the results that wait in the block into a frame. mu is held.
func (w *Writer) unblock() error {
	f, header, results, upTo, ok := w.outbox.block.waiting()
	if !ok {
		return nil
	}
	w.scratch = append(append(w.scratch[:0], header...), results...)
	f.Data = w.scratch
	err := w.put(f)
	atomic.StoreUint64(w.outbox.block.sent, uint64(upTo)) // if the process is killed before, they come twice
	return err
}

// Put adds a frame to what is to be sent. A parent's may keep f.Data and f.Tail, which
// must not change if they have Copied bytes or more, and keeps a duplicate of f.File. A child's is safe from then on
// even if the process is killed; frames with files are for Send.
func (w *Writer) Put(f Frame) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.outbox == nil {
		return w.enqueue(f)
	}
	if err := w.unblock(); err != nil {
		return err
	}
	return w.put(f.joined())
}

// put is a child's Put, of what follows nothing that waits. mu is held.
func (w *Writer) put(f Frame) error {
	if headerSize+len(f.Data) > w.outbox.room() {
		if err := w.outbox.flush(w.conn); err != nil {
			return err
		}
	}
	if headerSize+len(f.Data) > w.outbox.room() {
		return w.direct(f)
	}
	w.outbox.add(f)
	return nil
}

// Copied is the size up to which data is joined with other frames: about what a socket takes at once. More is written by
// another goroutine anyway, from where it is.
const Copied = 200 << 10

// enqueue is a parent's Put. mu is held.
func (w *Writer) enqueue(f Frame) error {
	if size := len(f.Data) + len(f.Tail); size > MaxData {
		return fmt.Errorf("a message of %d bytes is too large", size)
	}
	n := len(w.queue)
	if n == 0 || !w.queue[n-1].own || f.File != nil {
		w.queue = append(w.queue, parcel{own: true})
		n++
	}
	last := &w.queue[n-1]
	last.data = appendHeader(last.data, f)
	if f.File != nil {
		file, err := shm.Duplicate(f.File)
		if err != nil {
			w.queue = w.queue[:n-1]
			return err
		}
		last.file = file
	}
	for _, data := range [][]byte{f.Data, f.Tail} {
		w.append(data)
	}
	return w.err
}

// append adds bytes of a frame to the queue, which is not empty.
func (w *Writer) append(data []byte) {
	last := &w.queue[len(w.queue)-1]
	switch {
	case len(data) >= Copied:
		w.queue = append(w.queue, parcel{data: data}) // sent from where it is
	case last.own:
		last.data = append(last.data, data...)
	case len(data) > 0:
		w.queue = append(w.queue, parcel{data: append([]byte(nil), data...), own: true})
	}
}

// Close ends the connection: the other end reads to its end.
func (w *Writer) Close() { w.conn.Close() }

// Send is Put and Flush. It is the way for frames with files.
func (w *Writer) Send(f Frame) error {
	f = f.joined()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.outbox == nil {
		if f.File != nil && w.sendNow(f) {
			return nil
		}
		if err := w.enqueue(f); err != nil {
			return err
		}
		return w.post()
	}
	if err := w.flush(); err != nil {
		return err
	}
	return w.direct(f)
}

// sendNow sends a frame with its file if nothing is to be sent before and the connection takes it without
// waiting. It needs no descriptor for that. mu is held.
func (w *Writer) sendNow(f Frame) bool {
	if len(f.Data) >= Copied || w.post() != nil || w.sending {
		return false
	}
	data := append(appendHeader(nil, f), f.Data...)
	n := rightsNow(w.raw, data, f.File)
	if n == 0 {
		return false
	}
	if n < len(data) {
		w.sending = true
		go w.send([]parcel{{data: data[n:]}})
	}
	return true
}

// Flush sends what Put has added. A parent's returns before all is sent if the child
// does not read.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.outbox == nil {
		return w.post()
	}
	return w.flush()
}

// post sends what can be sent at once, and leaves the rest to a goroutine. mu is held.
func (w *Writer) post() error {
	if w.err != nil {
		w.discard()
	}
	if len(w.queue) == 0 || w.sending {
		return w.err
	}
	if first := &w.queue[0]; len(w.queue) == 1 && first.file == nil {
		if len(first.data) == 0 { // room for what comes
			return nil
		}
		n := writeNow(w.raw, first.data)
		if n == len(first.data) {
			first.data = first.data[:0]
			if cap(first.data) > 1<<20 || !first.own {
				w.queue = nil
			}
			return nil
		}
		first.data, first.own = first.data[n:], false
	}
	w.sending = true
	go w.send(w.queue)
	w.queue = nil
	return nil
}

// send writes what is queued until there is nothing left.
func (w *Writer) send(parcels []parcel) {
	var err error
	for len(parcels) > 0 {
		for _, p := range parcels {
			if err == nil {
				err = w.ship(p)
			}
			p.file.Close() // a nil one, too
		}
		w.mu.Lock()
		parcels, w.queue = w.queue, nil
		w.err, w.sending = err, len(parcels) > 0
		w.mu.Unlock()
	}
}

func (w *Writer) ship(p parcel) error {
	if p.file != nil {
		n, err := writeRights(w.raw, p.data, p.file)
		if err != nil {
			return err
		}
		p.data = p.data[n:]
	}
	_, err := w.conn.Write(p.data)
	return err
}

// discard drops what can never be sent. mu is held.
func (w *Writer) discard() {
	for _, p := range w.queue {
		p.file.Close()
	}
	w.queue = nil
}

// flush is a child's Flush. mu is held.
func (w *Writer) flush() error {
	if w.soon && !w.steady {
		w.timer.Stop()
		w.soon = false
	}
	if err := w.unblock(); err != nil {
		return err
	}
	return w.outbox.flush(w.conn)
}

// direct sends f past the outbox, which is empty.
func (w *Writer) direct(f Frame) error {
	if len(f.Data) > MaxData {
		return fmt.Errorf("a message of %d bytes is too large", len(f.Data))
	}
	head := appendFrame(nil, Frame{Kind: f.Kind, ID: f.ID, File: f.File})
	binary.LittleEndian.PutUint32(head, uint32(len(f.Data)))
	if len(f.Data) < 32<<10 {
		head = append(head, f.Data...)
		f.Data = nil
	}
	n, err := 0, error(nil)
	if f.File != nil {
		n, err = writeRights(w.raw, head, f.File)
	}
	if err == nil && n < len(head) {
		_, err = w.conn.Write(head[n:])
	}
	if err == nil && len(f.Data) > 0 {
		_, err = w.conn.Write(f.Data)
	}
	w.outbox.skip(uint64(len(head) + len(f.Data)))
	return err
}
