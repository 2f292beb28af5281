package share

import (
	"context"
	"encoding/binary"
	"reflect"
	"runtime"
	"sync"
	"unsafe"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/shm"
)

// A Memory is what a Value, an Array or a Lock is made of: numbers of one kind in
// memory that processes share, behind a lock.
type Memory struct {
	space  *Space
	id     uint64
	offset uint64
	kind   reflect.Kind
	n      int
	behind memoryPlace // where the lock is, if it is another's
	word   *uint32
	data   unsafe.Pointer
	own    *held      // nil: others keep it
	locked *held      // the part in that other
	keeps  [2]*Memory // that WithLock was called on and with
}

// A memoryPlace is where shared memory begins, and the number under which it is held. Memory that is
// made later may begin at the same place, but has another number.
type memoryPlace struct{ id, offset, number uint64 }

// A Number is what shared memory can hold.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}

// memories are the segments that this process has mapped.
type memories struct {
	mu       sync.Mutex
	segments map[uint64]*shm.Segment // guarded by mu
	Pressure pressure

	counts sync.Mutex // guards how often this process holds its RLocks
}

// NewMemory makes room for n numbers of the type of zero, all 0. It panics when
// there is no memory, as make does.
func NewMemory(sp *Space, n int, zero any) *Memory {
	sp.Ready()
	t := reflect.TypeOf(zero)
	if n < 0 || !callee.IsNumber(t.Kind()) {
		panic(fault.Errorf("shared memory of %d numbers of type %s", n, t))
	}
	a, err := sp.room(broker.Request{Op: broker.OpAlloc, N: int64(n) * int64(t.Size())})
	if err != nil {
		panic(fault.Errorf("make shared memory for %d numbers: %w", n, err))
	}
	m := &Memory{space: sp, id: a.Number(), kind: t.Kind(), n: n, offset: binary.LittleEndian.Uint64(a.Data[8:])}
	if err := m.attach(); err != nil {
		panic(err)
	}
	m.own = holdMade(sp, m, m.part(binary.LittleEndian.Uint64(a.Data[17:])))
	return m
}

// part is the part that the handle has in what is held under a number.
func (m *Memory) part(number uint64) *held {
	x := &held{number: number, memory: true}
	if broker.Alone(m.bytes()) {
		x.segment = m.id
	}
	return x
}

func (m *Memory) bytes() int64 { return int64(m.n) * int64(m.size()) }

// parts calls f for the handles that this one is made of.
func (m *Memory) parts(f func(*held)) {
	for _, k := range m.keeps {
		if k != nil {
			k.parts(f)
		}
	}
	for _, x := range []*held{m.own, m.locked} {
		if x != nil {
			f(x)
		}
	}
}

// Numbered adds the numbers under which processes say that they hold it.
func (m *Memory) Numbered(numbers []byte) []byte {
	m.parts(func(x *held) { numbers = x.Numbered(numbers) })
	return numbers
}

// number is that under which the memory is held.
func (m *Memory) number() uint64 {
	for m.own == nil {
		m = m.keeps[0]
	}
	return m.own.number
}

// slice is called when somebody gets the memory itself. That lies outside of what the garbage collector looks
// after: a slice of it does not keep the handle alive, so memory of which there was a slice stays
// mapped.
func (m *Memory) slice() {
	for m.own == nil {
		m = m.keeps[0]
	}
	m.own.sliced.Store(true)
}

// attach maps the segment, once for each process.
func (m *Memory) attach() error {
	seg, err := m.space.mapped(m.id)
	if err != nil {
		return err
	}
	if m.offset%64 != 0 || m.n < 0 || m.offset+broker.SlotHeader+uint64(m.n)*uint64(m.size()) > uint64(len(seg.Data)) {
		return fault.Errorf("shared memory outside of its segment")
	}
	m.word = seg.Uint32(int(m.offset))
	if m.behind != (memoryPlace{}) {
		if m.word, err = m.behind.lock(m.space); err != nil {
			return err
		}
	}
	m.data = unsafe.Add(unsafe.Pointer(unsafe.SliceData(seg.Data)), m.offset+broker.SlotHeader)
	return nil
}

// lock returns the lock of the memory at a place.
func (p memoryPlace) lock(sp *Space) (*uint32, error) {
	seg, err := sp.mapped(p.id)
	if err != nil {
		return nil, err
	}
	if p.offset%64 != 0 || p.offset+broker.SlotHeader > uint64(len(seg.Data)) {
		return nil, fault.Errorf("a lock outside of its segment")
	}
	return seg.Uint32(int(p.offset)), nil
}

// WithLock returns the same memory behind the lock l.
func (m *Memory) WithLock(l *Memory) *Memory {
	behind := memoryPlace{l.id, l.offset, l.number()}
	return &Memory{space: m.space, id: m.id, offset: m.offset, kind: m.kind, n: m.n, data: m.data, behind: behind, word: l.word, keeps: [2]*Memory{m, l}}
}

func (s *Space) mapped(id uint64) (*shm.Segment, error) {
	m := &s.Memories
	m.mu.Lock()
	seg := m.segments[id]
	m.mu.Unlock()
	if seg != nil {
		return seg, nil
	}
	seg, err := s.findSegment(id) // without the mutex: to free others takes it
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if first := m.segments[id]; first != nil {
		if first != seg { // mapped by two goroutines
			seg.Close()
		}
		return first, nil
	}
	if m.segments == nil {
		m.segments = map[uint64]*shm.Segment{}
	}
	m.segments[id] = seg
	return seg, nil
}

// findSegment gets a segment that this process has not mapped.
func (s *Space) findSegment(id uint64) (*shm.Segment, error) {
	if s.Broker != nil {
		if seg := s.Broker.Segment(id); seg != nil {
			return seg, nil
		}
		return nil, fault.Errorf("shared memory that does not exist")
	}
	a, err := s.askScarce(context.Background(), broker.Request{Op: broker.OpSegment, ID: id})
	if err != nil {
		return nil, err
	}
	return task.MapReceived(a.File, int(a.Number()))
}

// forget unmaps the segment, unless that is the broker's or in use without a handle, and has it mapped anew when a handle comes.
func (m *memories) forget(id uint64, unmap bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if seg := m.segments[id]; seg != nil && unmap {
		seg.Close()
	}
	delete(m.segments, id)
}

// Len returns how many numbers there are.
func (m *Memory) Len() int {
	if m == nil {
		panic(ErrUnmadeHandle)
	}
	return m.n
}

func (s *Space) memoryHandle() codec.Handle {
	return codec.Handle{
		Name: "Memory",
		Type: reflect.TypeFor[*Memory](),
		Encode: func(v any) ([]byte, error) {
			m := v.(*Memory)
			data := []byte{byte(m.kind)}
			for _, n := range []uint64{m.id, m.offset, m.number(), uint64(m.n), m.behind.id, m.behind.offset, m.behind.number} {
				data = append(data, broker.Number(n)...)
			}
			return data, nil
		},
		Decode: func(data []byte) (any, error) {
			if len(data) != 57 || kindSizes[reflect.Kind(data[0])] == 0 {
				return nil, fault.Errorf("shared memory that cannot be read")
			}
			var n [7]uint64
			for i := range n {
				n[i] = binary.LittleEndian.Uint64(data[1+8*i:])
			}
			m := &Memory{space: s, kind: reflect.Kind(data[0]), id: n[0], offset: n[1], n: int(n[3]), behind: memoryPlace{n[4], n[5], n[6]}}
			if m.n < 0 || m.n > 1<<46 || m.offset > 1<<46 || m.behind.offset > 1<<46 {
				return nil, fault.Errorf("shared memory that cannot be read")
			}
			if m.own = holdCame(s, m, m.part(n[2])); m.behind != (memoryPlace{}) {
				m.locked = holdCame(s, m, &held{number: m.behind.number, memory: true})
			}
			if m.own.segment != 0 && s.Memories.Pressure.add(m.bytes()) {
				go runtime.GC()
			}
			return m, m.attach()
		},
		Lost: func(v any) { v.(*Memory).parts((*held).lost) },
	}
}
