package wire

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parago/parago/procpool/shm"
)

// A Frame is one message. What Kind and ID mean is its sender's and receiver's affair.
type Frame struct {
	Kind byte
	ID   uint64
	Data []byte
	File *os.File // sent along, or nil; the receiver's to close
}

const (
	headerSize = 14
	hasFile    = 1
)

// MaxData is how much data a frame can hold.
const MaxData = 1<<32 - 1

func appendFrame(buf []byte, f Frame) []byte { return append(appendHeader(buf, f), f.Data...) }

func appendHeader(buf []byte, f Frame) []byte {
	var flags byte
	if f.File != nil {
		flags = hasFile
	}
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(f.Data)))
	buf = append(buf, f.Kind, flags)
	return binary.LittleEndian.AppendUint64(buf, f.ID)
}

// A Reader reads frames, from one goroutine.
type Reader struct {
	source source
	buf    *bufio.Reader
}

// NewReader reads from conn, and at its end what outbox still holds. Outbox may be nil.
func NewReader(conn *net.UnixConn, outbox *Outbox) *Reader {
	r := &Reader{source: source{conn: conn, outbox: outbox}}
	r.buf = bufio.NewReaderSize(&r.source, 64<<10)
	return r
}

// Next returns the next frame. Its Data is the caller's.
func (r *Reader) Next() (Frame, error) {
	var h [headerSize]byte
	if _, err := io.ReadFull(r.buf, h[:]); err != nil {
		return Frame{}, err
	}
	f := Frame{Kind: h[4], ID: binary.LittleEndian.Uint64(h[6:])}
	if n := binary.LittleEndian.Uint32(h[:]); n > 0 {
		f.Data = make([]byte, n)
		if _, err := io.ReadFull(r.buf, f.Data); err != nil {
			return Frame{}, err
		}
	}
	if h[5]&hasFile != 0 {
		if len(r.source.files) == 0 {
			return Frame{}, fmt.Errorf("a frame came without its file")
		}
		f.File = os.NewFile(uintptr(r.source.files[0]), "received")
		r.source.files = r.source.files[1:]
	}
	return f, nil
}

// Received returns how many bytes have arrived. What changes it is a system call.
func (r *Reader) Received() uint64 { return r.source.got }

// Pending tells whether the next frame has begun to arrive.
func (r *Reader) Pending() bool { return r.buf.Buffered() >= headerSize }

// A source reads bytes and collects the files that come with them.
type source struct {
	conn   *net.UnixConn
	outbox *Outbox
	files  []int
	got    uint64 // bytes so far
	rest   []byte
	ended  bool
}

func (s *source) Read(p []byte) (int, error) {
	if s.ended {
		n := copy(p, s.rest)
		s.rest = s.rest[n:]
		if n == 0 {
			return 0, io.EOF
		}
		return n, nil
	}
	var control [64]byte
	n, nc, _, _, err := s.conn.ReadMsgUnix(p, control[:])
	if nc > 0 {
		s.files = append(s.files, received(control[:nc])...)
	}
	if n > 0 {
		s.got += uint64(n)
		return n, nil
	}
	s.ended = true
	if s.outbox != nil {
		s.rest = s.outbox.after(s.got)
	}
	if err == nil || len(s.rest) > 0 {
		return s.Read(p)
	}
	return 0, io.EOF
}

// A Writer writes frames, from any goroutine.
type Writer struct {
	mu     sync.Mutex
	conn   *net.UnixConn
	outbox *Outbox // of a child, else nil
	buf    []byte  // what a parent has not sent yet, after full
	full   net.Buffers
	timer  *time.Timer
}

// NewWriter writes to conn, by way of outbox if there is one.
func NewWriter(conn *net.UnixConn, outbox *Outbox) *Writer {
	w := &Writer{conn: conn, outbox: outbox}
	w.timer = time.AfterFunc(time.Hour, func() { w.Flush() })
	w.timer.Stop()
	return w
}

// flushDelay is how long a finished frame of a child may wait for company.
const flushDelay = 200 * time.Microsecond

// Put adds a frame to what is to be sent. A parent's Put never waits, and may keep f.Data, which must not change. A child's Put is safe from then on even if
// the process is killed.
func (w *Writer) Put(f Frame) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.outbox == nil {
		if len(f.Data) < 64<<10 {
			w.buf = appendFrame(w.buf, f)
			return nil
		}
		// Not copied, but sent from where it is.
		w.buf = appendHeader(w.buf, f)
		w.full = append(w.full, w.buf, f.Data)
		w.buf = nil
		return nil
	}
	if headerSize+len(f.Data) > w.outbox.room() {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if headerSize+len(f.Data) > w.outbox.room() {
		return w.direct(f)
	}
	if w.outbox.empty() {
		w.timer.Reset(flushDelay)
	}
	w.outbox.add(f)
	return nil
}

// Send is Put and Flush. It is the way for frames with files.
func (w *Writer) Send(f Frame) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.flush(); err != nil {
		return err
	}
	return w.direct(f)
}

// Flush sends what Put has added.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flush()
}

func (w *Writer) flush() error {
	if w.outbox != nil {
		w.timer.Stop()
		return w.outbox.flush(w.conn)
	}
	if len(w.full) > 0 {
		all := w.full
		w.full = nil
		if _, err := all.WriteTo(w.conn); err != nil {
			return err
		}
	}
	if len(w.buf) == 0 {
		return nil
	}
	_, err := w.conn.Write(w.buf)
	w.buf = w.buf[:0]
	if cap(w.buf) > 1<<20 {
		w.buf = nil
	}
	return err
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
	var control []byte
	if f.File != nil {
		control = rights(f.File)
	}
	n, _, err := w.conn.WriteMsgUnix(head, control, nil)
	if err == nil && n < len(head) {
		_, err = w.conn.Write(head[n:])
	}
	if err == nil && len(f.Data) > 0 {
		_, err = w.conn.Write(f.Data)
	}
	if w.outbox != nil {
		w.outbox.skip(uint64(len(head) + len(f.Data)))
	}
	return err
}

// An Outbox is memory of a child that its parent maps too. It also says which task
// the child has begun.
type Outbox struct {
	seg   *shm.Segment
	tasks *uint64 // begun<<32 | limit
	base  *uint64 // bytes of the stream that have been sent
	end   *uint64 // bytes of the stream, sent or in data
	data  []byte
}

// OutboxSize is the size of an outbox's segment.
const OutboxSize = 64 << 10

// NewOutbox uses a segment of OutboxSize.
func NewOutbox(seg *shm.Segment) *Outbox {
	return &Outbox{seg: seg, tasks: seg.Uint64(0), base: seg.Uint64(8), end: seg.Uint64(16), data: seg.Data[64:OutboxSize]}
}

func (o *Outbox) used() int   { return int(atomic.LoadUint64(o.end) - atomic.LoadUint64(o.base)) }
func (o *Outbox) room() int   { return len(o.data) - o.used() }
func (o *Outbox) empty() bool { return o.used() == 0 }

func (o *Outbox) add(f Frame) {
	n := o.used()
	frame := appendFrame(o.data[n:n:len(o.data)], f)
	atomic.AddUint64(o.end, uint64(len(frame)))
}

func (o *Outbox) flush(conn *net.UnixConn) error {
	n := o.used()
	if n == 0 {
		return nil
	}
	_, err := conn.Write(o.data[:n])
	atomic.StoreUint64(o.base, atomic.LoadUint64(o.end))
	return err
}

// skip counts bytes that were sent without the outbox.
func (o *Outbox) skip(n uint64) {
	atomic.AddUint64(o.base, n) // first, so that a reader in between sees nothing to take
	atomic.AddUint64(o.end, n)
}

// after returns what was written after the first n bytes of the stream. The child is dead.
func (o *Outbox) after(n uint64) []byte {
	base, end := atomic.LoadUint64(o.base), atomic.LoadUint64(o.end)
	if n < base || n > end || end-base > uint64(len(o.data)) {
		return nil
	}
	return append([]byte(nil), o.data[n-base:end-base]...)
}

// Begin is the child's: it reports whether task n may begin, and notes that it has.
func (o *Outbox) Begin(n uint32) bool {
	for {
		old := atomic.LoadUint64(o.tasks)
		if n > uint32(old) {
			return false
		}
		if atomic.CompareAndSwapUint64(o.tasks, old, uint64(n)<<32|old&(1<<32-1)) {
			return true
		}
	}
}

// Begun returns the last task that the child has begun.
func (o *Outbox) Begun() uint32 { return uint32(atomic.LoadUint64(o.tasks) >> 32) }

// Allow is the parent's: tasks up to n may begin.
func (o *Outbox) Allow(n uint32) {
	for {
		old := atomic.LoadUint64(o.tasks)
		if atomic.CompareAndSwapUint64(o.tasks, old, old&^(1<<32-1)|uint64(n)) {
			return
		}
	}
}

// TakeBack is the parent's: tasks after n, or after the last begun one if that is
// later, will not begin. It returns the last one that may have.
func (o *Outbox) TakeBack(n uint32) uint32 {
	for {
		old := atomic.LoadUint64(o.tasks)
		last := max(uint32(old>>32), n)
		if last >= uint32(old) {
			return uint32(old)
		}
		if atomic.CompareAndSwapUint64(o.tasks, old, old&^(1<<32-1)|uint64(last)) {
			return last
		}
	}
}

// Close unmaps the outbox.
func (o *Outbox) Close() error { return o.seg.Close() }
