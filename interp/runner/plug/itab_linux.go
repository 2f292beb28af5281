//go:build cgo && (amd64 || arm64)

package plug

import (
	"sync/atomic"
	"unsafe"
)

// An itab is as the runtime has it. The methods follow.
type itab struct {
	inter unsafe.Pointer
	typ   unsafe.Pointer
	hash  uint32 // the type's, by which type switches of compiled code go
}

// getitab is the runtime's, which it keeps for packages that need it. It finds the itab of a
// pair, or makes one; it is nil if the type lacks methods.
//
//go:linkname getitab runtime.getitab
func getitab(inter, typ unsafe.Pointer, canFail bool) *itab

// itab is the one itab of a pair, of which the dynamic linker has found some.
func (m *module) itab(p unsafe.Pointer) unsafe.Pointer {
	found := (*itab)(p)
	if m.has(found.inter) || m.has(found.typ) {
		return p // nobody can have another
	}
	one := getitab(found.inter, found.typ, true)
	if one == nil {
		return p
	}
	// The runtime puts no hash into what it makes: no type switch could know of it.
	if one.hash != found.hash {
		atomic.StoreUint32(&one.hash, found.hash)
	}
	return unsafe.Pointer(one)
}
