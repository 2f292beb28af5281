package codec

import (
	"encoding"
	"os"
	"os/exec"
	"reflect"
	"sync"
	"time"
)

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

// gobEncoder and gobDecoder are those of encoding/gob, which by itself takes a twentieth of
// the time that a process takes to start.
type (
	gobEncoder interface{ GobEncode() ([]byte, error) }
	gobDecoder interface{ GobDecode([]byte) error }
)

var ownEncodings = []ownEncoding{
	{reflect.TypeFor[gobEncoder](), reflect.TypeFor[gobDecoder](),
		func(v any) ([]byte, error) { return v.(gobEncoder).GobEncode() },
		func(v any, b []byte) error { return v.(gobDecoder).GobDecode(b) }},
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
