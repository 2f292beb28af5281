package codec

import (
	"encoding/binary"
	"errors"
	"reflect"
	"sync/atomic"
	"unsafe"
)

// An encoder writes one message.
type encoder struct {
	r        *Registry
	buf      []byte
	refs     map[ref]uint64       // pointers and maps written so far
	places   uint64               // numbers given to those, and to what pointers may point to within values
	dynamic  map[reflect.Type]int // descriptions written so far in interfaces
	depth    int
	errors   int // written so far
	onHandle func(any)
	keeps    bool                     // onHandle does, until the message is decoded
	back     bool                     // see Options
	grow     func([]byte, int) []byte // may be nil
	limit    int                      // of a piece, if it is not 0
	over     bool                     // a piece was left out that is beyond the limit
}

// A ref is a pointer's identity: a struct and its first field share an address.
type ref struct {
	p unsafe.Pointer
	t reflect.Type
}

// An encodeFunc writes the value at p.
type encodeFunc func(e *encoder, p unsafe.Pointer) *EncodeError

type encodePlan struct {
	header      []byte // length and description
	description []byte // the end of header
	encode      encodeFunc
	found       atomic.Bool // the description leads back to the type
}

// encoder returns the plan for t, made once.
func (r *Registry) encoder(t reflect.Type) *encodePlan {
	if p, ok := r.encoders.Load(t); ok {
		return p.(*encodePlan)
	}
	desc := r.describe(nil, t, map[reflect.Type]int{})
	plan := &encodePlan{
		header:      append(binary.AppendUvarint(nil, uint64(len(desc))), desc...),
		description: desc,
		encode:      r.compile(t, map[reflect.Type]*encodeFunc{}),
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
	case wireFunc:
		return r.functionEncoder(t)
	case wireOwn:
		return ownEncoder(t, ownEncodings[how])
	case wirePtr:
		return pointerEncoder(t, r.compile(t.Elem(), making))
	case wireSlice:
		return sliceEncoder(t, r, making)
	case wireArray:
		return arrayEncoder(t, r.compileWithin(t.Elem(), making))
	case wireMap:
		return mapEncoder(t, r.compile(t.Key(), making), r.compile(t.Elem(), making))
	case wireStruct:
		return structEncoder(t, r, making)
	}
	return basicEncoder(t.Kind())
}

// tooDeep is the error of a value that would take too much stack.
func tooDeep(t string) *EncodeError {
	return &EncodeError{Type: t, Err: errors.New("nested too deeply, as what contains itself in a slice or by value in an interface")}
}

func (e *encoder) uvarint(n uint64) { e.buf = binary.AppendUvarint(e.buf, n) }

// bytes adds what may be large.
func (e *encoder) bytes(b []byte) {
	if e.limit > 0 && len(b) >= e.limit {
		e.over = true
		return
	}
	if e.grow != nil && len(b) > cap(e.buf)-len(e.buf) {
		e.buf = e.grow(e.buf, len(b))
	}
	e.buf = append(e.buf, b...)
}
