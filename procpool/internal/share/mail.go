package share

import (
	"context"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/shm"
)

// A mail is what this process sends through queues and pipes in shared memory. The zero
// value is ready.
type mail struct {
	segments task.Segments

	mu     sync.Mutex
	unread []*task.Segment // that a receiver may still read, the oldest first; guarded by mu
	size   int             // of those
}

// A parcel is what a request sends, until it is answered: then the broker holds what is in it.
type parcel struct {
	seg  *task.Segment // nil: the message is in the request
	kept task.Kept
}

// pack encodes a value as the message of a request. Ends of pipes in it go along.
func (sp *Space) pack(r *broker.Request, v reflect.Value) (s parcel, err error) {
	sp.Ready()
	var ends []byte
	onHandle := func(h any) {
		s.kept.Add(h)
		if c, ok := h.(*Conn); ok && c.net == nil {
			ends = broker.AppendEnd(ends, c.id, c.end)
		}
	}
	sp.Mail.reclaim()
	m := task.Message{From: &sp.Mail.segments}
	buf, err := sp.Codec.EncodeWith(nil, v, codec.Options{OnHandle: onHandle, Keeps: true, Grow: m.Grow})
	if err != nil {
		m.Drop()
		return s, fault.AtPath(err, "value")
	}
	m.Buf = buf
	return s, sp.packBytes(r, m, ends, &s)
}

// packBytes makes a message of bytes.
func (sp *Space) packBytes(r *broker.Request, m task.Message, ends []byte, s *parcel) error {
	if n := len(ends); n > broker.MaxEnds*len(broker.AppendEnd(nil, 0, 0)) {
		m.Drop()
		return &codec.EncodeError{Path: "value", Type: "Conn", Err: fault.Errorf("more than %d ends of pipes in one message", broker.MaxEnds)}
	}
	m.Finish()
	numbers := s.kept.Numbers()
	if s.seg = m.Seg; m.Seg == nil {
		r.Data = broker.Parcel(m.Buf, ends, numbers)
		return nil
	}
	atomic.StoreUint32(task.Busy(m.Seg.Segment), 1)
	r.File = m.Seg.File
	r.Data = broker.Parcel(task.Announce(m.Buf, m.Seg), ends, numbers)
	return nil
}

// post puts a packed request to the broker.
func (sp *Space) post(ctx context.Context, r broker.Request, s parcel) error {
	if ctx.Err() != nil {
		sp.Mail.unsent(s.seg)
		return context.Cause(ctx)
	}
	_, err := sp.askScarce(ctx, r)
	runtime.KeepAlive(s.kept)
	if err != nil {
		sp.Mail.unsent(s.seg)
		return err
	}
	sp.Mail.sent(s.seg)
	return nil
}

// sent notes memory that a receiver is going to read. There may never be one, so the oldest is
// given up when there is too much of it: the broker has it still.
func (m *mail) sent(seg *task.Segment) {
	if seg == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.unread = append(m.unread, seg)
	for m.size += len(seg.Data); m.size > task.KeptSize && len(m.unread) > 1; {
		m.size -= len(m.unread[0].Data)
		m.unread[0].Close()
		m.unread = slices.Delete(m.unread, 0, 1)
	}
}

func (m *mail) unsent(seg *task.Segment) {
	if seg != nil {
		m.segments.Put(seg)
	}
}

// reclaim takes back the memory of messages that were read.
func (m *mail) reclaim() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.unread = slices.DeleteFunc(m.unread, func(s *task.Segment) bool {
		if atomic.LoadUint32(task.Busy(s.Segment)) != 0 {
			return false
		}
		m.size -= len(s.Data)
		m.segments.Put(s)
		return true
	})
}

// Clear frees what is kept for the next messages.
func (m *mail) Clear() {
	m.mu.Lock()
	for _, s := range m.unread {
		s.Close()
	}
	m.unread, m.size = nil, 0
	m.mu.Unlock()
	m.segments.Clear()
}

// unpack hands the message of an answer to use, which must not keep it.
func unpack(a broker.Answer, use func(data []byte) error) error {
	if a.File == nil {
		return use(a.Data)
	}
	l, ok := task.DecodeLarge(a.Data)
	info, err := a.File.Stat()
	if !ok || err != nil || info.Size() < int64(l.Size) || l.Size < task.BusySize {
		a.File.Close()
		return fault.Errorf("a message in memory that cannot be read")
	}
	seg, err := shm.Map(a.File, int(l.Size))
	if err != nil {
		return err
	}
	defer seg.Close()
	defer atomic.StoreUint32(task.Busy(seg), 0)
	return use(seg.Data[:l.Message])
}

// decodeInto is unpack into a pointer.
func (sp *Space) decodeInto(a broker.Answer, into any) error {
	defer sp.decoded(a)
	return unpack(a, func(data []byte) error { return sp.Codec.Decode(data, reflect.ValueOf(into)) })
}
