package object

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
)

// magic begins a Go object file of the one format that is known here: that of
// cmd/internal/goobj since Go 1.20.
const magic = "\x00go120ld"

// The blocks of an object file, and how long their records are.
const (
	blockAutolib    = 0
	blockPackages   = 1
	blockFirstDefs  = 3 // four blocks of definitions, of which the last have names that count
	blockDefs       = 6
	blockRefs       = 7
	blockRelocIndex = 11
	blockAuxIndex   = 12
	blockDataIndex  = 13
	blockRelocs     = 14
	blockData       = 16
	blockEnd        = 18

	objFlagsAt  = len(magic) + 8 // after the fingerprint
	offsetsAt   = objFlagsAt + 4
	offsetCount = blockEnd + 1

	symbolSize  = 21
	sizeAt      = 13 // in a symbol: the size of its data
	relocSize   = 23
	packageSize = 16 // of Autolib
)

// noPackage is the package index of symbols that are known by name.
const noPackage = 1<<31 - 1

const flagDupOK = 1

// flagFromAssembly is a flag of an object file, which says that the assembler has made it.
const flagFromAssembly = 1 << 2

// The types of symbols that are functions.
const (
	textSymbol     = 1
	textFIPSSymbol = 2
)

// An ABI is how a function is called. Data has that of zero.
type ABI uint16

// The ABIs that functions have in object files.
const (
	ABI0        ABI = 0
	ABIInternal ABI = 1
	abiStatic   ABI = 1<<16 - 1
)

// A Ref names a symbol of another package.
type Ref struct {
	Name string
	ABI  ABI
}

func (r Ref) isType() bool { return strings.HasPrefix(r.Name, "type:") }

// A goObject is a Go object file in memory.
type goObject struct {
	prefix []byte // what the archive's member has before it
	data   []byte
}

var errFormat = errors.New("not a Go object file of the known format")

// openObjects reads the Go objects of an archive: that of the compiler, and those of the
// assembler.
func openObjects(file string) ([]*goObject, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	objects, err := parseObjects(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return objects, nil
}

func parseObjects(archive []byte) (objects []*goObject, err error) {
	for member := range members(archive) {
		if !isGoObject(member) {
			continue // what packages export, or C
		}
		o, err := parseObject(member)
		if err != nil {
			return nil, err
		}
		objects = append(objects, o)
	}
	if objects == nil {
		return nil, errFormat
	}
	return objects, nil
}

func isGoObject(member []byte) bool {
	return bytes.HasPrefix(member, []byte("go object ")) && bytes.Contains(member, []byte(magic))
}

// parseObject finds the object in a file or a member of an archive.
func parseObject(data []byte) (*goObject, error) {
	at := bytes.Index(data, []byte(magic))
	if at < 0 || len(data) < at+offsetsAt+4*offsetCount {
		return nil, errFormat
	}
	o := &goObject{data[:at], data[at:]}
	last := uint32(offsetsAt + 4*offsetCount)
	for b := range offsetCount {
		if o.offset(b) < last || int(o.offset(b)) > len(o.data) {
			return nil, errFormat
		}
		last = o.offset(b)
	}
	return o, nil
}

func (o *goObject) offset(block int) uint32 { return o.uint32(uint32(offsetsAt + 4*block)) }

func (o *goObject) uint32(at uint32) uint32 { return binary.LittleEndian.Uint32(o.data[at:]) }

// records yields the records of a block.
func (o *goObject) records(block int, size uint32) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for at, end := o.offset(block), o.offset(block+1); at+size <= end; at += size {
			if !yield(o.data[at : at+size]) {
				return
			}
		}
	}
}

// name is the string that a record begins with.
func (o *goObject) name(record []byte) string {
	length, at := uint64(binary.LittleEndian.Uint32(record)), uint64(binary.LittleEndian.Uint32(record[4:]))
	if at+length > uint64(len(o.data)) {
		return ""
	}
	return string(o.data[at : at+length])
}

func abi(symbol []byte) ABI { return ABI(binary.LittleEndian.Uint16(symbol[8:])) }

func isText(symbol []byte) bool { return symbol[10] == textSymbol || symbol[10] == textFIPSSymbol }

func isDup(symbol []byte) bool { return symbol[11]&flagDupOK != 0 }

func size(symbol []byte) uint32 { return binary.LittleEndian.Uint32(symbol[sizeAt:]) }

// References returns the symbols that a package needs of others, and the packages that it
// imports. All its references must be by name, as the compiler's flag -linkshared has it.
func References(file string) (refs []Ref, imports []string, err error) {
	objects, err := openObjects(file)
	if err != nil {
		return nil, nil, err
	}
	for _, o := range objects {
		if o.byNumber() {
			return nil, nil, fmt.Errorf("%s refers to symbols by number", file)
		}
		for r := range o.records(blockRefs, symbolSize) {
			refs = append(refs, Ref{o.name(r), abi(r)})
		}
		for r := range o.records(blockAutolib, packageSize) {
			imports = append(imports, o.name(r))
		}
	}
	return refs, imports, nil
}

// byNumber reports whether symbols of other packages are referred to by package and number.
func (o *goObject) byNumber() bool {
	return o.offset(blockPackages+1)-o.offset(blockPackages) > 8 // the first package is nobody's
}

// Definitions returns the functions, variables and types of a package that others can
// refer to, also unseen, as when a function that calls them is inlined. What may be there
// twice is in every package that uses it, but for two kinds of functions: those by which
// assembly calls Go, and the compiler's methods, as fmt.Stringer.String is one, which are
// only where their type is.
func Definitions(file, path string) ([]Ref, error) {
	objects, err := openObjects(file)
	if err != nil {
		return nil, err
	}
	var defs []Ref
	for _, o := range objects {
		for r := range o.records(blockDefs, symbolSize) {
			// A closure that is inlined wherever it is called is there, but empty.
			d := Ref{o.name(r), abi(r)}
			own := !isDup(r) || isText(r) && (d.ABI == ABI0 || !isInstance(d.Name))
			if own && d.ABI != abiStatic && size(r) > 0 && belongs(d.Name, path) {
				defs = append(defs, d)
			}
		}
	}
	return defs, nil
}

// AssemblyOnly returns the functions in archives that only assembly can call: there is no
// other body of that name. In a program's table of symbols, they look as those do which
// only Go can call.
func AssemblyOnly(files ...string) (map[string]bool, error) {
	bodies := map[string]ABI{} // ABIInternal if there is one of that
	for _, file := range files {
		objects, err := openObjects(file)
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			for r := range o.records(blockDefs, symbolSize) {
				if isText(r) && abi(r) != abiStatic {
					bodies[o.name(r)] |= abi(r)
				}
			}
		}
	}
	only := map[string]bool{}
	for name, abi := range bodies {
		if abi == ABI0 {
			only[name] = true
		}
	}
	return only, nil
}

// Pushed returns what a package defines under names of other packages, by way of the directive
// linkname, for those among others.
func Pushed(file, path string, others map[string]bool) ([]Ref, error) {
	objects, err := openObjects(file)
	if err != nil {
		return nil, err
	}
	var defs []Ref
	for _, o := range objects {
		for r := range o.records(blockDefs, symbolSize) {
			d := Ref{o.name(r), abi(r)}
			if of := packageOf(d.Name); !isDup(r) && d.ABI != abiStatic && size(r) > 0 && of != path && others[of] {
				defs = append(defs, d)
			}
		}
	}
	return defs, nil
}

// isInstance reports whether a symbol is a generic function with types for its parameters, or
// a method of such a type.
func isInstance(name string) bool { return strings.Contains(name, "[") }

// belongs reports whether a symbol is something of a package's, and not one of the tables
// that the compiler makes for it.
func belongs(name, path string) bool {
	typeName, isType := strings.CutPrefix(name, "type:")
	rest, ok := strings.CutPrefix(strings.TrimPrefix(typeName, "*"), escaped(path)+".")
	if !ok && path == "runtime" { // which has the methods of predeclared types
		rest, ok = strings.CutPrefix(name, "go:builtin.")
	}
	if !ok || isType {
		return ok
	}
	switch rest[strings.LastIndexByte(rest, '.')+1:] {
	case "args_stackmap", "arginfo0", "arginfo1", "argliveinfo", "opendefer", "stkobj", "wrapinfo":
		return false
	}
	return true
}
