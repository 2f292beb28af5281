//go:build cgo && (amd64 || arm64)

package plug

// What a loaded file says of itself, in the words of ELF for 64 bits. Package debug/elf has the
// same and reads files besides; compiling it and what it imports would make the first cell of a
// new installation wait for a second.

type fileHeader struct {
	Ident                     [16]byte
	Type, Machine             uint16
	Version                   uint32
	Entry, Phoff, Shoff       uint64
	Flags                     uint32
	Ehsize, Phentsize, Phnum  uint16
	Shentsize, Shnum, Shtrndx uint16
}

type segment struct {
	Type, Flags                               uint32
	Off, Vaddr, Paddr, Filesz, Memsz, Aligned uint64
}

type dynamicEntry struct{ Tag, Val uint64 }

type relocation struct {
	Off, Info uint64
	Addend    int64
}

func (r *relocation) symbol() uint32 { return uint32(r.Info >> 32) }
func (r *relocation) kind() uint32   { return uint32(r.Info) }

type symbol struct {
	Name        uint32
	Info, Other byte
	Section     uint16
	Value, Size uint64
}

const (
	elfMagic = "\x7fELF"

	segmentLoad     = 1          // PT_LOAD
	segmentReadOnly = 0x6474e552 // PT_GNU_RELRO

	tagNull     = 0
	tagNames    = 5 // DT_STRTAB
	tagSymbols  = 6 // DT_SYMTAB
	tagRela     = 7
	tagRelaSize = 8
	tagNameSize = 10 // DT_STRSZ
)

// addressKinds are the relocations that put a symbol's address somewhere, by architecture.
var addressKinds = map[string][2]uint32{
	"amd64": {1, 6},      // R_X86_64_64, R_X86_64_GLOB_DAT
	"arm64": {257, 1025}, // R_AARCH64_ABS64, R_AARCH64_GLOB_DAT
}
