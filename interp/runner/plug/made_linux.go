//go:build cgo && (amd64 || arm64)

package plug

import (
	"reflect"
	"sync"
	"unsafe"
)

// made finds the types that package reflect has made in this process: reflect.SliceOf and
// its like make one when no compiled code has it, and keep it in tables.
type made struct {
	pointers *sync.Map // of types to those of pointers to them
	others   *sync.Map // of slices, arrays, channels, maps
	funcs    *sync.Map // to slices of types
	structs  *sync.Map // to slices of types
}

// A guarded is a table that is only changed with a lock held.
type guarded struct {
	sync.Mutex
	table sync.Map
}

// findMade looks for reflect's tables among the program's symbols. A program that does not
// show them, or a Go that has other ones, is as one in which reflect makes no types.
func findMade() made {
	var m made
	m.pointers, m.others = (*sync.Map)(lookup("reflect.ptrMap")), (*sync.Map)(lookup("reflect.lookupCache"))
	if g := (*guarded)(lookup("reflect.funcLookupCache")); g != nil {
		m.funcs = &g.table
	}
	if g := (*guarded)(lookup("reflect.structLookupCache")); g != nil {
		m.structs = &g.table
	}
	return m
}

// byPart are the types made, by their kind and the first type that they are made of.
func (m *made) byPart() map[part][]reflect.Type {
	found := map[part][]reflect.Type{}
	for _, table := range []*sync.Map{m.pointers, m.others, m.funcs, m.structs} {
		if table == nil {
			continue
		}
		table.Range(func(_, v any) bool {
			for _, p := range addresses(reflect.ValueOf(v)) {
				t := typeAt(p)
				found[partOf(t)] = append(found[partOf(t)], t)
			}
			return true
		})
	}
	return found
}

// addresses are where the types are that a table's value tells of: a pointer to one, or a slice of
// pointers, in interfaces or not.
func addresses(v reflect.Value) []unsafe.Pointer {
	switch v.Kind() {
	case reflect.Interface:
		return addresses(v.Elem())
	case reflect.Pointer:
		return []unsafe.Pointer{v.UnsafePointer()}
	case reflect.Slice:
		var all []unsafe.Pointer
		for i := range v.Len() {
			all = append(all, addresses(v.Index(i))...)
		}
		return all
	}
	return nil
}

// typeAt is the type whose description is at an address.
func typeAt(p unsafe.Pointer) reflect.Type {
	var v any
	*(*unsafe.Pointer)(unsafe.Pointer(&v)) = p // of the two words, reflect.TypeOf looks at this one
	return reflect.TypeOf(v)
}

// addressOf is where the description of a type is.
func addressOf(t reflect.Type) unsafe.Pointer { return reflect.ValueOf(t).UnsafePointer() }
