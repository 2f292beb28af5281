package procpool

import (
	"encoding/binary"
	"slices"
	"sync/atomic"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/wire"
)

// A large is a message in shared memory, as it is announced. The segment's file comes
// along unless it is the one that came last.
type large struct{ message, size, id uint64 }

func (l large) encode() []byte {
	return append(append(broker.Number(l.message), broker.Number(l.size)...), broker.Number(l.id)...)
}

// largeSize is the length of an announcement. The head of a task may follow.
const largeSize = 24

func decodeLarge(data []byte) (l large, ok bool) {
	if len(data) < largeSize {
		return l, false
	}
	l = large{binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[8:]), binary.LittleEndian.Uint64(data[16:])}
	return l, l.message <= l.size && l.size <= 1<<46
}

// sendTask puts a task: its head, unless that is in args, and its arguments, whose segment stays as it is until the task is
// over.
func (c *child) sendTask(id uint64, head []byte, args message) {
	if args.seg == nil {
		c.out.Put(wire.Frame{Kind: frameTask, ID: id, Data: slices.Concat(head, args.buf)})
		return
	}
	f := wire.Frame{Kind: frameLarge, ID: id}
	f.Data = append(large{uint64(len(args.buf)), uint64(len(args.seg.Data)), args.seg.id}.encode(), head...)
	if c.lent != args.seg.id {
		f.File = args.seg.File
	}
	if c.out.Put(f) != nil { // there are no descriptors left
		c.out.Put(wire.Frame{Kind: frameTask, ID: id, Data: slices.Concat(head, args.buf)})
		return
	}
	c.lent = args.seg.id
}

// takeLarge hands a result in shared memory to the owner. The child may use the memory
// again when it returns.
func (c *child) takeLarge(f wire.Frame) error {
	data, err := c.results.open(f)
	if err != nil {
		return err
	}
	c.hand([]wire.Frame{{Kind: frameResult, ID: f.ID, Data: data}})
	atomic.StoreUint32(busy(c.results.seg), 0)
	return nil
}

// putResult sends a result.
func (u *parentLink) putResult(id uint64, m message) error {
	if m.seg == nil {
		return u.out.Put(wire.Frame{Kind: frameResult, ID: id, Data: m.buf})
	}
	atomic.StoreUint32(busy(m.seg.Segment), 1)
	f := wire.Frame{Kind: frameLargeResult, ID: id}
	f.Data = large{uint64(len(m.buf)), uint64(len(m.seg.Data)), m.seg.id}.encode()
	if u.lent != m.seg.id {
		f.File = m.seg.File
	}
	u.lent = m.seg.id
	u.unread = append(u.unread, m.seg)
	return u.out.Send(f)
}

// reclaim takes back the segments of results that the parent has read.
func (u *parentLink) reclaim() {
	u.unread = slices.DeleteFunc(u.unread, func(s *segment) bool {
		if atomic.LoadUint32(busy(s.Segment)) != 0 {
			return false
		}
		u.results.put(s)
		return true
	})
}

// large runs a task in shared memory. Decoding copies all of it.
func (u *parentLink) large(f wire.Frame) {
	data, err := u.tasks.open(f)
	if err != nil {
		fatal(err)
	}
	u.task(f.ID, f.Data[largeSize:], data)
}

// A borrowed is the other process's segment that came last, mapped here.
type borrowed struct {
	seg *shm.Segment
	id  uint64
}

// open returns the message that f announces. It is valid until the next one is opened.
func (b *borrowed) open(f wire.Frame) ([]byte, error) {
	l, ok := decodeLarge(f.Data)
	if !ok {
		return nil, fault.Errorf("a large message that cannot be read")
	}
	if f.File != nil {
		b.close()
		if info, err := f.File.Stat(); err != nil || info.Size() < int64(l.size) {
			return nil, fault.Errorf("a large message in too little memory")
		}
		seg, err := mapReceived(f.File, int(l.size))
		if err != nil {
			return nil, err
		}
		b.seg, b.id = seg, l.id
	}
	if b.seg == nil || b.id != l.id || uint64(len(b.seg.Data)) < l.message {
		return nil, fault.Errorf("a large message without its memory")
	}
	return b.seg.Data[:l.message], nil
}

func (b *borrowed) close() {
	if b.seg != nil {
		b.seg.Close()
		b.seg = nil
	}
}
