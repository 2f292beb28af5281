package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
)

// A Frame is one message. What Kind and ID mean is its sender's and receiver's affair.
type Frame struct {
	Kind byte
	ID   uint64
	Data []byte
	Tail []byte   // more of Data, for senders: a parent's Put does not join the two
	File *os.File // sent along, or nil; the receiver's to close
	Lost bool     // the receiver had no descriptor left for the file; not for senders
}

const (
	headerSize = 14
	hasFile    = 1
)

// MaxData is how much data a frame can hold.
const MaxData = 1<<32 - 1

func appendFrame(buf []byte, f Frame) []byte { return append(appendHeader(buf, f), f.Data...) }

// joined is f without a tail.
func (f Frame) joined() Frame {
	if len(f.Tail) > 0 {
		f.Data, f.Tail = slices.Concat(f.Data, f.Tail), nil
	}
	return f
}

func appendHeader(buf []byte, f Frame) []byte {
	var flags byte
	if f.File != nil {
		flags = hasFile
	}
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(f.Data)+len(f.Tail)))
	buf = append(buf, f.Kind, flags)
	return binary.LittleEndian.AppendUint64(buf, f.ID)
}

// A Reader reads frames, from one goroutine.
type Reader struct {
	source source
	buf    *bufio.Reader
	header [headerSize]byte // of the frame that is read
}

// NewReader reads from conn, and at its end what outbox still holds. Outbox may be nil.
func NewReader(conn *net.UnixConn, outbox *Outbox) *Reader {
	r := &Reader{source: source{conn: conn, outbox: outbox}}
	r.buf = bufio.NewReaderSize(&r.source, 64<<10)
	return r
}

// Next returns the next frame. Its Data is the caller's.
func (r *Reader) Next() (Frame, error) {
	h := &r.header
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
		fd := r.source.files[0]
		r.source.files = r.source.files[1:]
		if fd == lostFile {
			f.Lost = true
			return f, nil
		}
		f.File = os.NewFile(uintptr(fd), "received")
	}
	return f, nil
}

// Wait returns when the next frame has begun to arrive, or its absence is an error of Next. A deadline of the connection may
// end it, and does no harm then.
func (r *Reader) Wait() error {
	_, err := r.buf.Peek(1)
	return err
}

// Received returns how many bytes have arrived. What changes it is a system call.
func (r *Reader) Received() uint64 { return r.source.got }

// Pending tells whether the next frame has begun to arrive.
func (r *Reader) Pending() bool { return r.buf.Buffered() >= headerSize }

// lostFile is no descriptor.
const lostFile = -1

// A source reads bytes and collects the files that come with them.
type source struct {
	conn   *net.UnixConn
	outbox *Outbox
	files  []int  // a lostFile stands for one that this process had no descriptor for
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
	n, nc, flags, _, err := s.conn.ReadMsgUnix(p, control[:])
	files := received(control[:nc])
	if len(files) == 0 && truncated(flags) { // its place stays, or a frame would get the file of another
		files = append(files, lostFile)
	}
	s.files = append(s.files, files...)
	if n > 0 {
		s.got += uint64(n)
		return n, nil
	}
	if errors.Is(err, os.ErrDeadlineExceeded) { // see Wait
		return 0, err
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
