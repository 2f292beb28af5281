package codec

import (
	"reflect"
	"time"
)

var timeType = reflect.TypeFor[time.Time]()

var basicTypes = map[reflect.Kind]reflect.Type{
	reflect.Bool: reflect.TypeFor[bool](), reflect.String: reflect.TypeFor[string](),
	reflect.Int: reflect.TypeFor[int](), reflect.Int8: reflect.TypeFor[int8](), reflect.Int16: reflect.TypeFor[int16](),
	reflect.Int32: reflect.TypeFor[int32](), reflect.Int64: reflect.TypeFor[int64](),
	reflect.Uint: reflect.TypeFor[uint](), reflect.Uint8: reflect.TypeFor[uint8](), reflect.Uint16: reflect.TypeFor[uint16](),
	reflect.Uint32: reflect.TypeFor[uint32](), reflect.Uint64: reflect.TypeFor[uint64](), reflect.Uintptr: reflect.TypeFor[uintptr](),
	reflect.Float32: reflect.TypeFor[float32](), reflect.Float64: reflect.TypeFor[float64](),
	reflect.Complex64: reflect.TypeFor[complex64](), reflect.Complex128: reflect.TypeFor[complex128](),
}

// String describes the type for people.
func (w *wireType) String() string { return w.describe(0) }

func (w *wireType) describe(depth int) string {
	if depth > 4 {
		return "…"
	}
	switch w.kind {
	case wireNamed:
		return w.name.String()
	case wireHandle:
		return w.handle
	case wireSlice:
		return "[]" + w.elem.describe(depth+1)
	case wireArray:
		return "[…]" + w.elem.describe(depth+1)
	case wireWithin:
		return w.elem.describe(depth + 1)
	case wirePtr:
		return "*" + w.elem.describe(depth+1)
	case wireMap:
		return "map[" + w.key.describe(depth+1) + "]" + w.elem.describe(depth+1)
	case wireStruct:
		return "a struct"
	case wireIface:
		return "any"
	case wireAsks:
		return "an interface without a name"
	case wireOwn:
		return "a type with its own encoding"
	case wireBlock:
		return "a block of " + w.elem.describe(depth+1)
	case wireTime:
		return "time.Time"
	case wireFunc:
		return "a function"
	case wireNil:
		return "a nil function or channel"
	case wireZero:
		return "a zero lock"
	}
	return reflect.Kind(w.kind).String()
}
