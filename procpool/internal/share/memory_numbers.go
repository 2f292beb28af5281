package share

import (
	"math"
	"reflect"
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/parago/parago/procpool/internal/fault"
)

var kindSizes = map[reflect.Kind]int{
	reflect.Int: 8, reflect.Int8: 1, reflect.Int16: 2, reflect.Int32: 4, reflect.Int64: 8, reflect.Uint: 8, reflect.Uint8: 1,
	reflect.Uint16: 2, reflect.Uint32: 4, reflect.Uint64: 8, reflect.Uintptr: 8, reflect.Float32: 4, reflect.Float64: 8,
}

func (m *Memory) size() int { return kindSizes[m.kind] }

// at returns the address of number i. It panics if there is none, as a slice does.
func (m *Memory) at(i int) unsafe.Pointer {
	if m == nil {
		panic(ErrUnmadeHandle)
	}
	if i < 0 || i >= m.n {
		panic(fault.Errorf("index %d out of range of %d", i, m.n))
	}
	return unsafe.Add(m.data, i*m.size())
}

// loadBits reads number i as its bits, at once even while others write. As all that uses the memory, it
// keeps the handle alive until it is done.
func (m *Memory) loadBits(i int) uint64 {
	p := m.at(i)
	defer runtime.KeepAlive(m)
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

func (m *Memory) swapBits(i int, old, new uint64) bool {
	p := m.at(i)
	defer runtime.KeepAlive(m)
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

func (m *Memory) storeBits(i int, bits uint64) {
	p := m.at(i)
	defer runtime.KeepAlive(m)
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
func (m *Memory) Load(i int, into any) {
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
func (m *Memory) bitsOf(from any) uint64 {
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
func (m *Memory) Store(i int, from any) { m.storeBits(i, m.bitsOf(from)) }

// CompareAndSwap sets number i to *new if it is *old, bit by bit, and reports whether
// it did.
func (m *Memory) CompareAndSwap(i int, old, new any) bool {
	return m.swapBits(i, m.bitsOf(old), m.bitsOf(new))
}

// Slice sets into, a pointer to a slice of the numbers' type, to the memory itself.
func (m *Memory) Slice(into any) {
	v := reflect.ValueOf(into).Elem()
	if v.Kind() != reflect.Slice || v.Type().Elem().Kind() != m.kind {
		panic(fault.Errorf("shared %s do not make a %s", m.kind, v.Type()))
	}
	v.Set(reflect.NewAt(reflect.ArrayOf(m.n, v.Type().Elem()), m.data).Elem().Slice(0, m.n))
	m.slice()
}

// Fill copies the numbers of a slice to the beginning of the memory.
func (m *Memory) Fill(from any) {
	v := reflect.ValueOf(from)
	if v.Len() > m.n || v.Type().Elem().Kind() != m.kind {
		panic(fault.Errorf("%d numbers of type %s do not go into %d shared %s", v.Len(), v.Type().Elem(), m.n, m.kind))
	}
	size := v.Len() * m.size()
	copy(unsafe.Slice((*byte)(m.data), size), unsafe.Slice((*byte)(v.UnsafePointer()), size))
	runtime.KeepAlive(m)
}
