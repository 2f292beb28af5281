package object

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

// Bytes are the library as an ELF file: as little of one as the Go linker needs.
func (l *Library) Bytes() []byte {
	var symbols, names, relocations bytes.Buffer
	index := map[string]uint64{}
	names.WriteByte(0)
	symbols.Write(make([]byte, elf.Sym64Size))
	for i, e := range l.exports {
		index[e.name] = uint64(i + 1)
		binary.Write(&symbols, binary.LittleEndian, elf.Sym64{
			Name: uint32(names.Len()), Info: elf.ST_INFO(elf.STB_GLOBAL, e.kind), Shndx: 1, Value: e.address, Size: e.size,
		})
		names.WriteString(e.name)
		names.WriteByte(0)
	}
	for _, p := range l.pointers {
		binary.Write(&relocations, binary.LittleEndian, elf.Rela64{Off: p.at, Info: index[p.typeName]<<32 | uint64(elf.R_X86_64_64)})
	}
	f := &elfFile{}
	f.out.Write(make([]byte, binary.Size(elf.Header64{})))
	f.section("", elf.Section64{}, nil)
	f.section(".data", elf.Section64{Type: uint32(elf.SHT_PROGBITS), Flags: uint64(elf.SHF_ALLOC | elf.SHF_WRITE), Addr: dataAddress}, l.data.Bytes())
	f.section(".dynsym", elf.Section64{Type: uint32(elf.SHT_DYNSYM), Flags: uint64(elf.SHF_ALLOC), Link: 3, Info: 1, Entsize: elf.Sym64Size}, symbols.Bytes())
	f.section(".dynstr", elf.Section64{Type: uint32(elf.SHT_STRTAB), Flags: uint64(elf.SHF_ALLOC)}, names.Bytes())
	f.section(".rela.dyn", elf.Section64{Type: uint32(elf.SHT_RELA), Flags: uint64(elf.SHF_ALLOC), Link: 2, Entsize: 24}, relocations.Bytes())
	return f.bytes()
}

// An elfFile is an ELF file that grows section by section.
type elfFile struct {
	out      bytes.Buffer
	names    bytes.Buffer
	sections []elf.Section64
}

func (f *elfFile) section(name string, s elf.Section64, data []byte) {
	s.Name = uint32(f.names.Len())
	f.names.WriteString(name)
	f.names.WriteByte(0)
	if s.Type != uint32(elf.SHT_NULL) {
		f.align()
		s.Off, s.Size, s.Addralign = uint64(f.out.Len()), uint64(len(data)), 8
		f.out.Write(data)
	}
	f.sections = append(f.sections, s)
}

func (f *elfFile) align() { f.out.Write(make([]byte, (8-f.out.Len()%8)%8)) }

func (f *elfFile) bytes() []byte {
	const names = ".shstrtab"
	f.section(names, elf.Section64{Type: uint32(elf.SHT_STRTAB)}, append(f.names.Bytes(), names+"\x00"...))
	f.align()
	header := elf.Header64{
		Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT), Shoff: uint64(f.out.Len()),
		Ehsize: uint16(binary.Size(elf.Header64{})), Shentsize: uint16(binary.Size(elf.Section64{})),
		Shnum: uint16(len(f.sections)), Shstrndx: uint16(len(f.sections) - 1),
	}
	copy(header.Ident[:], elf.ELFMAG)
	header.Ident[elf.EI_CLASS] = byte(elf.ELFCLASS64)
	header.Ident[elf.EI_DATA] = byte(elf.ELFDATA2LSB)
	header.Ident[elf.EI_VERSION] = byte(elf.EV_CURRENT)
	binary.Write(&f.out, binary.LittleEndian, f.sections)
	var head bytes.Buffer
	binary.Write(&head, binary.LittleEndian, header)
	copy(f.out.Bytes(), head.Bytes())
	return f.out.Bytes()
}
