//go:build cgo && (amd64 || arm64)

package plug

import (
	"errors"
	"runtime"
	"syscall"
	"unsafe"
)

// A module is a plugin in memory: what the dynamic linker knows of it.
type module struct {
	start     unsafe.Pointer // where address 0 of the file is
	size      uintptr
	readOnly  segment // what the dynamic linker has protected after it filled it in
	relocated []relocation
	symbols   unsafe.Pointer // a table of them
	names     []byte
}

// newModule reads the headers of what was loaded. Its dynamic section says where the rest is.
func newModule(start, dynamic unsafe.Pointer) (*module, error) {
	header := (*fileHeader)(start)
	if string(header.Ident[:4]) != elfMagic || header.Phentsize != uint16(unsafe.Sizeof(segment{})) {
		return nil, errors.New("its beginning is not in memory")
	}
	m := &module{start: start}
	for _, p := range unsafe.Slice((*segment)(m.at(header.Phoff)), header.Phnum) {
		switch p.Type {
		case segmentLoad:
			m.size = max(m.size, uintptr(p.Vaddr+p.Memsz))
		case segmentReadOnly:
			m.readOnly = p
		}
	}
	values := map[uint64]uint64{}
	for d := (*dynamicEntry)(dynamic); d.Tag != tagNull; d = (*dynamicEntry)(unsafe.Add(unsafe.Pointer(d), unsafe.Sizeof(*d))) {
		values[d.Tag] = d.Val
	}
	m.symbols = m.table(values[tagSymbols])
	m.names = unsafe.Slice((*byte)(m.table(values[tagNames])), values[tagNameSize])
	m.relocated = unsafe.Slice((*relocation)(m.table(values[tagRela])), values[tagRelaSize]/uint64(unsafe.Sizeof(relocation{})))
	return m, nil
}

// at is where an address of the file is in memory.
func (m *module) at(address uint64) unsafe.Pointer { return unsafe.Add(m.start, address) }

// table is where a table of the dynamic section is. Some dynamic linkers have put the address in
// memory there, others leave the file's.
func (m *module) table(address uint64) unsafe.Pointer {
	if start := uint64(uintptr(m.start)); address >= start {
		address -= start
	}
	return m.at(address)
}

// has reports whether something in memory is the module's.
func (m *module) has(p unsafe.Pointer) bool {
	return uintptr(p)-uintptr(m.start) < m.size
}

// name is the symbol's whose address a relocation fills in, and what follows it in the table of
// names; it is empty if there is no symbol, or something else is filled in. Descriptions of types
// point to parts of themselves by way of their symbols, and must go on to do so.
func (m *module) name(r *relocation) []byte {
	number := r.symbol()
	if number == 0 || r.Addend != 0 || !address(r.kind()) {
		return nil
	}
	s := (*symbol)(unsafe.Add(m.symbols, uintptr(number)*unsafe.Sizeof(symbol{})))
	return m.names[min(int(s.Name), len(m.names)):]
}

// A patch is to be written where the dynamic linker has filled in an address.
type patch struct {
	at    unsafe.Pointer
	value unsafe.Pointer
}

// write writes patches, none of which anybody has read yet.
func (m *module) write(patches []patch) error {
	page := uint64(syscall.Getpagesize())
	start, end := m.readOnly.Vaddr&^(page-1), (m.readOnly.Vaddr+m.readOnly.Memsz)&^(page-1)
	if len(patches) == 0 {
		return nil
	}
	var protected []byte
	if start < end {
		protected = unsafe.Slice((*byte)(m.at(start)), end-start)
		if err := syscall.Mprotect(protected, syscall.PROT_READ|syscall.PROT_WRITE); err != nil {
			return err
		}
	}
	for _, p := range patches {
		*(*unsafe.Pointer)(p.at) = p.value
	}
	if protected == nil {
		return nil
	}
	return syscall.Mprotect(protected, syscall.PROT_READ)
}

// address reports whether a relocation of this type puts a symbol's address somewhere.
func address(kind uint32) bool {
	kinds := addressKinds[runtime.GOARCH]
	return kind == kinds[0] || kind == kinds[1]
}
