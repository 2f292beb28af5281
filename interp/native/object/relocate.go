package object

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// An addition is one more reference from a definition.
type addition struct {
	number int // of the definition
	reloc  []byte
}

// reloc is a reference like another one, from another place and to another definition.
func (o *goObject) reloc(like []byte, at, size int, to int) []byte {
	r := slices.Clone(like)
	binary.LittleEndian.PutUint32(r, uint32(at))
	r[4] = byte(size)
	clear(r[7:15]) // what is added to the target's address
	pkg, index := o.numbered(to)
	binary.LittleEndian.PutUint32(r[15:], pkg)
	binary.LittleEndian.PutUint32(r[19:], index)
	return r
}

// relocAt is the reference from a place in a definition, nil if there is none.
func (o *goObject) relocAt(number, at int) []byte {
	index := o.offset(blockRelocIndex) + 4*uint32(number)
	for i := o.uint32(index); i < o.uint32(index+4); i++ {
		start := o.offset(blockRelocs) + relocSize*i
		if start+relocSize > o.offset(blockRelocs+1) {
			return nil
		}
		if r := o.data[start : start+relocSize]; binary.LittleEndian.Uint32(r) == uint32(at) {
			return r
		}
	}
	return nil
}

// numbered is how references name a definition: by its block and its place there.
func (o *goObject) numbered(number int) (pkg, index uint32) {
	blocks := []uint32{packageSelf, packageHashed64, packageHashed, noPackage}
	for i, pkg := range blocks {
		n := o.count(blockFirstDefs + i)
		if number < n || i == len(blocks)-1 {
			return pkg, uint32(number)
		}
		number -= n
	}
	return 0, 0
}

// add puts references behind those that their definitions have.
func (o *goObject) add(additions []addition) {
	slices.SortStableFunc(additions, func(a, b addition) int { return a.number - b.number })
	first, end := o.offset(blockRelocs), o.offset(blockRelocs+1)
	relocs := slices.Clone(o.data[first:end])
	for i, a := range slices.Backward(additions) {
		behind := int(o.uint32(o.offset(blockRelocIndex)+4*uint32(a.number+1))) * relocSize
		relocs = slices.Insert(relocs, behind, a.reloc...)
		from := a.number
		upTo := o.offset(blockRelocIndex+1) - 4
		if i+1 < len(additions) {
			upTo = o.offset(blockRelocIndex) + 4*uint32(additions[i+1].number)
		}
		for at := o.offset(blockRelocIndex) + 4*uint32(from+1); at <= upTo; at += 4 {
			binary.LittleEndian.PutUint32(o.data[at:], o.uint32(at)+uint32(i+1))
		}
	}
	o.data = slices.Concat(o.data[:first], relocs, o.data[end:])
	o.shift(blockRelocs, len(additions)*relocSize)
}

// replace gives a definition other data, which may be longer.
func (o *goObject) replace(number int, data []byte) {
	more := len(data) - len(o.content(number))
	at := o.offset(blockDataIndex) + 4*uint32(number)
	start, end := o.offset(blockData)+o.uint32(at), o.offset(blockData)+o.uint32(at+4)
	o.data = slices.Concat(o.data[:start], data, o.data[end:])
	for at += 4; at < o.offset(blockDataIndex+1); at += 4 {
		binary.LittleEndian.PutUint32(o.data[at:], uint32(int(o.uint32(at))+more))
	}
	binary.LittleEndian.PutUint32(o.definitions()[number][sizeAt:], uint32(len(data)))
	o.shift(blockData, more)
}

// shift notes that a block has grown.
func (o *goObject) shift(block, more int) {
	for b := block + 1; b < offsetCount; b++ {
		at := uint32(offsetsAt + 4*b)
		binary.LittleEndian.PutUint32(o.data[at:], uint32(int(o.uint32(at))+more))
	}
}

// replaceObjects is an archive with its Go objects changed, which may grow.
func replaceObjects(archive []byte, change func(*goObject) error) ([]byte, error) {
	out := []byte(archiveMagic)
	rest := archive[len(archiveMagic):]
	for member := range members(archive) {
		header := slices.Clone(rest[:memberHeader])
		rest = rest[min(len(rest), memberHeader+len(member)+len(member)%2):]
		if isGoObject(member) {
			o, err := parseObject(member)
			if err != nil {
				return nil, err
			}
			if err := change(o); err != nil {
				return nil, err
			}
			member = append(slices.Clone(o.prefix), o.data...)
			copy(header[memberSizeAt:memberSizeEnd], fmt.Sprintf("%-10d", len(member)))
		}
		out = append(append(out, header...), member...)
		if len(member)%2 == 1 {
			out = append(out, 0)
		}
	}
	return out, nil
}
