package codec

import (
	"fmt"
	"reflect"
	"unsafe"
)

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
		elem = r.compileWithin(t.Elem(), making)
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
		return tooDeep("")
	}
	defer func() { e.depth-- }()
	for i := range n {
		if err := elem(e, unsafe.Add(first, uintptr(i)*size)); err != nil {
			return err.at(fmt.Sprintf("[%d]", i))
		}
	}
	return nil
}
