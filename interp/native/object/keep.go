package object

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
)

// Keep makes an object file with a variable that points to symbols, so that a program with
// the variable has them all. The template is an object with the variable, pointing to
// one symbol: what the assembler makes of DATA and GLOBL.
func Keep(template []byte, refs []Ref) ([]byte, error) {
	o, err := parseObject(template)
	if err != nil {
		return nil, err
	}
	variable := slices.Collect(o.records(blockDefs, symbolSize))
	reloc := slices.Collect(o.records(blockRelocs, relocSize))
	if len(variable) != 1 || len(reloc) != 1 || o.offset(blockFirstDefs) != o.offset(blockDefs) {
		return nil, errors.New("the template is more than a variable that points to a symbol")
	}
	w := &writer{}
	w.data.Write(o.data[:offsetsAt])
	// Since Go 1.27 the linker asks whether assembly may name what is another package's. This
	// object names what compiled cells name, and is not to be asked.
	w.data.Bytes()[objFlagsAt] &^= flagFromAssembly
	w.data.Write(make([]byte, 4*offsetCount))
	names := make([]uint32, len(refs))
	for i, r := range refs {
		names[i] = w.len()
		w.data.WriteString(r.Name)
	}
	name := w.len()
	w.data.WriteString(o.name(variable[0]))

	w.begin(blockPackages)
	w.data.Write(make([]byte, 8))
	w.begin(blockDefs)
	def := slices.Clone(variable[0])
	binary.LittleEndian.PutUint32(def[4:], name)
	binary.LittleEndian.PutUint32(def[sizeAt:], uint32(8*len(refs)))
	w.data.Write(def)
	w.begin(blockRefs)
	for i, r := range refs {
		var ref [symbolSize]byte
		binary.LittleEndian.PutUint32(ref[0:], uint32(len(r.Name)))
		binary.LittleEndian.PutUint32(ref[4:], names[i])
		binary.LittleEndian.PutUint16(ref[8:], uint16(r.ABI))
		w.data.Write(ref[:])
	}
	w.begin(blockRelocIndex)
	w.uint32s(0, uint32(len(refs)))
	w.begin(blockAuxIndex)
	w.uint32s(0, 0)
	w.begin(blockDataIndex)
	w.uint32s(0, uint32(8*len(refs)))
	w.begin(blockRelocs)
	for i := range refs {
		r := slices.Clone(reloc[0])
		binary.LittleEndian.PutUint32(r[0:], uint32(8*i))
		binary.LittleEndian.PutUint32(r[15:], noPackage)
		binary.LittleEndian.PutUint32(r[19:], uint32(1+i)) // after the variable
		w.data.Write(r)
	}
	w.begin(blockData)
	w.data.Write(make([]byte, 8*len(refs)))
	w.begin(blockEnd)
	return append(slices.Clone(o.prefix), w.data.Bytes()...), nil
}

// A writer writes an object file block by block.
type writer struct {
	data  bytes.Buffer
	block int // the next that has no offset yet
}

func (w *writer) len() uint32 { return uint32(w.data.Len()) }

// begin ends the block before, and all between.
func (w *writer) begin(block int) {
	for ; w.block <= block; w.block++ {
		binary.LittleEndian.PutUint32(w.data.Bytes()[offsetsAt+4*w.block:], w.len())
	}
}

func (w *writer) uint32s(values ...uint32) {
	for _, v := range values {
		w.data.Write(binary.LittleEndian.AppendUint32(nil, v))
	}
}
