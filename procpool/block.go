package procpool

import (
	"encoding/binary"
	"reflect"
	"sync"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/shm"
)

// A SharedMemory is bytes that processes share, known by a name. The name is one of this tree of
// processes and stands in no folder, so nothing is left of it whatever ends them. Where
// numbers are enough, an Array is simpler. Its methods are safe for concurrent use, its bytes
// are not. Python's multiprocessing.shared_memory.SharedMemory.
type SharedMemory struct {
	id   uint64
	name string
	size int

	mu  sync.Mutex
	seg *shm.Segment // nil once closed; guarded by mu
}

// blocks are the shared memories that came here as handles and were not closed.
type blocks struct {
	mu  sync.Mutex
	all map[uint64]*SharedMemory // guarded by mu
}

// NewSharedMemory makes memory of size zero bytes, under a name of its own.
func NewSharedMemory(size int) (*SharedMemory, error) { return CreateSharedMemory("", size) }

// CreateSharedMemory makes memory of size bytes, all zero, under a name. If that is taken the
// error is ErrExists.
func CreateSharedMemory(name string, size int) (*SharedMemory, error) {
	this.Ready()
	if size <= 0 {
		return nil, fault.Errorf("shared memory of %d bytes", size)
	}
	seg, err := shm.New(size)
	if err != nil {
		return nil, fault.Errorf("make shared memory of %d bytes: %w", size, err)
	}
	a, err := this.Ask(broker.Request{Op: broker.OpKeep, ID: 1, N: int64(size), Data: []byte(name), File: seg.File})
	if err != nil {
		seg.Close()
		return nil, err
	}
	m := &SharedMemory{id: a.Number(), name: string(a.Data[8:]), size: size, seg: seg}
	this.blocks.add(m)
	return m, nil
}

// AttachSharedMemory opens memory that this or another process has made. If there is none
// of that name, or none any more, the error is ErrNotFound.
func AttachSharedMemory(name string) (*SharedMemory, error) {
	if name == "" {
		return nil, fault.ErrNotFound
	}
	this.Ready()
	return this.attachBlock(broker.Request{Op: broker.OpFetch, Data: []byte(name)})
}

func (p *process) attachBlock(r broker.Request) (*SharedMemory, error) {
	a, err := p.Ask(r)
	if err != nil {
		return nil, err
	}
	if a.File == nil || len(a.Data) < 17 {
		a.File.Close()
		return nil, fault.ErrNotFound
	}
	m := &SharedMemory{id: a.Number(), size: int(binary.LittleEndian.Uint64(a.Data[8:])), name: string(a.Data[16:])}
	m.seg, err = shm.Map(a.File, m.size)
	return m, err
}

func (b *blocks) add(m *SharedMemory) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all == nil {
		b.all = map[uint64]*SharedMemory{}
	}
	b.all[m.id] = m
}

// Name returns the name, for AttachSharedMemory.
func (m *SharedMemory) Name() string { return m.name }

// Size returns how many bytes there are.
func (m *SharedMemory) Size() int { return m.size }

// Bytes returns the memory itself: what is written to it is seen by all processes,
// without order or atomicity. It is nil after Close.
func (m *SharedMemory) Bytes() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.seg == nil {
		return nil
	}
	return m.seg.Data
}

// Close ends this process's use of the memory, which others keep. Nobody may use what Bytes has
// returned after that: the process would crash. It may be called again.
func (m *SharedMemory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.seg == nil {
		return nil
	}
	this.blocks.mu.Lock()
	if this.blocks.all[m.id] == m {
		delete(this.blocks.all, m.id)
	}
	this.blocks.mu.Unlock()
	seg := m.seg
	m.seg = nil
	return seg.Close()
}

// Unlink takes the name away. Who has the memory keeps it, and it is freed when the last of them
// has closed it or ended. Without Unlink it is there as long as the root process. It may be
// called again, and by any process.
func (m *SharedMemory) Unlink() error {
	_, err := this.Ask(broker.Request{Op: broker.OpDrop, ID: m.id})
	return err
}

func blockHandle() codec.Handle {
	return codec.Handle{
		Name:   "SharedMemory",
		Type:   reflect.TypeFor[*SharedMemory](),
		Encode: func(v any) ([]byte, error) { return broker.Number(v.(*SharedMemory).id), nil },
		Decode: func(data []byte) (any, error) {
			if len(data) != 8 {
				return nil, fault.Errorf("shared memory that cannot be read")
			}
			id := binary.LittleEndian.Uint64(data)
			this.blocks.mu.Lock()
			m := this.blocks.all[id]
			this.blocks.mu.Unlock()
			if m != nil || id == 0 {
				return m, nil
			}
			m, err := this.attachBlock(broker.Request{Op: broker.OpFetch, ID: id})
			if err == nil {
				this.blocks.add(m)
			}
			return m, err
		},
	}
}
