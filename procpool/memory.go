package procpool

import (
	"encoding/binary"
	"math"
	"os"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/shm"
)

// A RawMemory is what a Value, an Array or a Lock is made of: numbers of one kind in
// memory that processes share, behind a lock.
type RawMemory struct {
	id     uint64
	offset uint64
	kind   reflect.Kind
	n      int
	word   *uint32 // the lock
	data   unsafe.Pointer
}

// A Number is what shared memory can hold.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}

// memories are the segments that this process has mapped.
type memories struct {
	mu       sync.Mutex
	segments map[uint64]*shm.Segment // guarded by mu
}

// NewRawMemory makes room for n numbers of the type of zero, all 0. It panics when
// there is no memory, as make does.
func NewRawMemory(n int, zero any) *RawMemory {
	this.registerHandles()
	t := reflect.TypeOf(zero)
	if n < 0 || !number(t.Kind()) {
		panic(errorf("shared memory of %d numbers of type %s", n, t))
	}
	a, err := this.ask(request{op: opAlloc, n: int64(n) * int64(t.Size())})
	if err != nil {
		panic(errorf("make shared memory for %d numbers: %w", n, err))
	}
	m := &RawMemory{id: a.number(), kind: t.Kind(), n: n, offset: binary.LittleEndian.Uint64(a.data[8:])}
	if err := m.attach(); err != nil {
		panic(err)
	}
	return m
}

var kindSizes = map[reflect.Kind]int{
	reflect.Int: 8, reflect.Int8: 1, reflect.Int16: 2, reflect.Int32: 4, reflect.Int64: 8, reflect.Uint: 8, reflect.Uint8: 1,
	reflect.Uint16: 2, reflect.Uint32: 4, reflect.Uint64: 8, reflect.Uintptr: 8, reflect.Float32: 4, reflect.Float64: 8,
}

func (m *RawMemory) size() int { return kindSizes[m.kind] }

// attach maps the segment, once for each process.
func (m *RawMemory) attach() error {
	seg, err := this.mapped(m.id)
	if err != nil {
		return err
	}
	if m.offset%64 != 0 || m.n < 0 || m.offset+slotHeader+uint64(m.n)*uint64(m.size()) > uint64(len(seg.Data)) {
		return errorf("shared memory outside of its segment")
	}
	m.word = seg.Uint32(int(m.offset))
	m.data = unsafe.Add(unsafe.Pointer(unsafe.SliceData(seg.Data)), m.offset+slotHeader)
	return nil
}

func (p *process) mapped(id uint64) (*shm.Segment, error) {
	p.memories.mu.Lock()
	defer p.memories.mu.Unlock()
	if seg := p.memories.segments[id]; seg != nil {
		return seg, nil
	}
	var seg *shm.Segment
	if p.broker != nil {
		p.broker.mu.Lock()
		seg = p.broker.segments[id]
		p.broker.mu.Unlock()
	} else {
		a, err := p.ask(request{op: opSegment, id: id})
		if err != nil {
			return nil, err
		}
		if seg, err = mapReceived(a.file, int(a.number())); err != nil {
			return nil, err
		}
	}
	if seg == nil {
		return nil, errorf("shared memory that does not exist")
	}
	if p.memories.segments == nil {
		p.memories.segments = map[uint64]*shm.Segment{}
	}
	p.memories.segments[id] = seg
	return seg, nil
}

func mapReceived(f *os.File, size int) (*shm.Segment, error) {
	if f == nil {
		return nil, errorf("shared memory came without its file")
	}
	seg, err := shm.Map(f, size)
	if err == nil {
		f.Close() // the mapping stays
	}
	return seg, err
}

// Len returns how many numbers there are.
func (m *RawMemory) Len() int { return m.n }

// at returns the address of number i. It panics if there is none, as a slice does.
func (m *RawMemory) at(i int) unsafe.Pointer {
	if i < 0 || i >= m.n {
		panic(errorf("index %d out of range of %d", i, m.n))
	}
	return unsafe.Add(m.data, i*m.size())
}

// loadBits reads number i as its bits, at once even while others write.
func (m *RawMemory) loadBits(i int) uint64 {
	p := m.at(i)
	switch m.size() {
	case 8:
		return atomic.LoadUint64((*uint64)(p))
	case 4:
		return uint64(atomic.LoadUint32((*uint32)(p)))
	}
	word, shift, mask := narrow(p, m.size())
	return uint64(atomic.LoadUint32(word) >> shift & mask)
}

// narrow finds the aligned word that a small number is in.
func narrow(p unsafe.Pointer, size int) (word *uint32, shift, mask uint32) {
	in := uintptr(p) & 3
	return (*uint32)(unsafe.Add(p, -int(in))), uint32(in) * 8, uint32(1)<<(size*8) - 1
}

func (m *RawMemory) swapBits(i int, old, new uint64) bool {
	p := m.at(i)
	switch m.size() {
	case 8:
		return atomic.CompareAndSwapUint64((*uint64)(p), old, new)
	case 4:
		return atomic.CompareAndSwapUint32((*uint32)(p), uint32(old), uint32(new))
	}
	word, shift, mask := narrow(p, m.size())
	for {
		v := atomic.LoadUint32(word)
		if v>>shift&mask != uint32(old)&mask {
			return false
		}
		if atomic.CompareAndSwapUint32(word, v, v&^(mask<<shift)|(uint32(new)&mask)<<shift) {
			return true
		}
	}
}

func (m *RawMemory) storeBits(i int, bits uint64) {
	p := m.at(i)
	switch m.size() {
	case 8:
		atomic.StoreUint64((*uint64)(p), bits)
		return
	case 4:
		atomic.StoreUint32((*uint32)(p), uint32(bits))
		return
	}
	for !m.swapBits(i, m.loadBits(i), bits) {
	}
}

// fast returns the address of a number whose type is a plain one of 64 bits, by far
// the most frequent; else nil.
func fast(v any) *uint64 {
	switch v := v.(type) {
	case *int:
		return (*uint64)(unsafe.Pointer(v))
	case *int64:
		return (*uint64)(unsafe.Pointer(v))
	case *float64:
		return (*uint64)(unsafe.Pointer(v))
	case *uint64:
		return v
	}
	return nil
}

// Load stores number i in into, a pointer to its type.
func (m *RawMemory) Load(i int, into any) {
	if p := fast(into); p != nil {
		*p = m.loadBits(i)
		return
	}
	v := reflect.ValueOf(into).Elem()
	bits := m.loadBits(i)
	switch {
	case v.CanInt():
		shift := 64 - 8*m.size()
		v.SetInt(int64(bits<<shift) >> shift)
	case v.CanUint():
		v.SetUint(bits)
	case m.kind == reflect.Float32:
		v.SetFloat(float64(math.Float32frombits(uint32(bits))))
	default:
		v.SetFloat(math.Float64frombits(bits))
	}
}

// bitsOf returns the bits of a number that from points to.
func (m *RawMemory) bitsOf(from any) uint64 {
	if p := fast(from); p != nil {
		return *p
	}
	v := reflect.ValueOf(from).Elem()
	switch {
	case v.CanInt():
		return uint64(v.Int())
	case v.CanUint():
		return v.Uint()
	case m.kind == reflect.Float32:
		return uint64(math.Float32bits(float32(v.Float())))
	}
	return math.Float64bits(v.Float())
}

// Store sets number i to the one that from points to.
func (m *RawMemory) Store(i int, from any) { m.storeBits(i, m.bitsOf(from)) }

// CompareAndSwap sets number i to *new if it is *old, bit by bit, and reports whether
// it did.
func (m *RawMemory) CompareAndSwap(i int, old, new any) bool {
	return m.swapBits(i, m.bitsOf(old), m.bitsOf(new))
}

// Slice sets into, a pointer to a slice of the numbers' type, to the memory itself.
func (m *RawMemory) Slice(into any) {
	v := reflect.ValueOf(into).Elem()
	if v.Kind() != reflect.Slice || v.Type().Elem().Kind() != m.kind {
		panic(errorf("shared %s do not make a %s", m.kind, v.Type()))
	}
	v.Set(reflect.NewAt(reflect.ArrayOf(m.n, v.Type().Elem()), m.data).Elem().Slice(0, m.n))
}

// lockContended marks a lock's word when somebody waits. The rest is the owner's number.
const lockContended = 1 << 31

// Lock waits until this process holds the lock. It is freed when the process ends.
func (m *RawMemory) Lock() { m.lock(-1) }

// TryLock takes the lock if nobody holds it.
func (m *RawMemory) TryLock() bool { return m.lock(0) }

// LockTimeout is Lock, for d at most. It reports whether the lock was taken.
func (m *RawMemory) LockTimeout(d time.Duration) bool { return m.lock(max(d, 0)) }

func (m *RawMemory) lock(limit time.Duration) bool {
	me := this.lockOwner()
	if atomic.CompareAndSwapUint32(m.word, 0, me) {
		return true
	}
	if limit == 0 {
		return false
	}
	deadline := time.Now().Add(limit)
	ctx := this.context(this.origin())
	for {
		v := atomic.LoadUint32(m.word)
		switch {
		case v == 0:
			// Others may wait as well: whoever unlocks next must look.
			if atomic.CompareAndSwapUint32(m.word, 0, me|lockContended) {
				return true
			}
			continue
		case v&lockContended == 0:
			if !atomic.CompareAndSwapUint32(m.word, v, v|lockContended) {
				continue
			}
			v |= lockContended
		}
		if limit > 0 && !time.Now().Before(deadline) {
			return false
		}
		if ctx.Err() != nil {
			panic(ErrCanceled)
		}
		shm.Wait(m.word, v)
	}
}

// Unlock frees the lock, whoever holds it. It panics if nobody does.
func (m *RawMemory) Unlock() {
	old := atomic.SwapUint32(m.word, 0)
	if old == 0 {
		panic(errorf("unlock of a lock that nobody holds"))
	}
	if old&lockContended != 0 {
		shm.Wake(m.word, 1)
	}
}

// lockOwner is the number that this process's locks bear.
func (p *process) lockOwner() uint32 {
	if n := p.lockNumber.Load(); n != 0 {
		return n
	}
	p.memories.mu.Lock()
	defer p.memories.mu.Unlock()
	if p.lockNumber.Load() == 0 {
		if a, err := p.ask(request{op: opOwner}); err == nil {
			p.lockNumber.Store(uint32(a.number()))
		}
	}
	return p.lockNumber.Load()
}

func memoryHandle() codec.Handle {
	return codec.Handle{
		Name: "Memory",
		Type: reflect.TypeFor[*RawMemory](),
		Encode: func(v any) ([]byte, error) {
			m := v.(*RawMemory)
			data := append(number64(m.id), number64(m.offset)...)
			return append(append(data, number64(uint64(m.n))...), byte(m.kind)), nil
		},
		Decode: func(data []byte) (any, error) {
			if len(data) != 25 || kindSizes[reflect.Kind(data[24])] == 0 {
				return nil, errorf("shared memory that cannot be read")
			}
			m := &RawMemory{
				id: binary.LittleEndian.Uint64(data), offset: binary.LittleEndian.Uint64(data[8:]),
				n: int(binary.LittleEndian.Uint64(data[16:])), kind: reflect.Kind(data[24]),
			}
			if m.n < 0 || m.n > 1<<46 || m.offset > 1<<46 {
				return nil, errorf("shared memory that cannot be read")
			}
			return m, m.attach()
		},
	}
}
