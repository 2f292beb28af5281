//go:build cgo && (amd64 || arm64)

package plug

import (
	"debug/elf"
	"errors"
	"runtime"
	"syscall"
	"unsafe"
)

// A module is a plugin in memory: what the dynamic linker knows of it.
type module struct {
	start     unsafe.Pointer // where address 0 of the file is
	size      uintptr
	readOnly  elf.Prog64 // what the dynamic linker has protected after it filled it in
	relocated []elf.Rela64
	symbols   unsafe.Pointer // a table of elf.Sym64
	names     []byte
}

// newModule reads the headers of what was loaded. Its dynamic section says where the rest is.
func newModule(start, dynamic unsafe.Pointer) (*module, error) {
	header := (*elf.Header64)(start)
	if string(header.Ident[:4]) != elf.ELFMAG || header.Phentsize != uint16(unsafe.Sizeof(elf.Prog64{})) {
		return nil, errors.New("its beginning is not in memory")
	}
	m := &module{start: start}
	for _, p := range unsafe.Slice((*elf.Prog64)(m.at(header.Phoff)), header.Phnum) {
		switch elf.ProgType(p.Type) {
		case elf.PT_LOAD:
			m.size = max(m.size, uintptr(p.Vaddr+p.Memsz))
		case elf.PT_GNU_RELRO:
			m.readOnly = p
		}
	}
	values := map[elf.DynTag]uint64{}
	for d := (*elf.Dyn64)(dynamic); elf.DynTag(d.Tag) != elf.DT_NULL; d = (*elf.Dyn64)(unsafe.Add(unsafe.Pointer(d), unsafe.Sizeof(*d))) {
		values[elf.DynTag(d.Tag)] = d.Val
	}
	m.symbols = m.table(values[elf.DT_SYMTAB])
	m.names = unsafe.Slice((*byte)(m.table(values[elf.DT_STRTAB])), values[elf.DT_STRSZ])
	m.relocated = unsafe.Slice((*elf.Rela64)(m.table(values[elf.DT_RELA])), values[elf.DT_RELASZ]/uint64(unsafe.Sizeof(elf.Rela64{})))
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
func (m *module) name(r *elf.Rela64) []byte {
	symbol := elf.R_SYM64(r.Info)
	if symbol == 0 || r.Addend != 0 || !address(elf.R_TYPE64(r.Info)) {
		return nil
	}
	s := (*elf.Sym64)(unsafe.Add(m.symbols, uintptr(symbol)*unsafe.Sizeof(elf.Sym64{})))
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
	if runtime.GOARCH == "arm64" {
		return elf.R_AARCH64(kind) == elf.R_AARCH64_ABS64 || elf.R_AARCH64(kind) == elf.R_AARCH64_GLOB_DAT
	}
	return elf.R_X86_64(kind) == elf.R_X86_64_64 || elf.R_X86_64(kind) == elf.R_X86_64_GLOB_DAT
}
