package codec

import (
	"reflect"
	"unsafe"
)

// typesByString is reflect's, which it keeps for packages that need it. It returns the types
// without a name of a text, among those that the linker has put into the program and
// into the plugins that are open.
//
//go:linkname typesByString reflect.typesByString
func typesByString(text string) []unsafe.Pointer

// linked returns the types of the program that are written so, such as "image.Point", of whatever
// import path. A type that is described in a program has its pointer type described, too,
// and that has no name. It takes some microseconds.
func linked(text string) (found []reflect.Type) {
	for _, p := range typesByString("*" + text) {
		if t := typeAt(p); t.Kind() == reflect.Pointer {
			found = append(found, t.Elem())
		}
	}
	return found
}

// typeAt is the type whose description is at an address.
func typeAt(p unsafe.Pointer) reflect.Type {
	var v any
	*(*unsafe.Pointer)(unsafe.Pointer(&v)) = p // of the two words, reflect.TypeOf looks at this one
	return reflect.TypeOf(v)
}

// hashOf is the number by which the compiler tells types apart that are written in the same way:
// those that two functions of a package declare under one name. It is the same
// wherever the package is compiled.
func hashOf(t reflect.Type) uint32 {
	type description struct { // how one begins
		size, pointers uintptr
		hash           uint32
	}
	return (*description)(reflect.ValueOf(t).UnsafePointer()).hash
}
