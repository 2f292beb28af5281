package callee

import (
	"reflect"
	"unsafe"
)

// methodReceiver reads the receiver that a method value is bound to. The
// compiler makes a method value a closure: a code pointer followed by the receiver.
func methodReceiver(method reflect.Value, receiver reflect.Type) reflect.Value {
	bound := reflect.New(method.Type())
	bound.Elem().Set(method)
	closure := *(*unsafe.Pointer)(bound.UnsafePointer())
	offset := unsafe.Sizeof(uintptr(0))
	if a := uintptr(receiver.Align()); a > offset {
		offset = a
	}
	return reflect.NewAt(receiver, unsafe.Add(closure, offset)).Elem()
}
