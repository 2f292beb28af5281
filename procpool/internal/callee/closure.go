package callee

import (
	"reflect"
	"unsafe"
)

// Closure is where a function value points to: its code and what it captures. It is nil
// for anything else.
func Closure(f any) unsafe.Pointer {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return nil
	}
	held := reflect.New(v.Type())
	held.Elem().Set(v)
	return *(*unsafe.Pointer)(held.UnsafePointer())
}
