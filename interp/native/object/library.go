package object

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"reflect"
	"strings"
)

// InternalSuffix is what the Go linker expects after the names of functions of the internal
// ABI in a shared library. Programs with plugins have them without it.
const InternalSuffix = ".abiinternal"

// assemblySuffix is what it puts after the name of a function's body that assembly calls, if
// there is one that Go calls too.
const assemblySuffix = ".abi0"

// A Library is a shared library for the Go linker to look at: it has the names of symbols
// that modules have, and of types their descriptions, but no code.
type Library struct {
	modules []*Module
	exports []export
	have    map[string]bool
	data    bytes.Buffer

	pointers []pointer
}

// A pointer in a Library's data points to a type.
type pointer struct {
	at       uint64
	typeName string
}

// An export is a symbol of a Library.
type export struct {
	name    string
	kind    elf.SymType
	address uint64
	size    uint64
}

// dataAddress is where a Library's data would be.
const dataAddress = 0x10000

// NewLibrary returns a library with what refs need of the modules. What none of them has is
// left out, for the Go linker to complain about if it is needed.
func NewLibrary(refs []Ref, modules ...*Module) *Library {
	l := &Library{modules: modules, have: map[string]bool{}}
	for _, r := range refs {
		l.Add(r)
	}
	return l
}

// Add adds a symbol if a module has it.
func (l *Library) Add(r Ref) bool {
	for _, m := range l.modules {
		if l.add(r, m) {
			return true
		}
	}
	return false
}

func (l *Library) add(r Ref, m *Module) bool {
	name, s, ok := m.lookup(r)
	switch {
	case !ok:
		return false
	case r.isType() && s.kind == elf.STT_OBJECT && !strings.HasPrefix(r.Name, "type:."):
		return l.addType(name, s, m)
	case s.isFunc(r) && r.ABI == ABIInternal:
		l.export(name+InternalSuffix, s.kind, 0, nil)
	default:
		l.export(name, s.kind, s.size, nil)
	}
	return true
}

// Where a type's description has what the linker needs to know where pointers are.
const (
	pointerBytesAt = 8
	flagsAt        = 20
	kindAt         = 23
	maskAt         = 32
	minimumType    = 48 // what all types have

	maskOnDemand = 1 << 4 // the mask is made when it is needed
	kindMask     = 1<<5 - 1
)

// addType adds a type with its description, and what the linker follows to find pointers:
// the mask, and of structs and arrays the types of their elements.
func (l *Library) addType(name string, s symbol, m *Module) bool {
	if l.have[name] {
		return true
	}
	description, ok := m.read(s.value, s.size)
	if !ok || len(description) < minimumType {
		return false
	}
	bytes := binary.LittleEndian.Uint64(description[pointerBytesAt:])
	var mask uint64
	if description[flagsAt]&maskOnDemand == 0 && bytes > 0 {
		if in, address, _ := l.pointee(m, s.value+maskAt); in != nil {
			if bits, ok := in.read(address, (bytes/8+7)/8); ok {
				mask = l.place(bits)
			}
		}
	}
	binary.LittleEndian.PutUint64(description[maskAt:], mask)
	l.export(name, s.kind, s.size, description)
	address := l.exports[len(l.exports)-1].address
	switch reflect.Kind(description[kindAt] & kindMask) {
	case reflect.Struct, reflect.Array:
		for at := uint64(minimumType); at+8 <= s.size; at += 8 {
			l.follow(m, s.value+at, address+at)
		}
	}
	return true
}

// follow adds the type that a pointer points to, if it does, and notes that the pointer
// that is at from in a module and at to in the library does so.
func (l *Library) follow(m *Module, from, to uint64) {
	in, address, name := l.pointee(m, from)
	if in == nil || !strings.HasPrefix(name, "type:") || strings.HasPrefix(name, "type:.") {
		return
	}
	if s, ok := in.find(name); ok && s.value == address && s.kind == elf.STT_OBJECT && l.addType(name, s, in) {
		l.pointers = append(l.pointers, pointer{to, name})
	}
}

// pointee is what a pointer in a module points to: something in that module or in another,
// and the symbol that is there, if it is a type.
func (l *Library) pointee(m *Module, at uint64) (in *Module, address uint64, name string) {
	if name, ok := m.symbolic[at]; ok {
		for _, in := range l.modules {
			if s, ok := in.find(name); ok {
				return in, s.value, name
			}
		}
		return nil, 0, ""
	}
	address, ok := m.relative[at]
	if !ok {
		data, ok := m.read(at, 8)
		if !ok {
			return nil, 0, ""
		}
		address = binary.LittleEndian.Uint64(data)
	}
	return m, address, m.typeAt(address)
}

// Invent adds a symbol that no module need have.
func (l *Library) Invent(name string, kind elf.SymType, data []byte) {
	l.export(name, kind, uint64(len(data)), data)
}

func (l *Library) export(name string, kind elf.SymType, size uint64, data []byte) {
	if l.have[name] {
		return
	}
	l.have[name] = true
	l.exports = append(l.exports, export{name, kind, l.place(data), size})
}

func (l *Library) place(data []byte) (address uint64) {
	address = uint64(dataAddress + l.data.Len())
	l.data.Write(data)
	l.data.Write(make([]byte, 8+(8-l.data.Len()%8)%8)) // no two at one address
	return address
}

// TypeSize sets up the description of a type of which only the size counts: that of a
// variable which a module has.
func (l *Library) TypeSize(name, variable string) error {
	for _, m := range l.modules {
		if s, ok := m.find(variable); ok {
			description := make([]byte, 128)
			binary.LittleEndian.PutUint64(description, s.size)
			l.Invent(name, elf.STT_OBJECT, description)
			return nil
		}
	}
	return errors.New("nobody has " + variable)
}
