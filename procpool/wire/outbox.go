package wire

import (
	"os"
	"sync/atomic"
	"time"

	"github.com/parago/parago/procpool/shm"
)

// An Outbox is memory of a child that its parent maps too. It also says which task
// the child has begun.
type Outbox struct {
	tasks *uint64 // begun<<32 | limit
	base  *uint64 // bytes of the stream that have been sent
	end   *uint64 // bytes of the stream, sent or in data
	began *uint64 // when the last begun task did, in nanoseconds since 1970
	data  []byte
	block block
}

// OutboxSize is the size of an outbox's segment.
const OutboxSize = blockStart + blockSize

// NewOutbox uses a segment of OutboxSize.
func NewOutbox(seg *shm.Segment) *Outbox {
	return &Outbox{tasks: seg.Uint64(0), base: seg.Uint64(8), end: seg.Uint64(16), began: seg.Uint64(24), data: seg.Data[128:blockStart], block: newBlock(seg)}
}

func (o *Outbox) used() int   { return int(atomic.LoadUint64(o.end) - atomic.LoadUint64(o.base)) }
func (o *Outbox) room() int   { return len(o.data) - o.used() }
func (o *Outbox) empty() bool { return o.used() == 0 }

func (o *Outbox) add(f Frame) {
	n := o.used()
	frame := appendFrame(o.data[n:n:len(o.data)], f)
	atomic.AddUint64(o.end, uint64(len(frame)))
}

func (o *Outbox) flush(conn *os.File) error {
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
	rest := append([]byte(nil), o.data[n-base:end-base]...)
	if f, header, results, _, ok := o.block.waiting(); ok {
		f.Data = append(append([]byte(nil), header...), results...)
		rest = appendFrame(rest, f)
	}
	return rest
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

// BeganAt is the child's: the last begun task did so at t, or a little later.
func (o *Outbox) BeganAt(t time.Time) { atomic.StoreUint64(o.began, uint64(t.UnixNano())) }

// Begun returns the last task that the child has begun.
func (o *Outbox) Begun() uint32 { return uint32(atomic.LoadUint64(o.tasks) >> 32) }

// BegunAt returns when the last begun task began; of tasks that take next to no time, when some before it did.
func (o *Outbox) BegunAt() time.Time { return time.Unix(0, int64(atomic.LoadUint64(o.began))) }

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
