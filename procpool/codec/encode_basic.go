package codec

import (
	"encoding/binary"
	"math"
	"reflect"
	"unsafe"
)

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
