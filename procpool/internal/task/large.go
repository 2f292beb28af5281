package task

import (
	"encoding/binary"
	"os"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/wire"
)

// A large is a message in shared memory, as it is announced. The segment's file comes
// along unless it is the one that came last.
type large struct{ Message, Size, id uint64 }

func (l large) encode() []byte {
	return append(append(broker.Number(l.Message), broker.Number(l.Size)...), broker.Number(l.id)...)
}

// LargeSize is the length of an announcement. The head of a task may follow.
const LargeSize = 24

// DecodeLarge reads an announcement.
func DecodeLarge(data []byte) (l large, ok bool) {
	if len(data) < LargeSize {
		return l, false
	}
	l = large{binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[8:]), binary.LittleEndian.Uint64(data[16:])}
	return l, l.Message <= l.Size && l.Size <= 1<<46
}

// Announce tells of a message in a segment.
func Announce(buf []byte, seg *Segment) []byte {
	return large{uint64(len(buf)), uint64(len(seg.Data)), seg.ID}.encode()
}

// A Borrowed is the other process's segment that came last, mapped here.
type Borrowed struct {
	Seg *shm.Segment
	id  uint64
}

// Open returns the message that f announces. It is valid until the next one is opened.
func (b *Borrowed) Open(f wire.Frame) ([]byte, error) {
	l, ok := DecodeLarge(f.Data)
	if !ok {
		return nil, fault.Errorf("a large message that cannot be read")
	}
	if f.File != nil {
		b.Close()
		if info, err := f.File.Stat(); err != nil || info.Size() < int64(l.Size) {
			return nil, fault.Errorf("a large message in too little memory")
		}
		seg, err := MapReceived(f.File, int(l.Size))
		if err != nil {
			return nil, err
		}
		b.Seg, b.id = seg, l.id
	}
	if b.Seg == nil || b.id != l.id || uint64(len(b.Seg.Data)) < l.Message {
		return nil, fault.Errorf("a large message without its memory")
	}
	return b.Seg.Data[:l.Message], nil
}

// Close gives up the segment.
func (b *Borrowed) Close() {
	if b.Seg != nil {
		b.Seg.Close()
		b.Seg = nil
	}
}

// MapReceived maps memory whose file has come, and closes the file.
func MapReceived(f *os.File, size int) (*shm.Segment, error) {
	if f == nil {
		return nil, fault.Errorf("shared memory came without its file")
	}
	seg, err := shm.Map(f, size)
	if err == nil {
		f.Close() // the mapping stays
	}
	return seg, err
}
