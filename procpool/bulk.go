package procpool

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

// A bulk is bytes that go along with a function: its definition with what it captures, or the value of
// a variable that it reads. A large one is in shared memory, once for all the processes that read it,
// as long as somebody holds it. Its methods may be called from any goroutine.
type bulk struct {
	mu    sync.Mutex
	m     message
	users int             // that hold it; the memory is given back with the last
	lost  runtime.Cleanup // gives it back if somebody has forgotten to
}

func newBulk(m message) *bulk {
	m.finish()
	b := &bulk{users: 1}
	b.fill(m)
	return b
}

func (b *bulk) fill(m message) {
	b.m = m
	if m.seg != nil {
		b.lost = runtime.AddCleanup(b, func(s *segment) { s.Close() }, m.seg)
	}
}

// empty takes the message out.
func (b *bulk) empty() (m message) {
	m, b.m = b.m, message{}
	b.lost.Stop()
	return m
}

// hold keeps it in memory until drop.
func (b *bulk) hold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.users++
}

// drop gives the memory back if nobody else holds it. What some process has yet to read is not
// written over.
func (b *bulk) drop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.users--
	if b.users > 0 || b.m.seg == nil {
		return
	}
	m := b.empty()
	if atomic.LoadUint32(busy(m.seg.Segment)) == 0 {
		m.drop()
	} else {
		m.seg.Close()
	}
}

// take holds it for somebody who has the same bytes in another, which is dropped.
func (b *bulk) take(other *bulk) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.users++
	if b.m.buf != nil {
		other.drop()
		return
	}
	other.mu.Lock()
	defer other.mu.Unlock()
	b.fill(other.empty())
}

// send sends it in a frame. The process counts as its reader until it has read it.
func (b *bulk) send(c *child, kind byte, id uint64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.m.buf == nil:
		return fault.Errorf("what goes along with a function is not in memory any more")
	case b.m.seg == nil:
		return c.out.Put(wire.Frame{Kind: kind, ID: id, Data: b.m.buf})
	}
	seg := b.m.seg
	readers := busy(seg.Segment)
	atomic.AddUint32(readers, 1)
	f := wire.Frame{Kind: kind, ID: id, File: seg.File, Data: large{uint64(len(b.m.buf)), uint64(len(seg.Data)), seg.id}.encode()}
	if c.out.Put(f) == nil {
		return nil
	}
	atomic.AddUint32(readers, ^uint32(0)) // there are no descriptors left
	return c.out.Put(wire.Frame{Kind: kind, ID: id, Data: bytes.Clone(b.m.buf)})
}

// readBulk hands what has come in a frame to read, which must not keep it.
func readBulk(f wire.Frame, read func(data []byte) error) error {
	if f.File == nil {
		return read(f.Data)
	}
	l, ok := decodeLarge(f.Data)
	info, err := f.File.Stat()
	if !ok || err != nil || info.Size() < int64(l.size) || l.message+busySize > l.size {
		f.File.Close()
		return fault.Errorf("a large message that cannot be read")
	}
	seg, err := shm.Map(f.File, int(l.size))
	if err != nil {
		return err
	}
	defer seg.Close()
	err = read(seg.Data[:l.message])
	atomic.AddUint32(busy(seg), ^uint32(0))
	return err
}

// A Content is the encoded value of a variable. It is made by EncodeVariable in one process and decoded
// once in each process that it goes to. The interpreter passes it on in a Unit, and does no more.
type Content struct {
	bulk    *bulk
	came    wire.Frame // in the other process
	version uint64
}

// contentSeed makes versions of contents, which are compared by the process that makes them.
var contentSeed = maphash.MakeSeed()

// EncodeVariable encodes a variable that a function reads. What is larger than MaxCapture is refused.
func EncodeVariable(v reflect.Value) (*Content, error) {
	this.registerHandles()
	m := message{from: &this.segments}
	buf, err := this.codec.EncodeWith(nil, v, codec.Options{Grow: m.grow})
	if err == nil {
		err = captureSize(len(buf))
	}
	if err != nil {
		m.drop()
		return nil, err
	}
	m.buf = buf
	c := &Content{bulk: newBulk(m)}
	c.version = maphash.Bytes(contentSeed, c.bulk.m.buf)
	return c, nil
}

// Version tells contents apart: other bytes have another one.
func (c *Content) Version() uint64 { return c.version }

// Decode stores the value in into, a pointer. It is called once.
func (c *Content) Decode(into reflect.Value) error {
	return readBulk(c.came, func(data []byte) error { return this.codec.Decode(data, into) })
}

// hold keeps in memory what goes along with the function, until as many calls of drop.
func (t *target) hold() { t.bulks((*bulk).hold) }

// drop gives it back: a call is over that was to be told of it.
func (t *target) drop() { t.bulks((*bulk).drop) }

// bulks calls f for all that goes along with the function.
func (t *target) bulks(f func(*bulk)) {
	if t.def != nil {
		f(t.def)
	}
	for _, u := range t.units {
		if u.Content != nil {
			f(u.Content.bulk)
		}
	}
}

// renew holds what goes along with the function for one more call, for which it has been found anew
// with the same contents.
func (t *target) renew(anew *target) *target {
	if t.def != nil {
		t.def.hold()
	}
	for i, u := range t.units {
		if u.Content != nil {
			u.Content.bulk.take(anew.units[i].Content.bulk)
		}
	}
	return t
}

// cutArg takes an argument off the front of a message: see message.arg.
func cutArg(data []byte) (arg, rest []byte, ok bool) {
	if len(data) < 4 {
		return nil, nil, false
	}
	size := uint64(binary.LittleEndian.Uint32(data))
	if uint64(len(data)-4) < size {
		return nil, nil, false
	}
	return data[4 : 4+size], data[4+size:], true
}
