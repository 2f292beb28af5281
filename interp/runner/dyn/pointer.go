package dyn

import (
	"reflect"
	"unsafe"
)

// The interpreter converts no pointers to unsafe.Pointer and back.

// pointer is unsafe.Pointer(p).
func pointer(p any) unsafe.Pointer { return reflect.ValueOf(p).UnsafePointer() }

// pointTo is *to = (*T)(p), where to is a **T.
func pointTo(p unsafe.Pointer, to any) {
	v := reflect.ValueOf(to).Elem()
	v.Set(reflect.NewAt(v.Type().Elem(), p).Convert(v.Type()))
}

// address is uintptr(p).
func address(p unsafe.Pointer) uintptr { return uintptr(p) }
