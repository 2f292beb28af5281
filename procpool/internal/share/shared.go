package share

import (
	"context"
	"encoding/binary"
	"reflect"
	"sync"
	"unsafe"
	"weak"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/shm"
)

// A Shared is what a Shared of any type is made of.
type Shared struct {
	space *Space
	id    uint64
	err   error // why it could not be made
	own   *held

	mu     sync.Mutex
	closed bool            // guarded by mu
	values []reflect.Value // that Get returns, of one type each; likewise
}

// shareds are those that this process uses.
type shareds struct {
	mu  sync.Mutex
	all map[uint64]weak.Pointer[Shared] // guarded by mu
}

// How a shared value is kept is said before it.
const (
	sharedInline  = iota // the encoding follows
	sharedEncoded        // its length follows; it is in memory
	sharedNumbers        // kind and count of a slice's numbers follow, which are in memory
)

// sharedRoom is the size from which a shared value is memory of its own.
const sharedRoom = 64 << 10

// NewShared shares a copy of what from points to.
func NewShared(sp *Space, from any) *Shared {
	sp.Ready()
	v := reflect.ValueOf(from).Elem()
	s := &Shared{space: sp}
	mine := reflect.New(v.Type()).Elem()
	mine.Set(v)
	s.values = []reflect.Value{mine}
	r, seg, err := sp.packShared(v)
	if err == nil {
		var a broker.Answer
		a, err = sp.askScarce(context.Background(), r)
		s.id = a.Number()
	}
	if seg != nil {
		seg.Close()
	}
	if s.err = err; err == nil {
		s.own = holdMade(sp, s, &held{number: s.id})
		sp.shareds.add(s)
	}
	return s
}

// packShared makes the request that keeps v.
func (sp *Space) packShared(v reflect.Value) (r broker.Request, seg *shm.Segment, err error) {
	r.Op = broker.OpKeep
	content, about := numbersOf(v)
	if content == nil {
		if content, err = sp.Codec.Encode(nil, v); err != nil {
			return r, nil, fault.AtPath(err, "value")
		}
		if len(content) < sharedRoom {
			r.Data = append([]byte{sharedInline}, content...)
			return r, nil, nil
		}
		about = append([]byte{sharedEncoded}, broker.Number(uint64(len(content)))...)
	}
	if seg, err = sp.newSegment(len(content)); err != nil {
		return r, nil, fault.Errorf("share %d bytes: %w", len(content), err)
	}
	copy(seg.Data, content)
	r.N, r.Data, r.File = int64(len(content)), about, seg.File
	return r, seg, nil
}

// numbersOf returns the memory of a large slice of numbers that has no encoding of its own.
func numbersOf(v reflect.Value) (content, about []byte) {
	t := v.Type()
	if t.Kind() != reflect.Slice || !callee.IsNumber(t.Elem().Kind()) || reflect.PointerTo(t).NumMethod() > 0 || reflect.PointerTo(t.Elem()).NumMethod() > 0 {
		return nil, nil
	}
	size := v.Len() * int(t.Elem().Size())
	if size < sharedRoom {
		return nil, nil
	}
	about = append([]byte{sharedNumbers, byte(t.Elem().Kind())}, broker.Number(uint64(v.Len()))...)
	return unsafe.Slice((*byte)(v.UnsafePointer()), size), about
}

// Err returns why the value cannot cross, if it cannot.
func (s *Shared) Err() error { return s.err }

// Get stores the value in into, a pointer. Its error is ErrClosed after Close.
func (s *Shared) Get(into any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fault.ErrClosed
	}
	to := reflect.ValueOf(into).Elem()
	for _, v := range s.values {
		if v.Type() == to.Type() {
			to.Set(v)
			return nil
		}
	}
	if s.err != nil {
		return s.err
	}
	a, err := s.space.askScarce(context.Background(), broker.Request{Op: broker.OpFetch, ID: s.id})
	switch {
	case a.Status == broker.StatusFailed:
		return err
	case err != nil:
		return fault.ErrClosed
	}
	v := reflect.New(to.Type()).Elem()
	if err := s.space.openShared(a, v); err != nil {
		return err
	}
	s.values = append(s.values, v)
	to.Set(v)
	return nil
}

// openShared sets v to a kept value.
func (sp *Space) openShared(a broker.Answer, v reflect.Value) error {
	bad := fault.Errorf("a shared value that cannot be read")
	if len(a.Data) < 17 {
		a.File.Close()
		return bad
	}
	size, about := binary.LittleEndian.Uint64(a.Data[8:]), a.Data[16:]
	if about[0] == sharedInline {
		return sp.Codec.Decode(about[1:], v)
	}
	info, err := a.File.Stat()
	if err != nil || uint64(info.Size()) < size {
		a.File.Close()
		return bad
	}
	switch {
	case about[0] == sharedEncoded:
		seg, err := shm.Map(a.File, int(size))
		if err != nil {
			return err
		}
		defer seg.Close()
		return sp.Codec.Decode(seg.Data, v)
	case about[0] == sharedNumbers && len(about) == 10 && v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Kind(about[1]):
		n := binary.LittleEndian.Uint64(about[2:])
		if n*uint64(v.Type().Elem().Size()) != size {
			break
		}
		data, err := shm.MapPrivate(a.File, int(size))
		if err != nil {
			return err
		}
		v.Set(reflect.NewAt(reflect.ArrayOf(int(n), v.Type().Elem()), unsafe.Pointer(unsafe.SliceData(data))).Elem().Slice(0, int(n)).Convert(v.Type()))
		return nil
	}
	a.File.Close()
	return bad
}

// Close frees the value's memory, for all processes.
func (s *Shared) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed, s.values = true, nil
	s.mu.Unlock()
	if closed || s.err != nil {
		return nil
	}
	a, err := s.space.askScarce(context.Background(), broker.Request{Op: broker.OpFetch, ID: s.id})
	if err != nil && a.Status != broker.StatusFailed {
		return nil // another process has closed it
	}
	_, err = s.space.Ask(broker.Request{Op: broker.OpDrop, ID: s.id})
	if a.File != nil {
		shm.Empty(a.File, int(binary.LittleEndian.Uint64(a.Data[8:])))
		a.File.Close()
	}
	return err
}

func (s *shareds) add(x *Shared) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[uint64]weak.Pointer[Shared]{}
	}
	for id, p := range s.all {
		if p.Value() == nil {
			delete(s.all, id)
		}
	}
	s.all[x.id] = weak.Make(x)
}

func (s *shareds) find(id uint64) *Shared {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[id].Value()
}

// Numbered adds the number under which processes say that they hold it.
func (s *Shared) Numbered(numbers []byte) []byte { return s.own.Numbered(numbers) }

func (sp *Space) sharedHandle() codec.Handle {
	return codec.Handle{
		Name: "Shared",
		Type: reflect.TypeFor[*Shared](),
		Encode: func(v any) ([]byte, error) {
			s := v.(*Shared)
			return broker.Number(s.id), s.err
		},
		Decode: func(data []byte) (any, error) {
			if len(data) != 8 {
				return nil, fault.Errorf("a shared value that cannot be read")
			}
			id := binary.LittleEndian.Uint64(data)
			if s := sp.shareds.find(id); s != nil {
				return s, nil
			}
			s := &Shared{space: sp, id: id}
			s.own = holdCame(sp, s, &held{number: id})
			sp.shareds.add(s)
			return s, nil
		},
		Lost: func(v any) { v.(*Shared).own.lost() },
	}
}
