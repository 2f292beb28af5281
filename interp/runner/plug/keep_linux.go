//go:build cgo && (amd64 || arm64)

package plug

import (
	"reflect"
	"slices"
	"sync"
	"unsafe"
)

// keep has reflect find again the functions and structs that it has made of types which have
// another hash now. It looks for them by a hash of its own, which it computes of their parts'.
func (m *made) keep(hashed map[unsafe.Pointer]bool) {
	if len(hashed) == 0 {
		return
	}
	for _, of := range []struct {
		table *sync.Map
		again func(reflect.Type) reflect.Type
	}{{m.funcs, funcAgain}, {m.structs, structAgain}} {
		for _, lost := range lostIn(of.table, hashed) {
			t := typeAt(addresses(lost)[0])
			if again := of.again(t); again != t {
				replace(of.table, again, lost)
			}
		}
	}
}

// lostIn are the elements of a table's slices that are of types with another hash.
func lostIn(table *sync.Map, hashed map[unsafe.Pointer]bool) (lost []reflect.Value) {
	for element := range elements(table) {
		if slices.ContainsFunc(parts(typeAt(addresses(element)[0])), func(t reflect.Type) bool { return hashed[addressOf(t)] }) {
			lost = append(lost, element)
		}
	}
	return lost
}

// replace puts a type where reflect has just put another one for the same parts, of which
// nobody else knows.
func replace(table *sync.Map, again reflect.Type, by reflect.Value) {
	for element := range elements(table) {
		if addresses(element)[0] == addressOf(again) {
			element.Set(by)
		}
	}
}

// elements are those of a table's slices, each a pointer to a type.
func elements(table *sync.Map) func(yield func(reflect.Value) bool) {
	return func(yield func(reflect.Value) bool) {
		if table == nil {
			return
		}
		table.Range(func(_, v any) bool {
			for i := range reflect.ValueOf(v).Len() {
				if !yield(reflect.ValueOf(v).Index(i)) {
					return false
				}
			}
			return true
		})
	}
}

func funcAgain(t reflect.Type) reflect.Type {
	return reflect.FuncOf(slices.Collect(t.Ins()), slices.Collect(t.Outs()), t.IsVariadic())
}

func structAgain(t reflect.Type) reflect.Type { return reflect.StructOf(fields(t)) }
