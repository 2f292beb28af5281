package codec

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

// A BlockType writes many values of one plain type back to back: the elements of a chunk, or
// their results. Plain are bools, numbers, strings, and slices, arrays and structs of plain
// types: values that hold no pointers that could be shared, no interfaces, and nothing with an
// encoding of its own. Those of them that are flat, without strings and slices, are written as
// they are in memory, others each with its length before it.
//
//	t := r.BlockType(reflect.TypeFor[int]())
//	block := append([]byte(nil), t.Header...)
//	block = t.AppendSlice(block, reflect.ValueOf([]int{1, 2, 3}))
//	b, err := r.OpenBlock(block, nil)
//	err = b.Decode(reflect.ValueOf(make([]int, b.Len())))
//
// It is made once for each type, and safe for concurrent use.
type BlockType struct {
	Header []byte // a message of one value is the header and the value
	Stride int    // the size of each value; 0: each has its length before it

	typ    reflect.Type
	r      *Registry
	encode encodeFunc
}

// maxStride is the size up to which values are flat. Larger ones are messages of their own.
const maxStride = 16 << 10

// BlockType returns how values of type t cross in blocks, or nil if they do not.
func (r *Registry) BlockType(t reflect.Type) *BlockType {
	if known, ok := r.blocks.Load(t); ok {
		return known.(*BlockType)
	}
	r.init()
	made, _ := r.blocks.LoadOrStore(t, r.blockType(t))
	return made.(*BlockType)
}

func (r *Registry) blockType(t reflect.Type) *BlockType {
	plain, flat := r.plain(t, nil)
	if !plain {
		return nil
	}
	b := &BlockType{typ: t, r: r}
	if flat && t.Size() > 0 && t.Size() <= maxStride {
		b.Stride = int(t.Size())
	}
	desc := binary.AppendUvarint([]byte{wireBlock}, uint64(b.Stride))
	desc = r.describe(desc, t, map[reflect.Type]int{})
	b.Header = append(binary.AppendUvarint(nil, uint64(len(desc))), desc...)
	b.encode = r.compile(t, map[reflect.Type]*encodeFunc{})
	return b
}

// plain tells whether values of type t can be in blocks, and whether they are flat. Above are
// the types that t is part of: one that contains itself is not plain.
func (r *Registry) plain(t reflect.Type, above []reflect.Type) (plain, flat bool) {
	for _, outer := range above {
		if outer == t {
			return false, false
		}
	}
	above = append(above, t)
	switch kind, _ := r.classify(t); kind {
	case wireSlice:
		plain, _ = r.plain(t.Elem(), above)
		return plain, false
	case wireArray:
		return r.plain(t.Elem(), above)
	case wireStruct:
		return r.plainFields(t, above)
	default:
		return kind < 32, kind < 32 && t.Kind() != reflect.String
	}
}

func (r *Registry) plainFields(t reflect.Type, above []reflect.Type) (plain, flat bool) {
	flat = true
	for i := range t.NumField() {
		f := t.Field(i)
		fieldPlain, fieldFlat := r.plain(f.Type, above)
		if !fieldPlain {
			return false, false
		}
		flat = flat && fieldFlat && f.Name != "_" // which does not cross
	}
	return true, flat
}

// AppendSlice appends the elements of s, whose type this is, if they are flat.
func (b *BlockType) AppendSlice(buf []byte, s reflect.Value) []byte {
	return append(buf, unsafe.Slice((*byte)(s.UnsafePointer()), s.Len()*b.Stride)...)
}

// AppendEach appends the elements from the i-th on of a slice s of this type that is not flat, and to ends
// where each ends. It stops before one of limit bytes or more, and returns its number.
func (b *BlockType) AppendEach(buf []byte, ends []int, s reflect.Value, i, limit int) (_ []byte, _ []int, next int, _ error) {
	e := encoder{r: b.r, buf: buf, limit: limit}
	for from, n := i, s.Len(); i < n; i++ {
		at := len(e.buf)
		if i > from {
			e.reserve((at-len(buf))/(i-from), n-i)
		}
		if problem := b.sized(&e, unsafe.Add(s.UnsafePointer(), uintptr(i)*b.typ.Size())); problem != nil {
			return e.buf[:at], ends, i, problem
		}
		if e.over || len(e.buf)-at >= limit {
			return e.buf[:at], ends, i, nil
		}
		ends = append(ends, len(e.buf))
	}
	return e.buf, ends, i, nil
}

// reserve makes room for n values of about so many bytes each, if there is none for one. Append alone would copy what is there
// a dozen times until there are millions; but what was guessed from the first few is not believed too far.
func (e *encoder) reserve(each, n int) {
	if len(e.buf)+each <= cap(e.buf) {
		return
	}
	all := max((each+each/16+1)*n, len(e.buf)/2)
	grown := make([]byte, len(e.buf), len(e.buf)+max(each, min(all, 4*len(e.buf))))
	copy(grown, e.buf)
	e.buf = grown
}

// Append appends v, which is of this type. What is large asks for room by o.Grow.
func (b *BlockType) Append(buf []byte, v reflect.Value, o Options) ([]byte, error) {
	p := pointerTo(v)
	if b.Stride > 0 {
		return append(buf, unsafe.Slice((*byte)(p), b.Stride)...), nil
	}
	e := encoder{r: b.r, buf: buf, grow: o.Grow}
	if problem := b.sized(&e, p); problem != nil {
		return nil, problem
	}
	return e.buf, nil
}

// sized writes a value with its length before it.
func (b *BlockType) sized(e *encoder, p unsafe.Pointer) *EncodeError {
	at := len(e.buf)
	e.buf = append(e.buf, 0, 0, 0, 0)
	if problem := b.encode(e, p); problem != nil {
		return problem
	}
	n := len(e.buf) - at - lengthSize
	if uint64(n) > 1<<32-1 {
		return &EncodeError{Type: b.typ.String(), Err: decodeErrorf("%d bytes are too many", n)}
	}
	binary.LittleEndian.PutUint32(e.buf[at:], uint32(n))
	return nil
}

// lengthSize is the size of the length before a value that is not flat.
const lengthSize = 4

// A Block is values that have come together. It refers to the bytes that it was opened on.
type Block struct {
	r      *Registry
	header []byte
	wire   *wireType // of the block; nil: values of no type, a byte each
	data   []byte
	n      int
}

// Nothing is the header of a block that counts ends of functions without results, a byte each.
var Nothing = []byte{0}

// OpenBlock reads a header, and finds the values behind it, unless they are elsewhere: in apart.
func (r *Registry) OpenBlock(data, apart []byte) (b Block, err error) {
	r.init()
	d := decoder{r: r, data: data}
	desc, err := d.bytes()
	if err != nil {
		return b, err
	}
	b = Block{r: r, header: data[:len(data)-len(d.data)], data: d.data}
	if apart != nil {
		b.data = apart
	}
	if len(desc) == 0 {
		b.n = len(b.data)
		return b, nil
	}
	if b.wire, err = r.parse(desc); err != nil {
		return b, err
	}
	if b.wire.kind != wireBlock {
		return b, decodeErrorf("%s is no block", b.wire)
	}
	b.n, err = b.count()
	return b, err
}

// count counts the values, and sees to it that none is cut off.
func (b *Block) count() (int, error) {
	if size := b.wire.len; size > 0 {
		if len(b.data)%size != 0 {
			return 0, errShort
		}
		return len(b.data) / size, nil
	}
	n := 0
	for rest := b.data; len(rest) > 0; n++ {
		size := valueSize(rest)
		if size < 0 {
			return 0, errShort
		}
		rest = rest[size:]
	}
	return n, nil
}

// valueSize is how many bytes the first value of data takes with its length, or -1 if it is cut off.
func valueSize(data []byte) int {
	if len(data) < lengthSize {
		return -1
	}
	n := uint64(binary.LittleEndian.Uint32(data)) + lengthSize
	if n > uint64(len(data)) {
		return -1
	}
	return int(n)
}

// Len is how many values there are.
func (b *Block) Len() int { return b.n }

// Skip leaves out the first n values, of which there are as many.
func (b *Block) Skip(n int) {
	if b.wire == nil || b.wire.len > 0 {
		b.data = b.data[n*b.first():]
	} else {
		for range n {
			b.data = b.data[b.first():]
		}
	}
	b.n -= n
}

// Keep leaves out all but the first n values, of which there are as many.
func (b *Block) Keep(n int) {
	if n == b.n { // mostly
		return
	}
	rest := *b
	rest.Skip(n)
	b.data, b.n = b.data[:len(b.data)-len(rest.data)], n
}

// first is how many bytes the first value takes.
func (b *Block) first() int {
	switch {
	case b.wire == nil:
		return 1
	case b.wire.len > 0:
		return b.wire.len
	}
	return valueSize(b.data)
}

// Next takes the first value out, as a message of its own, which Decode reads. It is empty if the value has no type.
func (b *Block) Next() []byte {
	size := b.first()
	value := b.data[:size]
	b.data, b.n = b.data[size:], b.n-1
	if b.wire == nil {
		return nil
	}
	return append(append(make([]byte, 0, len(b.header)+size), b.header...), value...)
}

// Decode sets the elements of the slice s, which has b.Len() of them, to the values. After an
// error some may be set. Small strings share memory, of some kilobytes.
func (b *Block) Decode(s reflect.Value) (err error) {
	if b.wire == nil || b.n == 0 {
		return nil
	}
	defer recovered(&err)
	t := s.Type().Elem()
	if raw := b.r.rawCopier(b.wire, t); raw != nil {
		return raw(s.UnsafePointer(), b.data)
	}
	decode, err := b.r.decodePlan(b.wire, t)
	if err != nil {
		return err
	}
	d := decoder{r: b.r, data: b.data, budget: budget(len(b.data)), together: true}
	for i := range b.n {
		if err := decode(&d, unsafe.Add(s.UnsafePointer(), uintptr(i)*t.Size())); err != nil {
			return err
		}
	}
	return nil
}

// TextSize is how many bytes a string takes in a block, and PutText puts it into as many.
func TextSize(s string) int {
	var n [binary.MaxVarintLen64]byte
	return lengthSize + binary.PutUvarint(n[:], uint64(len(s))) + len(s)
}

// PutText is what BlockType.Append does for strings.
func PutText(to []byte, s string) {
	binary.LittleEndian.PutUint32(to, uint32(len(to)-lengthSize))
	n := binary.PutUvarint(to[lengthSize:], uint64(len(s)))
	copy(to[lengthSize+n:], s)
}
