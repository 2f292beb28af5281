package share

import (
	"context"
	"encoding/binary"
	"fmt"
	"reflect"
	"sync"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/shm"
)

// A Block is what a SharedMemory is made of: bytes that processes share, known by a name.
type Block struct {
	space *Space
	id    uint64
	name  string
	size  int

	mu  sync.Mutex
	seg *shm.Segment // nil once closed; guarded by mu
}

// blocks are the shared memories that came here as handles and were not closed.
type blocks struct {
	mu  sync.Mutex
	all map[uint64]*Block // guarded by mu
}

// NewBlock makes memory of size bytes, all zero, under a name. If that is taken the
// error is ErrExists.
func NewBlock(sp *Space, name string, size int) (*Block, error) {
	sp.Ready()
	if size <= 0 {
		return nil, fault.Errorf("shared memory of %d bytes", size)
	}
	seg, err := sp.newSegment(size)
	if err != nil {
		return nil, fault.Errorf("make shared memory of %d bytes: %w", size, err)
	}
	a, err := sp.askScarce(context.Background(), broker.Request{Op: broker.OpKeep, ID: 1, N: int64(size), Data: []byte(name), File: seg.File})
	if err != nil {
		seg.Close()
		return nil, err
	}
	m := &Block{space: sp, id: a.Number(), name: string(a.Data[8:]), size: size, seg: seg}
	sp.blocks.add(m)
	return m, nil
}

// FindBlock opens memory that this or another process has made. If there is none
// of that name, or none any more, the error is ErrNotFound.
func FindBlock(sp *Space, name string) (*Block, error) {
	if name == "" {
		return nil, fault.ErrNotFound
	}
	sp.Ready()
	return sp.attachBlock(broker.Request{Op: broker.OpFetch, Data: []byte(name)})
}

func (sp *Space) attachBlock(r broker.Request) (*Block, error) {
	a, err := sp.askScarce(context.Background(), r)
	if err != nil {
		return nil, err
	}
	if a.File == nil || len(a.Data) < 17 {
		a.File.Close()
		return nil, fault.ErrNotFound
	}
	m := &Block{space: sp, id: a.Number(), size: int(binary.LittleEndian.Uint64(a.Data[8:])), name: string(a.Data[16:])}
	m.seg, err = shm.Map(a.File, m.size)
	return m, err
}

func (b *blocks) add(m *Block) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all == nil {
		b.all = map[uint64]*Block{}
	}
	b.all[m.id] = m
}

// Name returns the name, for AttachSharedMemory.
func (m *Block) Name() string { return m.name }

// Size returns how many bytes there are.
func (m *Block) Size() int { return m.size }

// Bytes returns the memory itself: what is written to it is seen by all processes,
// without order or atomicity. It is nil after Close.
func (m *Block) Bytes() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.seg == nil {
		return nil
	}
	return m.seg.Data
}

// Close ends this process's use of the memory, which others keep. Nobody may use what Bytes has
// returned after that: the process would crash. It may be called again.
func (m *Block) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.seg == nil {
		return nil
	}
	m.space.blocks.mu.Lock()
	if m.space.blocks.all[m.id] == m {
		delete(m.space.blocks.all, m.id)
	}
	m.space.blocks.mu.Unlock()
	seg := m.seg
	m.seg = nil
	return seg.Close()
}

// Unlink takes the name away. Who has the memory keeps it, and it is freed when the last of them
// has closed it or ended. Without Unlink it is there as long as the root process. It may be
// called again, and by any process.
func (m *Block) Unlink() error {
	_, err := m.space.Ask(broker.Request{Op: broker.OpDrop, ID: m.id})
	return err
}

func (sp *Space) blockHandle() codec.Handle {
	return codec.Handle{
		Name:   "SharedMemory",
		Type:   reflect.TypeFor[*Block](),
		Encode: func(v any) ([]byte, error) { return broker.Number(v.(*Block).id), nil },
		Decode: func(data []byte) (any, error) {
			if len(data) != 8 {
				return nil, fault.Errorf("shared memory that cannot be read")
			}
			id := binary.LittleEndian.Uint64(data)
			sp.blocks.mu.Lock()
			m := sp.blocks.all[id]
			sp.blocks.mu.Unlock()
			if m != nil || id == 0 {
				return m, nil
			}
			m, err := sp.attachBlock(broker.Request{Op: broker.OpFetch, ID: id})
			if err == nil {
				sp.blocks.add(m)
			}
			return m, err
		},
	}
}

// String names the memory and says how large it is: SharedMemory(psm_1, 4096 bytes).
func (m *Block) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return "SharedMemory(" + With(fmt.Sprintf("%s, %d bytes", m.name, m.size), m.seg == nil, "closed") + ")"
}
