package wire

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/parago/parago/procpool/shm"
)

// A block collects the results of tasks that follow each other in memory that the parent maps
// too, so that each is safe as soon as it is there, though it takes no lock, no system call and
// no frame of its own. The child's tasks add to it, from one goroutine; what it holds is sent as frames that
// begin with the same header, by the Writer, whose lock guards all but filled.
type block struct {
	first  *uint64 // the number of the task whose result comes first in it
	filled *uint64 // results and their bytes, packed as a mark
	sent   *uint64 // those that were put into frames
	form   *uint64 // kind of the frames<<32 | length of the header
	pace   *uint64 // nanoseconds that a result takes
	data   []byte  // header, then results
}

const (
	blockSize  = 48 << 10 // so that all of it is a frame that the outbox has room for
	blockStart = 64 << 10 // in the outbox's segment, behind the frames
)

func newBlock(seg *shm.Segment) block {
	return block{
		first: seg.Uint64(32), filled: seg.Uint64(40), sent: seg.Uint64(48), form: seg.Uint64(56), pace: seg.Uint64(64),
		data: seg.Data[blockStart : blockStart+blockSize],
	}
}

var errHeader = errors.New("the description of results is too large")

// A mark is a place in a block: how many results are before it, and how many bytes.
type mark uint64

func (m mark) count() int { return int(m >> 32) }
func (m mark) bytes() int { return int(m & (1<<32 - 1)) }

func load(at *uint64) mark { return mark(atomic.LoadUint64(at)) }

// header returns the header that is set, and where results begin: aligned for any number.
func (b *block) header() (header []byte, start int) {
	n := min(int(uint32(atomic.LoadUint64(b.form))), blockSize)
	return b.data[:n], min((n+15)&^15, blockSize)
}

// open begins anew. What was there has been sent.
func (b *block) open(kind byte, first uint32, header []byte) {
	atomic.StoreUint64(b.filled, 0)
	atomic.StoreUint64(b.sent, 0)
	atomic.StoreUint64(b.first, uint64(first))
	copy(b.data, header)
	atomic.StoreUint64(b.form, uint64(kind)<<32|uint64(len(header)))
}

// holds tells whether something was not sent.
func (b *block) holds() bool { return load(b.filled) != load(b.sent) }

// waiting returns the frame of what was not sent. Its parts are not copied. Ok is false if there
// is nothing, or if a child has left nonsense.
func (b *block) waiting() (f Frame, header, results []byte, upTo mark, ok bool) {
	sent, upTo := load(b.sent), load(b.filled)
	header, start := b.header()
	if upTo == sent || sent.bytes() > upTo.bytes() || upTo.bytes() > blockSize-start || sent.count() > upTo.count() {
		return f, nil, nil, upTo, false
	}
	f = Frame{Kind: byte(atomic.LoadUint64(b.form) >> 32), ID: atomic.LoadUint64(b.pace)<<32 | uint64(uint32(atomic.LoadUint64(b.first))+uint32(sent.count()))}
	return f, header, b.data[start+sent.bytes() : start+upTo.bytes()], upTo, true
}

// A Results is how a child's tasks put their results into the block, from one goroutine.
// What is put there is sent with the next frames of the Writer, or by its Flush.
type Results struct {
	w     *Writer
	b     *block
	kind  byte
	head  []byte
	next  uint32 // the number of the task whose result is next
	start int    // of results in the block
	mark  mark
	used  int // bytes of results in the block; as mark says, too
}

// Results returns a way to put results of tasks from number first on, as frames of this kind that begin
// with header, and whose ID is the number of the first and, in the upper half, their pace. The one before, if
// any, must not be used any more.
func (w *Writer) Results(kind byte, first uint32, header []byte) (*Results, error) {
	if len(header) > blockSize/2 {
		return nil, errHeader
	}
	r := &Results{w: w, b: &w.outbox.block, kind: kind, head: header, next: first}
	err := r.roll()
	atomic.StoreUint64(r.b.pace, 0)
	return r, err
}

// Paced says how long each result takes, as far as is known. Frames that are sent from now on tell it.
func (r *Results) Paced(each time.Duration) {
	atomic.StoreUint64(r.b.pace, uint64(min(max(each, 1), 1<<32-1)))
}

// Numbered takes the ID of a frame of results apart: the number of the first, and how long each took, or 0 if
// that is not known.
func Numbered(id uint64) (first uint32, each time.Duration) {
	return uint32(id), time.Duration(id >> 32)
}

// roll has what is in the block sent, and begins anew.
func (r *Results) roll() error {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	if err := r.w.unblock(); err != nil {
		return err
	}
	r.b.open(r.kind, r.next, r.head)
	_, r.start = r.b.header()
	r.mark, r.used = 0, 0
	return nil
}

// Room returns memory for the next result of n bytes, which Commit makes one. It is nil if no
// result can be that large.
func (r *Results) Room(n int) []byte {
	if n > len(r.b.data)-r.start-r.used {
		if n > len(r.b.data)-r.start || r.roll() != nil {
			return nil
		}
	}
	at := r.start + r.used
	return r.b.data[at : at+n : at+n]
}

// Commit makes what was written to the last Room a result. It is safe from then on even if the
// process is killed.
func (r *Results) Commit(n int) {
	r.used += n
	r.mark += 1<<32 | mark(n)
	r.next++
	atomic.StoreUint64(r.b.filled, uint64(r.mark))
}

// Skip is told that the next task's result is sent otherwise. Frames that are put from now on
// follow what is in the block.
func (r *Results) Skip() error {
	r.next++
	return r.roll()
}
