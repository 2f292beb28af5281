package procpool

import (
	"encoding/binary"
	"reflect"
	"sync"
	"unsafe"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/shm"
)

// A RawMemory is what a Value, an Array or a Lock is made of: numbers of one kind in
// memory that processes share, behind a lock.
type RawMemory struct {
	id     uint64
	offset uint64
	kind   reflect.Kind
	n      int
	behind memoryPlace // where the lock is, if it is another's
	word   *uint32
	data   unsafe.Pointer
	own    *unsharedMemory // nil if it was made elsewhere
	keeps  [2]*RawMemory   // that WithLock was called on and with
}

// A memoryPlace is where shared memory begins.
type memoryPlace struct{ id, offset uint64 }

// A Number is what shared memory can hold.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}

// memories are the segments that this process has mapped.
type memories struct {
	mu       sync.Mutex
	segments map[uint64]*shm.Segment // guarded by mu
	pressure pressure

	counts sync.Mutex // guards how often this process holds its RLocks
}

// NewRawMemory makes room for n numbers of the type of zero, all 0. It panics when
// there is no memory, as make does.
func NewRawMemory(n int, zero any) *RawMemory {
	this.registerHandles()
	t := reflect.TypeOf(zero)
	if n < 0 || !number(t.Kind()) {
		panic(fault.Errorf("shared memory of %d numbers of type %s", n, t))
	}
	a, err := this.memories.room(broker.Request{Op: broker.OpAlloc, N: int64(n) * int64(t.Size())})
	if err != nil {
		panic(fault.Errorf("make shared memory for %d numbers: %w", n, err))
	}
	m := &RawMemory{id: a.Number(), kind: t.Kind(), n: n, offset: binary.LittleEndian.Uint64(a.Data[8:])}
	if err := m.attach(); err != nil {
		panic(err)
	}
	m.own = freeMemoryWhenDropped(m, a.Data[16:])
	return m
}

// attach maps the segment, once for each process.
func (m *RawMemory) attach() error {
	seg, err := this.mapped(m.id)
	if err != nil {
		return err
	}
	if m.offset%64 != 0 || m.n < 0 || m.offset+broker.SlotHeader+uint64(m.n)*uint64(m.size()) > uint64(len(seg.Data)) {
		return fault.Errorf("shared memory outside of its segment")
	}
	m.word = seg.Uint32(int(m.offset))
	if m.behind != (memoryPlace{}) {
		if m.word, err = m.behind.word(); err != nil {
			return err
		}
	}
	m.data = unsafe.Add(unsafe.Pointer(unsafe.SliceData(seg.Data)), m.offset+broker.SlotHeader)
	return nil
}

// word returns the lock of the memory at a place.
func (p memoryPlace) word() (*uint32, error) {
	seg, err := this.mapped(p.id)
	if err != nil {
		return nil, err
	}
	if p.offset%64 != 0 || p.offset+broker.SlotHeader > uint64(len(seg.Data)) {
		return nil, fault.Errorf("a lock outside of its segment")
	}
	return seg.Uint32(int(p.offset)), nil
}

// WithLock returns the same memory behind the lock l.
func (m *RawMemory) WithLock(l *Lock) *RawMemory {
	behind := memoryPlace{l.m.id, l.m.offset}
	return &RawMemory{id: m.id, offset: m.offset, kind: m.kind, n: m.n, data: m.data, behind: behind, word: l.m.word, keeps: [2]*RawMemory{m, l.m}}
}

func (p *process) mapped(id uint64) (*shm.Segment, error) {
	p.memories.mu.Lock()
	defer p.memories.mu.Unlock()
	if seg := p.memories.segments[id]; seg != nil {
		return seg, nil
	}
	var seg *shm.Segment
	if p.broker != nil {
		seg = p.broker.Segment(id)
	} else {
		a, err := p.ask(broker.Request{Op: broker.OpSegment, ID: id})
		if err != nil {
			return nil, err
		}
		if seg, err = task.MapReceived(a.File, int(a.Number())); err != nil {
			return nil, err
		}
	}
	if seg == nil {
		return nil, fault.Errorf("shared memory that does not exist")
	}
	if p.memories.segments == nil {
		p.memories.segments = map[uint64]*shm.Segment{}
	}
	p.memories.segments[id] = seg
	return seg, nil
}

// Len returns how many numbers there are.
func (m *RawMemory) Len() int {
	if m == nil {
		panic(errUnmadeHandle)
	}
	return m.n
}

func memoryHandle() codec.Handle {
	return codec.Handle{
		Name: "Memory",
		Type: reflect.TypeFor[*RawMemory](),
		Encode: func(v any) ([]byte, error) {
			m := v.(*RawMemory)
			m.leave()
			data := append(broker.Number(m.id), broker.Number(m.offset)...)
			data = append(append(data, broker.Number(uint64(m.n))...), byte(m.kind))
			return append(append(data, broker.Number(m.behind.id)...), broker.Number(m.behind.offset)...), nil
		},
		Decode: func(data []byte) (any, error) {
			if len(data) != 41 || kindSizes[reflect.Kind(data[24])] == 0 {
				return nil, fault.Errorf("shared memory that cannot be read")
			}
			m := &RawMemory{
				id: binary.LittleEndian.Uint64(data), offset: binary.LittleEndian.Uint64(data[8:]),
				n: int(binary.LittleEndian.Uint64(data[16:])), kind: reflect.Kind(data[24]),
				behind: memoryPlace{binary.LittleEndian.Uint64(data[25:]), binary.LittleEndian.Uint64(data[33:])},
			}
			if m.n < 0 || m.n > 1<<46 || m.offset > 1<<46 || m.behind.offset > 1<<46 {
				return nil, fault.Errorf("shared memory that cannot be read")
			}
			return m, m.attach()
		},
	}
}
