//go:build cgo && (amd64 || arm64)

package plug

import (
	"debug/elf"
	"testing"
	"unsafe"
)

func TestELF(t *testing.T) {
	for _, c := range [][2]uintptr{
		{unsafe.Sizeof(fileHeader{}), unsafe.Sizeof(elf.Header64{})},
		{unsafe.Offsetof(fileHeader{}.Phoff), unsafe.Offsetof(elf.Header64{}.Phoff)},
		{unsafe.Offsetof(fileHeader{}.Phnum), unsafe.Offsetof(elf.Header64{}.Phnum)},
		{unsafe.Offsetof(fileHeader{}.Phentsize), unsafe.Offsetof(elf.Header64{}.Phentsize)},
		{unsafe.Sizeof(segment{}), unsafe.Sizeof(elf.Prog64{})},
		{unsafe.Offsetof(segment{}.Vaddr), unsafe.Offsetof(elf.Prog64{}.Vaddr)},
		{unsafe.Offsetof(segment{}.Memsz), unsafe.Offsetof(elf.Prog64{}.Memsz)},
		{unsafe.Sizeof(dynamicEntry{}), unsafe.Sizeof(elf.Dyn64{})},
		{unsafe.Sizeof(relocation{}), unsafe.Sizeof(elf.Rela64{})},
		{unsafe.Sizeof(symbol{}), unsafe.Sizeof(elf.Sym64{})},
		{uintptr(segmentLoad), uintptr(elf.PT_LOAD)},
		{uintptr(segmentReadOnly), uintptr(elf.PT_GNU_RELRO)},
		{uintptr(tagNames), uintptr(elf.DT_STRTAB)},
		{uintptr(tagNameSize), uintptr(elf.DT_STRSZ)},
		{uintptr(tagSymbols), uintptr(elf.DT_SYMTAB)},
		{uintptr(tagRela), uintptr(elf.DT_RELA)},
		{uintptr(tagRelaSize), uintptr(elf.DT_RELASZ)},
		{uintptr(addressKinds["amd64"][0]), uintptr(elf.R_X86_64_64)},
		{uintptr(addressKinds["amd64"][1]), uintptr(elf.R_X86_64_GLOB_DAT)},
		{uintptr(addressKinds["arm64"][0]), uintptr(elf.R_AARCH64_ABS64)},
		{uintptr(addressKinds["arm64"][1]), uintptr(elf.R_AARCH64_GLOB_DAT)},
	} {
		if c[0] != c[1] {
			t.Errorf("%#x, in debug/elf %#x", c[0], c[1])
		}
	}
}
