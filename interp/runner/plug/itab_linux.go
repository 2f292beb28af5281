//go:build cgo && (amd64 || arm64)

package plug

import (
	"bytes"
	"sync/atomic"
	"unsafe"
)

// itabPrefix is what the names of itabs begin with: go:itab.T,I
var itabPrefix = []byte("go:itab.")

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

// bindItabs points the module's references to itabs to those that count in this process.
func (m *module) bindItabs() error {
	var patches []patch
	for i := range m.relocated {
		r := &m.relocated[i]
		if !bytes.HasPrefix(m.name(r), itabPrefix) {
			continue
		}
		at := m.at(r.Off)
		found := (*itab)(unsafe.Add(*(*unsafe.Pointer)(at), -r.Addend))
		if counts := m.counts(found); counts != found {
			patches = append(patches, patch{at, uintptr(unsafe.Pointer(counts)) + uintptr(r.Addend)})
		}
	}
	return m.write(patches)
}

// counts is the one itab of a pair, of which the dynamic linker has found some.
func (m *module) counts(found *itab) *itab {
	if m.has(found.inter) || m.has(found.typ) {
		return found // nobody can have another
	}
	one := getitab(found.inter, found.typ, true)
	if one == nil {
		return found
	}
	// The runtime puts no hash into what it makes: no type switch could know of it.
	if one.hash != found.hash {
		atomic.StoreUint32(&one.hash, found.hash)
	}
	return one
}
