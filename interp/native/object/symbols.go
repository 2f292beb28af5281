package object

import (
	"bytes"
	"cmp"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"sync"
)

// A symbol is one that a program or plugin has for others.
type symbol struct {
	value    uint64
	size     uint64
	kind     elf.SymType
	assembly bool // a function that only assembly can call
}

// isFunc reports whether a symbol is a function that a reference may mean.
func (s symbol) isFunc(r Ref) bool { return s.kind == elf.STT_FUNC && !r.isType() }

// A Module is a program or plugin that has symbols for others.
type Module struct {
	file *elf.File
	find func(name string) (symbol, bool)
	// typeAt is the name of the type at an address, or "".
	typeAt func(address uint64) string

	// What the dynamic linker puts where: addresses in the module, and those of symbols,
	// which may be other modules'.
	relative map[uint64]uint64
	symbolic map[uint64]string
}

// Has reports whether a module has what a reference means.
func (m *Module) Has(r Ref) bool {
	_, _, ok := m.lookup(r)
	return ok
}

// lookup finds what a reference means, and its name in the module. A function that both Go
// and assembly can call has two bodies, of which that for assembly has a longer name. With
// one body it has the plain name, whichever it is, and does not do for the other kind of
// call, which would look for the arguments elsewhere.
func (m *Module) lookup(r Ref) (name string, s symbol, ok bool) {
	name = mangle(r.Name)
	if r.ABI == ABI0 && !r.isType() {
		if s, ok := m.find(name + assemblySuffix); ok {
			return name + assemblySuffix, s, true
		}
	}
	s, ok = m.find(name)
	switch {
	case !ok, s.kind == elf.STT_TLS: // every plugin has its own name for the runtime's variable
		return "", symbol{}, false
	case s.isFunc(r) && s.assembly != (r.ABI == ABI0):
		return "", symbol{}, false
	}
	return name, s, true
}

// Missing returns what a plugin wants to find when it is opened and none of the modules has.
// The dynamic linker would refuse to open it.
func Missing(plugin string, modules ...*Module) (names []string, err error) {
	f, err := elf.Open(plugin)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	symbols, err := f.DynamicSymbols()
	if err != nil {
		return nil, err
	}
	for _, s := range symbols {
		if s.Section != elf.SHN_UNDEF || elf.ST_BIND(s.Info) == elf.STB_WEAK {
			continue
		}
		if !slices.ContainsFunc(modules, func(m *Module) bool { _, ok := m.find(s.Name); return ok }) {
			names = append(names, s.Name)
		}
	}
	return names, nil
}

// Close lets go of the module's file.
func (m *Module) Close() error { return m.file.Close() }

// OpenPlugin opens a plugin, which has few symbols. Functions that only assembly can call are
// named, as AssemblyOnly does.
func OpenPlugin(file string, assemblyOnly map[string]bool) (*Module, error) {
	f, err := elf.Open(file)
	if err != nil {
		return nil, err
	}
	symbols, err := f.DynamicSymbols()
	if err != nil {
		f.Close()
		return nil, err
	}
	byName, byAddress := make(map[string]symbol, len(symbols)), map[uint64]string{}
	for _, s := range symbols {
		if s.Section == elf.SHN_UNDEF {
			continue
		}
		byName[s.Name] = symbol{s.Value, s.Size, elf.ST_TYPE(s.Info), assemblyOnly[s.Name]}
		if strings.HasPrefix(s.Name, "type:") {
			byAddress[s.Value] = s.Name
		}
	}
	m := &Module{file: f, relative: map[uint64]uint64{}, symbolic: map[uint64]string{}}
	m.find = func(name string) (symbol, bool) { s, ok := byName[name]; return s, ok }
	m.typeAt = func(address uint64) string { return byAddress[address] }
	if err := m.readRelocations(symbols); err != nil {
		f.Close()
		return nil, err
	}
	return m, nil
}

// readRelocations reads what the dynamic linker fills in.
func (m *Module) readRelocations(symbols []elf.Symbol) error {
	if m.file.Machine != elf.EM_X86_64 {
		return fmt.Errorf("no relocations of %v are known", m.file.Machine)
	}
	for _, s := range m.file.Sections {
		if s.Type != elf.SHT_RELA {
			continue
		}
		data, err := s.Data()
		if err != nil {
			return err
		}
		for ; len(data) >= 24; data = data[24:] {
			at, addend := binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[16:])
			index := int(binary.LittleEndian.Uint32(data[12:]))
			switch elf.R_X86_64(binary.LittleEndian.Uint32(data[8:])) {
			case elf.R_X86_64_RELATIVE:
				m.relative[at] = addend
			case elf.R_X86_64_64:
				if addend == 0 && 0 < index && index <= len(symbols) {
					m.symbolic[at] = symbols[index-1].Name
				}
			}
		}
	}
	return nil
}

// read returns what the module's file has for some memory.
func (m *Module) read(address, size uint64) ([]byte, bool) {
	for _, s := range m.file.Sections {
		if s.Type == elf.SHT_PROGBITS && s.Flags&elf.SHF_ALLOC != 0 && s.Addr <= address && address+size <= s.Addr+s.Size {
			data := make([]byte, size)
			_, err := s.ReadAt(data, int64(address-s.Addr))
			return data, err == nil
		}
	}
	return nil, false
}

// An index is the symbols of a program in a file, sorted by name, since a program has a
// hundred thousand and a plugin needs a hundred: count, then the records, then the names.
const (
	recordSize = 4 + 4 + 8 + 8 + 2 + 2 // where the name begins and ends, value, size, kind, assembly
	countSize  = 4
)

// WriteIndex writes the index of a program, which must be at a fixed place in memory.
// Functions that only assembly can call are named, as AssemblyOnly does.
func WriteIndex(index, program string, assemblyOnly map[string]bool) error {
	f, err := elf.Open(program)
	if err != nil {
		return err
	}
	defer f.Close()
	if f.Type != elf.ET_EXEC {
		return errors.New("the program is not at a fixed place in memory")
	}
	symbols, err := f.DynamicSymbols()
	if err != nil {
		return err
	}
	symbols = slices.DeleteFunc(symbols, func(s elf.Symbol) bool { return s.Section == elf.SHN_UNDEF })
	slices.SortFunc(symbols, func(a, b elf.Symbol) int { return cmp.Compare(a.Name, b.Name) })
	var records, names bytes.Buffer
	for _, s := range symbols {
		record := make([]byte, 0, recordSize)
		record = binary.LittleEndian.AppendUint32(record, uint32(names.Len()))
		names.WriteString(s.Name)
		record = binary.LittleEndian.AppendUint32(record, uint32(names.Len()))
		record = binary.LittleEndian.AppendUint64(record, s.Value)
		record = binary.LittleEndian.AppendUint64(record, s.Size)
		record = binary.LittleEndian.AppendUint16(record, uint16(elf.ST_TYPE(s.Info)))
		assembly := uint16(0)
		if assemblyOnly[s.Name] {
			assembly = 1
		}
		record = binary.LittleEndian.AppendUint16(record, assembly)
		records.Write(record)
	}
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(symbols)))
	return os.WriteFile(index, slices.Concat(out, records.Bytes(), names.Bytes()), 0o644)
}

// OpenIndex opens a program whose symbols are in an index.
func OpenIndex(index, program string) (*Module, error) {
	data, err := os.ReadFile(index)
	if err != nil {
		return nil, err
	}
	if len(data) < countSize {
		return nil, errors.New("the index of symbols is cut off")
	}
	count := int(binary.LittleEndian.Uint32(data))
	records := data[countSize:]
	if len(records) < count*recordSize {
		return nil, errors.New("the index of symbols is cut off")
	}
	names := records[count*recordSize:]
	name := func(i int) []byte {
		r := records[i*recordSize:]
		return names[binary.LittleEndian.Uint32(r):binary.LittleEndian.Uint32(r[4:])]
	}
	record := func(i int) symbol {
		r := records[i*recordSize:]
		kind, assembly := elf.SymType(binary.LittleEndian.Uint16(r[24:])), binary.LittleEndian.Uint16(r[26:]) != 0
		return symbol{binary.LittleEndian.Uint64(r[8:]), binary.LittleEndian.Uint64(r[16:]), kind, assembly}
	}
	first := func(wanted string) int {
		return sort.Search(count, func(i int) bool { return string(name(i)) >= wanted })
	}
	types := sync.OnceValue(func() map[uint64]string {
		byAddress := map[uint64]string{}
		for i := first("type:"); i < first("type;"); i++ {
			byAddress[record(i).value] = string(name(i))
		}
		return byAddress
	})
	f, err := elf.Open(program)
	if err != nil {
		return nil, err
	}
	return &Module{
		file: f,
		find: func(wanted string) (symbol, bool) {
			if i := first(wanted); i < count && string(name(i)) == wanted {
				return record(i), true
			}
			return symbol{}, false
		},
		typeAt: func(address uint64) string { return types()[address] },
	}, nil
}
