package task

import (
	"encoding/binary"
	"reflect"
	"sync"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/wire"
)

// Tasks and results from SharedSize on cross in shared memory: a socket holds little, so both
// processes would be woken thousands of times. They are encoded into it, and
// decoded from it, with one copy each. A process keeps segments of KeptSize
// bytes in all for the next ones, since fresh memory costs more than copying.
const (
	SharedSize = 1 << 20
	KeptSize   = 256 << 20
)

// segmentSlack is room for what follows a large slice or string in a message.
const segmentSlack = 64 << 10

// Segments are those that this process fills. The zero value is ready.
type Segments struct {
	mu   sync.Mutex
	last uint64 // number of a segment; guarded by mu, as is the rest
	free []*Segment
	size int // of those
}

// A Segment holds one message at a time.
type Segment struct {
	*shm.Segment
	ID uint64
}

// BusySize is the room at the end of a segment for a word that says whether the other
// process may still read it. Only those of results use it: a task is over when
// its result is there.
const BusySize = 64

func (s *Segment) room() int { return len(s.Data) - BusySize }

// Busy is the word of a segment that says whether somebody may still read it.
func Busy(seg *shm.Segment) *uint32 { return seg.Uint32(len(seg.Data) - BusySize) }

// take returns a segment for size bytes that nobody reads: the one used last, if it fits.
func (s *Segments) take(size int) (*Segment, error) {
	s.mu.Lock()
	for i := len(s.free) - 1; i >= 0; i-- {
		if seg := s.free[i]; seg.room() >= size {
			s.free = append(s.free[:i], s.free[i+1:]...)
			s.size -= len(seg.Data)
			s.mu.Unlock()
			return seg, nil
		}
	}
	s.last++
	id := s.last
	s.mu.Unlock()
	seg, err := shm.New((size + segmentSlack + 1<<20) &^ (1<<20 - 1))
	if err != nil {
		return nil, err
	}
	return &Segment{seg, id}, nil
}

// Put takes a segment back that nobody reads any more. It keeps it rather than older ones.
func (s *Segments) Put(seg *Segment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, seg)
	s.size += len(seg.Data)
	s.trim(KeptSize)
}

// trim frees the oldest segments until size bytes are left. mu is held.
func (s *Segments) trim(size int) {
	for s.size > size {
		s.size -= len(s.free[0].Data)
		s.free[0].Close()
		s.free[0] = nil
		s.free = s.free[1:]
	}
}

// Clear frees all segments that are not in use.
func (s *Segments) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trim(0)
}

// A Message is bytes being encoded: on the heap, or in a segment once something
// large is added.
type Message struct {
	Buf  []byte
	From *Segments // nil: it stays on the heap
	Seg  *Segment
}

// Grow moves the message into a segment before more large bytes are added.
func (m *Message) Grow(buf []byte, more int) []byte {
	if m.Seg != nil || more < SharedSize {
		return buf
	}
	return m.move(buf, len(buf)+more)
}

// move copies buf into a segment with room for size bytes.
func (m *Message) move(buf []byte, size int) []byte {
	if m.From == nil {
		return buf
	}
	seg, err := m.From.take(size)
	if err != nil { // the heap is slower, but does
		return buf
	}
	m.Seg = seg
	return seg.Data[:copy(seg.Data, buf):seg.room()]
}

// Finish puts a message into a segment that is large in all, but not in one piece.
func (m *Message) Finish() {
	if m.Seg != nil && &m.Seg.Data[0] == &m.Buf[0] {
		return
	}
	m.Drop() // it grew too large for it
	if len(m.Buf) >= SharedSize {
		m.Buf = m.move(m.Buf, len(m.Buf))
	}
}

// Drop gives the segment back.
func (m *Message) Drop() {
	if m.Seg != nil {
		m.From.Put(m.Seg)
		m.Seg = nil
	}
}

// Arg adds an argument to a task. OnHandle keeps the handles in it until the task is over, or is nil if there
// can be none.
func (m *Message) Arg(r *codec.Registry, v reflect.Value, onHandle func(any)) error {
	at := len(m.Buf)
	buf, err := r.EncodeWith(append(m.Buf, 0, 0, 0, 0), v, codec.Options{OnHandle: onHandle, Keeps: onHandle != nil, Grow: m.Grow})
	if err != nil {
		return err
	}
	n := len(buf) - at - 4
	if n > wire.MaxData {
		return fault.Errorf("an argument of %d bytes is too large", n)
	}
	binary.LittleEndian.PutUint32(buf[at:], uint32(n))
	m.Buf = buf
	return nil
}
