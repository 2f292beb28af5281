package task

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/wire"
)

// A Bulk is bytes that go along with a function: its definition with what it captures, or the value of
// a variable that it reads. A large one is in shared memory, once for all the processes that read it,
// as long as somebody holds it. Its methods may be called from any goroutine.
type Bulk struct {
	mu    sync.Mutex
	m     Message
	kept  []any           // the handles in it, as long as somebody holds it
	users int             // that hold it; the memory is given back with the last
	lost  runtime.Cleanup // gives it back if somebody has forgotten to
}

// NewBulk takes over a message, and keeps the handles in it.
func NewBulk(m Message, handles []any) *Bulk {
	m.Finish()
	b := &Bulk{users: 1, kept: handles}
	b.fill(m)
	return b
}

func (b *Bulk) fill(m Message) {
	b.m = m
	if m.Seg != nil {
		b.lost = runtime.AddCleanup(b, func(s *Segment) { s.Close() }, m.Seg)
	}
}

// empty takes the message out.
func (b *Bulk) empty() (m Message) {
	m, b.m = b.m, Message{}
	b.lost.Stop()
	return m
}

// Hold keeps it in memory until drop.
func (b *Bulk) Hold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.users++
}

// Drop gives the memory back if nobody else holds it. What some process has yet to read is not
// written over.
func (b *Bulk) Drop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.users--
	if b.users > 0 {
		return
	}
	b.kept = nil
	if b.m.Seg == nil {
		return
	}
	m := b.empty()
	if atomic.LoadUint32(Busy(m.Seg.Segment)) == 0 {
		m.Drop()
	} else {
		m.Seg.Close()
	}
}

// Kept is the handles in it, while somebody holds it.
func (b *Bulk) Kept() []any {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.kept
}

// Take holds it for somebody who has the same bytes in another, which is dropped.
func (b *Bulk) Take(other *Bulk) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.users++
	b.kept = other.kept // the same bytes, so handles of the same
	if b.m.Buf != nil {
		other.Drop()
		return
	}
	other.mu.Lock()
	defer other.mu.Unlock()
	b.fill(other.empty())
}

// Send sends it in a frame. The process counts as its reader until it has read it.
func (b *Bulk) Send(out *wire.Writer, kind byte, id uint64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.m.Buf == nil:
		return fault.Errorf("what goes along with a function is not in memory any more")
	case b.m.Seg == nil:
		return out.Put(wire.Frame{Kind: kind, ID: id, Data: b.m.Buf})
	}
	seg := b.m.Seg
	readers := Busy(seg.Segment)
	atomic.AddUint32(readers, 1)
	f := wire.Frame{Kind: kind, ID: id, File: seg.File, Data: Announce(b.m.Buf, seg)}
	if out.Put(f) == nil {
		return nil
	}
	atomic.AddUint32(readers, ^uint32(0)) // there are no descriptors left
	return out.Put(wire.Frame{Kind: kind, ID: id, Data: bytes.Clone(b.m.Buf)})
}

// ReadBulk hands what has come in a frame to read, which must not keep it.
func ReadBulk(f wire.Frame, read func(data []byte) error) error {
	if f.File == nil {
		return read(f.Data)
	}
	l, ok := DecodeLarge(f.Data)
	info, err := f.File.Stat()
	if !ok || err != nil || info.Size() < int64(l.Size) || l.Message+BusySize > l.Size {
		f.File.Close()
		return fault.Errorf("a large message that cannot be read")
	}
	seg, err := shm.Map(f.File, int(l.Size))
	if err != nil {
		return err
	}
	defer seg.Close()
	err = read(seg.Data[:l.Message])
	atomic.AddUint32(Busy(seg), ^uint32(0))
	return err
}

// A Content is the encoded value of a variable. It is made by EncodeVariable in one process and decoded
// once in each process that it goes to. The interpreter passes it on in a Unit, and does no more.
type Content struct {
	Bulk    *Bulk
	codec   *codec.Registry // in the other process, as is came
	came    wire.Frame
	version uint64
}

// contentSeed makes versions of contents, which are compared by the process that makes them.
var contentSeed = maphash.MakeSeed()

// NewContent encodes a variable that a function reads. What is larger than MaxCapture is refused.
func NewContent(r *codec.Registry, from *Segments, v reflect.Value) (*Content, error) {
	m := Message{From: from}
	var handles []any
	keep := func(h any) { handles = append(handles, h) }
	buf, err := r.EncodeWith(nil, v, codec.Options{OnHandle: keep, Keeps: true, Grow: m.Grow})
	if err == nil {
		err = CaptureSize(len(buf))
	}
	if err != nil {
		m.Drop()
		return nil, err
	}
	m.Buf = buf
	c := &Content{Bulk: NewBulk(m, handles)}
	c.version = maphash.Bytes(contentSeed, c.Bulk.m.Buf)
	return c, nil
}

// Received is a content that has come in a frame.
func Received(r *codec.Registry, f wire.Frame) *Content { return &Content{codec: r, came: f} }

// Version tells contents apart: other bytes have another one.
func (c *Content) Version() uint64 { return c.version }

// Decode stores the value in into, a pointer. It is called once.
func (c *Content) Decode(into reflect.Value) error {
	return ReadBulk(c.came, func(data []byte) error { return c.codec.Decode(data, into) })
}

// CutArg takes an argument off the front of a message: see Message.Arg.
func CutArg(data []byte) (arg, rest []byte, ok bool) {
	if len(data) < 4 {
		return nil, nil, false
	}
	size := uint64(binary.LittleEndian.Uint32(data))
	if uint64(len(data)-4) < size {
		return nil, nil, false
	}
	return data[4 : 4+size], data[4+size:], true
}
