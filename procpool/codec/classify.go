package codec

import (
	"encoding"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"sync"
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

// oneProcess are packages whose types mean something in one process only, if they are not zero.
var oneProcess = map[string]bool{
	"internal/poll": true, // descriptors
	"unique":        true, // a handle is told by its address
	"hash/maphash":  true, // each process has its own seed
}

// byParts are packages whose types read what they have written only into a value that was made for it,
// and a zero one is not: a checksum has its table already.
var byParts = map[string]bool{"hash/crc32": true, "hash/crc64": true}

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
	if kind, ok := r.special(t); ok {
		return kind, 0
	}
	if how, ok := r.ownEncodingOf(t); ok {
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

// special returns how t is described if neither a method nor its elements or fields matter.
func (r *Registry) special(t reflect.Type) (kind byte, ok bool) {
	switch k := t.Kind(); {
	case r.handle(t) != nil:
		return wireHandle, true
	case t == timeType:
		return wireTime, true
	case zeroOnly[t] || oneProcess[t.PkgPath()]:
		return wireZero, true
	case k == reflect.Interface:
		return wireIface, true
	case k == reflect.Func && r.functions != nil:
		return wireFunc, true
	case k == reflect.Chan, k == reflect.Func, k == reflect.UnsafePointer:
		return wireNil, true
	case k == reflect.Pointer:
		return wirePtr, true
	}
	return 0, false
}

func (r *Registry) handle(t reflect.Type) *Handle {
	if t.Kind() != reflect.Pointer {
		return nil
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.handles[t]
}

// ownEncodingOf tells how t writes itself, if it does. A text is written for people, and may leave
// out something: it is only for what has parts that cannot cross.
func (r *Registry) ownEncodingOf(t reflect.Type) (byte, bool) {
	how, ok := ownMethods(t)
	if ok && how == ownText && !r.bound(t, map[reflect.Type]bool{}) {
		return 0, false
	}
	return how, ok
}

// ownMethods is the first of ownEncodings whose methods t has.
func ownMethods(t reflect.Type) (byte, bool) {
	if t.PkgPath() == "" || byParts[t.PkgPath()] {
		return 0, false
	}
	p := reflect.PointerTo(t)
	for i, own := range ownEncodings {
		if p.Implements(own.out) && p.Implements(own.in) && !promoted(t, own.out) {
			return byte(i), true
		}
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

// unlocked are those of zeroOnly that most values have as zero.
var unlocked = map[reflect.Type]bool{
	reflect.TypeFor[sync.Mutex]():     true,
	reflect.TypeFor[sync.RWMutex]():   true,
	reflect.TypeFor[sync.WaitGroup](): true,
}

// bound tells whether t holds something, as far as types say, that cannot leave the process. seen are
// the types that were looked at.
func (r *Registry) bound(t reflect.Type, seen map[reflect.Type]bool) bool {
	part := func(t reflect.Type) bool {
		if seen[t] || unlocked[t] {
			return false
		}
		seen[t] = true
		kind, special := r.special(t)
		if special && kind != wirePtr {
			return kind == wireNil || kind == wireZero || kind == wireFunc
		}
		_, writes := ownMethods(t)
		return !writes && r.bound(t, seen)
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return part(t.Elem())
	case reflect.Map:
		return part(t.Key()) || part(t.Elem())
	case reflect.Struct:
		return slices.ContainsFunc(crossingFields(t), func(f reflect.StructField) bool { return part(f.Type) })
	}
	return false
}
