package object

import (
	"encoding/binary"
	"slices"
)

// The numbers of an object's own blocks of definitions, where other numbers are those of
// packages: each block has its name in place of a package's.
const (
	packageSelf     = noPackage - 4
	packageHashed   = noPackage - 2
	packageHashed64 = noPackage - 1
)

// flagWeak marks a reference that does not make the linker keep what it refers to.
const flagWeak = 1 << 15

// A target is what a definition refers to.
type target struct {
	symbol []byte // nil: something of the runtime's that the compiler knows by number
	number int    // among the object's own definitions, or -1
	at     int    // where in what refers to it
}

// definitions are the records of all that an object defines, by number.
func (o *goObject) definitions() (defs [][]byte) {
	for block := blockFirstDefs; block <= blockDefs; block++ {
		defs = slices.AppendSeq(defs, o.records(block, symbolSize))
	}
	return defs
}

// targets yields what a definition refers to, in its order, and by far not each once.
func (o *goObject) targets(number int) func(yield func(target) bool) {
	return func(yield func(target) bool) {
		at := o.offset(blockRelocIndex) + 4*uint32(number)
		if at+8 > o.offset(blockRelocIndex+1) {
			return
		}
		first, end := o.offset(blockRelocs)+relocSize*o.uint32(at), o.offset(blockRelocs)+relocSize*o.uint32(at+4)
		for at := first; at+relocSize <= min(end, o.offset(blockRelocs+1)); at += relocSize {
			reloc := o.data[at : at+relocSize]
			if binary.LittleEndian.Uint16(reloc[5:])&flagWeak == 0 && !yield(o.target(reloc)) {
				return
			}
		}
	}
}

// target is what a reference refers to.
func (o *goObject) target(reloc []byte) target {
	index := int(binary.LittleEndian.Uint32(reloc[19:]))
	block := 0
	switch binary.LittleEndian.Uint32(reloc[15:]) {
	case packageSelf:
		block = blockFirstDefs
	case packageHashed64:
		block = blockFirstDefs + 1
	case packageHashed:
		block = blockFirstDefs + 2
	case noPackage:
		block = blockDefs
	default:
		return target{number: -1}
	}
	before := 0
	for b := blockFirstDefs; b < block; b++ {
		before += o.count(b)
	}
	number := before + index
	if block == blockDefs && index >= o.count(blockDefs) {
		block, index, number = blockRefs, index-o.count(blockDefs), -1
	}
	at := o.offset(block) + symbolSize*uint32(index)
	if index < 0 || at+symbolSize > o.offset(block+1) {
		return target{number: -1}
	}
	return target{o.data[at : at+symbolSize], number, int(binary.LittleEndian.Uint32(reloc))}
}

// count is how many symbols there are in a block.
func (o *goObject) count(block int) int {
	return int(o.offset(block+1)-o.offset(block)) / symbolSize
}
