package codec

import (
	"context"
	"encoding"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"math"
	"os"
	"os/exec"
	"reflect"
	"sync"
	"time"
	"unsafe"
)

// An encoder writes one message.
type encoder struct {
	r        *Registry
	buf      []byte
	refs     map[ref]uint64       // pointers and maps written so far
	dynamic  map[reflect.Type]int // descriptions written so far in interfaces
	depth    int
	onHandle func(any)
	grow     func([]byte, int) []byte // may be nil
}

// A ref is a pointer's identity: a struct and its first field share an address.
type ref struct {
	p unsafe.Pointer
	t reflect.Type
}

// An encodeFunc writes the value at p.
type encodeFunc func(e *encoder, p unsafe.Pointer) *EncodeError

type encodePlan struct {
	header []byte // length and description
	encode encodeFunc
}

// zeroOnly are types whose state belongs to one process.
var zeroOnly = map[reflect.Type]bool{
	reflect.TypeFor[sync.Mutex]():     true,
	reflect.TypeFor[sync.RWMutex]():   true,
	reflect.TypeFor[sync.WaitGroup](): true,
	reflect.TypeFor[sync.Cond]():      true,
	reflect.TypeFor[sync.Map]():       true,
	reflect.TypeFor[sync.Pool]():      true,
	reflect.TypeFor[os.File]():        true,
	reflect.TypeFor[os.Root]():        true,
	reflect.TypeFor[os.Process]():     true,
	reflect.TypeFor[exec.Cmd]():       true,
	reflect.TypeFor[reflect.Value]():  true,
}

// An ownEncoding is a pair of methods by which a type writes and reads itself.
type ownEncoding struct {
	out, in reflect.Type
	encode  func(any) ([]byte, error)
	decode  func(any, []byte) error
}

var ownEncodings = []ownEncoding{
	{reflect.TypeFor[gob.GobEncoder](), reflect.TypeFor[gob.GobDecoder](),
		func(v any) ([]byte, error) { return v.(gob.GobEncoder).GobEncode() },
		func(v any, b []byte) error { return v.(gob.GobDecoder).GobDecode(b) }},
	{reflect.TypeFor[encoding.BinaryMarshaler](), reflect.TypeFor[encoding.BinaryUnmarshaler](),
		func(v any) ([]byte, error) { return v.(encoding.BinaryMarshaler).MarshalBinary() },
		func(v any, b []byte) error { return v.(encoding.BinaryUnmarshaler).UnmarshalBinary(b) }},
	{reflect.TypeFor[encoding.TextMarshaler](), reflect.TypeFor[encoding.TextUnmarshaler](),
		func(v any) ([]byte, error) { return v.(encoding.TextMarshaler).MarshalText() },
		func(v any, b []byte) error { return v.(encoding.TextUnmarshaler).UnmarshalText(b) }},
}

const ownText = 2 // index in ownEncodings

// classify returns how t is described, and for wireOwn by which encoding.
func (r *Registry) classify(t reflect.Type) (kind, how byte) {
	switch k := t.Kind(); {
	case r.handle(t) != nil:
		return wireHandle, 0
	case t == reflect.TypeFor[time.Time]():
		return wireTime, 0
	case zeroOnly[t] || t.PkgPath() == "internal/poll":
		return wireZero, 0
	case k == reflect.Interface:
		return wireIface, 0
	case k == reflect.Chan, k == reflect.Func, k == reflect.UnsafePointer:
		return wireNil, 0
	case k == reflect.Pointer:
		return wirePtr, 0
	}
	if how, ok := ownEncodingOf(t); ok {
		return wireOwn, how
	}
	switch t.Kind() {
	case reflect.Slice:
		return wireSlice, 0
	case reflect.Array:
		return wireArray, 0
	case reflect.Map:
		return wireMap, 0
	case reflect.Struct:
		return wireStruct, 0
	}
	return byte(t.Kind()), 0
}

func (r *Registry) handle(t reflect.Type) *Handle {
	if t.Kind() != reflect.Pointer {
		return nil
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.handles[t]
}

// ownEncodingOf tells how t writes itself, if it does. Text is only for structs that
// hide something: for the rest the structure says more.
func ownEncodingOf(t reflect.Type) (byte, bool) {
	if t.PkgPath() == "" {
		return 0, false
	}
	for i, own := range ownEncodings {
		p := reflect.PointerTo(t)
		if !p.Implements(own.out) || !p.Implements(own.in) || promoted(t, own.out) {
			continue
		}
		if i == ownText && !hides(t) {
			continue
		}
		return byte(i), true
	}
	return 0, false
}

// promoted tells whether the method may come from an embedded field, in which case
// it would not write the other fields.
func promoted(t, method reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && (f.Type.Implements(method) || reflect.PointerTo(f.Type).Implements(method)) {
			return true
		}
	}
	return false
}

func hides(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			return true
		}
	}
	return false
}

// encoder returns the plan for t, made once.
func (r *Registry) encoder(t reflect.Type) *encodePlan {
	if p, ok := r.encoders.Load(t); ok {
		return p.(*encodePlan)
	}
	desc := r.describe(nil, t, map[reflect.Type]int{})
	plan := &encodePlan{
		header: append(binary.AppendUvarint(nil, uint64(len(desc))), desc...),
		encode: r.compile(t, map[reflect.Type]*encodeFunc{}),
	}
	p, _ := r.encoders.LoadOrStore(t, plan)
	return p.(*encodePlan)
}

// compile builds the function that writes a t. making holds those being built, for
// types that contain themselves.
func (r *Registry) compile(t reflect.Type, making map[reflect.Type]*encodeFunc) encodeFunc {
	if f := making[t]; f != nil {
		return func(e *encoder, p unsafe.Pointer) *EncodeError { return (*f)(e, p) }
	}
	f := new(encodeFunc)
	making[t] = f
	*f = r.compileKind(t, making)
	return *f
}

func (r *Registry) compileKind(t reflect.Type, making map[reflect.Type]*encodeFunc) encodeFunc {
	kind, how := r.classify(t)
	switch kind {
	case wireHandle:
		return handleEncoder(r.handle(t))
	case wireTime:
		return encodeTime
	case wireZero, wireNil:
		return func(_ *encoder, p unsafe.Pointer) *EncodeError {
			if reflect.NewAt(t, p).Elem().IsZero() {
				return nil
			}
			return &EncodeError{Type: t.String()}
		}
	case wireIface:
		return interfaceEncoder(t)
	case wireOwn:
		return ownEncoder(t, ownEncodings[how])
	case wirePtr:
		return pointerEncoder(t, r.compile(t.Elem(), making))
	case wireSlice:
		return sliceEncoder(t, r, making)
	case wireArray:
		return arrayEncoder(t, r.compile(t.Elem(), making))
	case wireMap:
		return mapEncoder(t, r.compile(t.Key(), making), r.compile(t.Elem(), making))
	case wireStruct:
		return structEncoder(t, r, making)
	}
	return basicEncoder(t.Kind())
}

func (e *encoder) uvarint(n uint64) { e.buf = binary.AppendUvarint(e.buf, n) }

// bytes adds what may be large.
func (e *encoder) bytes(b []byte) {
	if e.grow != nil && len(b) > cap(e.buf)-len(e.buf) {
		e.buf = e.grow(e.buf, len(b))
	}
	e.buf = append(e.buf, b...)
}

func basicEncoder(k reflect.Kind) encodeFunc {
	switch k {
	case reflect.String:
		return func(e *encoder, p unsafe.Pointer) *EncodeError {
			s := *(*string)(p)
			e.uvarint(uint64(len(s)))
			e.bytes(unsafe.Slice(unsafe.StringData(s), len(s)))
			return nil
		}
	case reflect.Complex64:
		return func(e *encoder, p unsafe.Pointer) *EncodeError {
			c := *(*complex64)(p)
			e.buf = binary.LittleEndian.AppendUint32(e.buf, math.Float32bits(real(c)))
			e.buf = binary.LittleEndian.AppendUint32(e.buf, math.Float32bits(imag(c)))
			return nil
		}
	case reflect.Complex128:
		return func(e *encoder, p unsafe.Pointer) *EncodeError {
			c := *(*complex128)(p)
			e.buf = binary.LittleEndian.AppendUint64(e.buf, math.Float64bits(real(c)))
			e.buf = binary.LittleEndian.AppendUint64(e.buf, math.Float64bits(imag(c)))
			return nil
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(e *encoder, p unsafe.Pointer) *EncodeError {
			e.buf = binary.AppendVarint(e.buf, int64(loadBits(k, p)))
			return nil
		}
	case reflect.Float32:
		return func(e *encoder, p unsafe.Pointer) *EncodeError {
			e.buf = binary.LittleEndian.AppendUint32(e.buf, *(*uint32)(p))
			return nil
		}
	case reflect.Float64:
		return func(e *encoder, p unsafe.Pointer) *EncodeError {
			e.buf = binary.LittleEndian.AppendUint64(e.buf, *(*uint64)(p))
			return nil
		}
	}
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		e.uvarint(loadBits(k, p))
		return nil
	}
}

// loadBits reads an integer or bool; signed ones come sign-extended.
func loadBits(k reflect.Kind, p unsafe.Pointer) uint64 {
	switch k {
	case reflect.Bool:
		if *(*bool)(p) {
			return 1
		}
		return 0
	case reflect.Int:
		return uint64(*(*int)(p))
	case reflect.Int8:
		return uint64(*(*int8)(p))
	case reflect.Int16:
		return uint64(*(*int16)(p))
	case reflect.Int32:
		return uint64(*(*int32)(p))
	case reflect.Int64:
		return uint64(*(*int64)(p))
	case reflect.Uint8:
		return uint64(*(*uint8)(p))
	case reflect.Uint16:
		return uint64(*(*uint16)(p))
	case reflect.Uint32:
		return uint64(*(*uint32)(p))
	case reflect.Uint64:
		return *(*uint64)(p)
	}
	return uint64(*(*uint)(p)) // and uintptr
}

// rawSize is the size of elements that slices hold as they are in memory, 0 for others.
func rawSize(k reflect.Kind) int {
	switch k {
	case reflect.Int8, reflect.Uint8:
		return 1
	case reflect.Int16, reflect.Uint16:
		return 2
	case reflect.Int32, reflect.Uint32, reflect.Float32:
		return 4
	case reflect.Int64, reflect.Uint64, reflect.Float64, reflect.Complex64:
		return 8
	case reflect.Int, reflect.Uint, reflect.Uintptr:
		return int(unsafe.Sizeof(0))
	case reflect.Complex128:
		return 16
	}
	return 0
}

// rawElem tells whether t's values are written as they are in memory.
func (r *Registry) rawElem(t reflect.Type) bool {
	kind, _ := r.classify(t)
	return kind == byte(t.Kind()) && rawSize(t.Kind()) > 0
}

func sliceEncoder(t reflect.Type, r *Registry, making map[reflect.Type]*encodeFunc) encodeFunc {
	size := t.Elem().Size()
	raw := r.rawElem(t.Elem())
	var elem encodeFunc
	if !raw {
		elem = r.compile(t.Elem(), making)
	}
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		s := *(*[]byte)(p) // the header of any slice
		if s == nil {
			e.uvarint(0)
			return nil
		}
		n := len(s)
		e.uvarint(uint64(n) + 1)
		first := unsafe.Pointer(unsafe.SliceData(s))
		if raw {
			e.bytes(unsafe.Slice((*byte)(first), n*int(size)))
			return nil
		}
		return e.elements(first, n, size, elem)
	}
}

func arrayEncoder(t reflect.Type, elem encodeFunc) encodeFunc {
	n, size := t.Len(), t.Elem().Size()
	return func(e *encoder, p unsafe.Pointer) *EncodeError { return e.elements(p, n, size, elem) }
}

func (e *encoder) elements(first unsafe.Pointer, n int, size uintptr, elem encodeFunc) *EncodeError {
	if e.depth++; e.depth > maxValueDepth {
		return &EncodeError{Err: fmt.Errorf("nested too deeply")}
	}
	defer func() { e.depth-- }()
	for i := range n {
		if err := elem(e, unsafe.Add(first, uintptr(i)*size)); err != nil {
			return err.at(fmt.Sprintf("[%d]", i))
		}
	}
	return nil
}

func structEncoder(t reflect.Type, r *Registry, making map[reflect.Type]*encodeFunc) encodeFunc {
	type field struct {
		offset uintptr
		encode encodeFunc
		name   string
	}
	var fields []field
	for _, f := range crossingFields(t) {
		fields = append(fields, field{f.Offset, r.compile(f.Type, making), "." + plainName(f.Name)})
	}
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		for i := range fields {
			f := &fields[i]
			if err := f.encode(e, unsafe.Add(p, f.offset)); err != nil {
				return err.at(f.name)
			}
		}
		return nil
	}
}

// seen writes a reference if p was written before. Else it writes that p follows.
func (e *encoder) seen(p unsafe.Pointer, t reflect.Type) bool {
	if e.refs == nil {
		e.refs = map[ref]uint64{}
	}
	if n, ok := e.refs[ref{p, t}]; ok {
		e.buf = append(e.buf, 2)
		e.uvarint(n)
		return true
	}
	e.refs[ref{p, t}] = uint64(len(e.refs))
	e.buf = append(e.buf, 1)
	return false
}

func pointerEncoder(t reflect.Type, elem encodeFunc) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		target := *(*unsafe.Pointer)(p)
		if target == nil {
			e.buf = append(e.buf, 0)
			return nil
		}
		if e.seen(target, t) {
			return nil
		}
		if e.depth++; e.depth > maxValueDepth {
			return &EncodeError{Type: t.String(), Err: fmt.Errorf("nested too deeply")}
		}
		err := elem(e, target)
		e.depth--
		return err
	}
}

func mapEncoder(t reflect.Type, key, elem encodeFunc) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		m := reflect.NewAt(t, p).Elem()
		if m.IsNil() {
			e.buf = append(e.buf, 0)
			return nil
		}
		if e.seen(m.UnsafePointer(), t) {
			return nil
		}
		if e.depth++; e.depth > maxValueDepth {
			return &EncodeError{Type: t.String(), Err: fmt.Errorf("nested too deeply")}
		}
		defer func() { e.depth-- }()
		e.uvarint(uint64(m.Len()))
		k, v := reflect.New(t.Key()), reflect.New(t.Elem())
		for entry := m.MapRange(); entry.Next(); {
			k.Elem().SetIterKey(entry)
			v.Elem().SetIterValue(entry)
			if err := key(e, k.UnsafePointer()); err != nil {
				return err.at(" key ")
			}
			if err := elem(e, v.UnsafePointer()); err != nil {
				return err.at(fmt.Sprintf("[%#v]", k.Elem()))
			}
		}
		return nil
	}
}

func handleEncoder(h *Handle) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		if *(*unsafe.Pointer)(p) == nil {
			e.uvarint(0)
			return nil
		}
		v := reflect.NewAt(h.Type, p).Elem().Interface()
		data, err := h.Encode(v)
		if err != nil {
			return &EncodeError{Type: h.Type.String(), Err: err}
		}
		if e.onHandle != nil {
			e.onHandle(v)
		}
		e.uvarint(uint64(len(data)) + 1)
		e.buf = append(e.buf, data...)
		return nil
	}
}

func ownEncoder(t reflect.Type, own ownEncoding) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		data, err := own.encode(reflect.NewAt(t, p).Interface())
		if err != nil {
			return &EncodeError{Type: t.String(), Err: err}
		}
		e.uvarint(uint64(len(data)))
		e.bytes(data)
		return nil
	}
}

// encodeTime writes the wall clock and the location; the monotonic clock is one
// process's own.
func encodeTime(e *encoder, p unsafe.Pointer) *EncodeError {
	t := *(*time.Time)(p)
	e.buf = binary.AppendVarint(e.buf, t.Unix())
	e.uvarint(uint64(t.Nanosecond()))
	zone, offset := t.Zone()
	e.buf = appendString(e.buf, t.Location().String())
	e.buf = appendString(e.buf, zone)
	e.buf = binary.AppendVarint(e.buf, int64(offset))
	return nil
}

// The marks of an interface's content.
const (
	dynNil   = 0
	dynNew   = 1 // description and value
	dynKnown = 2 // number of a description and value
	dynError = 3 // an error record
)

func interfaceEncoder(t reflect.Type) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		v := reflect.NewAt(t, p).Elem().Elem()
		if !v.IsValid() {
			e.buf = append(e.buf, dynNil)
			return nil
		}
		if e.depth++; e.depth > maxValueDepth {
			return &EncodeError{Type: t.String(), Err: fmt.Errorf("nested too deeply")}
		}
		defer func() { e.depth-- }()
		switch x := v.Interface().(type) {
		case error:
			e.buf = append(e.buf, dynError)
			e.error(x, 0)
			return nil
		case context.Context:
			return &EncodeError{Type: v.Type().String()}
		}
		plan := e.r.encoder(v.Type())
		if n, ok := e.dynamic[v.Type()]; ok {
			e.buf = append(e.buf, dynKnown)
			e.uvarint(uint64(n))
		} else {
			if e.dynamic == nil {
				e.dynamic = map[reflect.Type]int{}
			}
			e.dynamic[v.Type()] = len(e.dynamic)
			e.buf = append(append(e.buf, dynNew), plan.header...)
		}
		return plan.encode(e, pointerTo(v))
	}
}
