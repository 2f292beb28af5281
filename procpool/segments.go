package procpool

import (
	"sync"

	"github.com/parago/parago/procpool/shm"
)

// Tasks and results from sharedSize on cross in shared memory: a socket holds little, so both
// processes would be woken thousands of times. They are encoded into it, and
// decoded from it, with one copy each. A process keeps segments of keptSize
// bytes in all for the next ones, since fresh memory costs more than copying.
const (
	sharedSize = 1 << 20
	keptSize   = 256 << 20
)

// segmentSlack is room for what follows a large slice or string in a message.
const segmentSlack = 64 << 10

// segments are those that this process fills. The zero value is ready.
type segments struct {
	mu   sync.Mutex
	last uint64 // number of a segment; guarded by mu, as is the rest
	free []*segment
	size int // of those
}

// A segment holds one message at a time.
type segment struct {
	*shm.Segment
	id uint64
}

// busySize is the room at the end of a segment for a word that says whether the other
// process may still read it. Only those of results use it: a task is over when
// its result is there.
const busySize = 64

func (s *segment) room() int { return len(s.Data) - busySize }

func busy(seg *shm.Segment) *uint32 { return seg.Uint32(len(seg.Data) - busySize) }

// take returns a segment for size bytes that nobody reads: the one used last, if it fits.
func (s *segments) take(size int) (*segment, error) {
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
	return &segment{seg, id}, nil
}

// put takes a segment back that nobody reads any more. It keeps it rather than older ones.
func (s *segments) put(seg *segment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, seg)
	s.size += len(seg.Data)
	s.trim(keptSize)
}

// trim frees the oldest segments until size bytes are left. mu is held.
func (s *segments) trim(size int) {
	for s.size > size {
		s.size -= len(s.free[0].Data)
		s.free[0].Close()
		s.free[0] = nil
		s.free = s.free[1:]
	}
}

// clear frees all segments that are not in use.
func (s *segments) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trim(0)
}

// A message is bytes being encoded: on the heap, or in a segment once something
// large is added.
type message struct {
	buf  []byte
	from *segments // nil: it stays on the heap
	seg  *segment
}

// grow moves the message into a segment before more large bytes are added.
func (m *message) grow(buf []byte, more int) []byte {
	if m.seg != nil || more < sharedSize {
		return buf
	}
	return m.move(buf, len(buf)+more)
}

// move copies buf into a segment with room for size bytes.
func (m *message) move(buf []byte, size int) []byte {
	if m.from == nil {
		return buf
	}
	seg, err := m.from.take(size)
	if err != nil { // the heap is slower, but does
		return buf
	}
	m.seg = seg
	return seg.Data[:copy(seg.Data, buf):seg.room()]
}

// finish puts a message into a segment that is large in all, but not in one piece.
func (m *message) finish() {
	if m.seg != nil && &m.seg.Data[0] == &m.buf[0] {
		return
	}
	m.drop() // it grew too large for it
	if len(m.buf) >= sharedSize {
		m.buf = m.move(m.buf, len(m.buf))
	}
}

// drop gives the segment back.
func (m *message) drop() {
	if m.seg != nil {
		m.from.put(m.seg)
		m.seg = nil
	}
}
