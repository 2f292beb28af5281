//go:build cgo && (amd64 || arm64)

package plug

import (
	"bytes"
	"unsafe"
)

// What the names of symbols begin with. Types' own parts are no types: type:.eq.T
const (
	itabPrefix = "go:itab."
	typePrefix = "type:"
	partPrefix = "type:."
)

// bind points a module's references to types and itabs to those that count in this process.
// Types come first, as itabs are told by what they point to.
func (o *Opener) bind(m *module) error {
	types, itabs := m.references()
	b := &binding{module: m, made: &o.made, older: o.older, seen: map[unsafe.Pointer]unsafe.Pointer{}, hashed: map[unsafe.Pointer]bool{}}
	if err := m.redirect(types, b.counts); err != nil {
		return err
	}
	o.made.keep(b.hashed)
	return m.redirect(itabs, m.itab)
}

// references are the module's to types and itabs.
func (m *module) references() (types, itabs []*relocation) {
	for i := range m.relocated {
		r := &m.relocated[i]
		switch name := m.name(r); {
		case bytes.HasPrefix(name, []byte(itabPrefix)):
			itabs = append(itabs, r)
		case bytes.HasPrefix(name, []byte(typePrefix)) && !bytes.HasPrefix(name, []byte(partPrefix)):
			types = append(types, r)
		}
	}
	return types, itabs
}

// redirect points references to what counts instead of what the dynamic linker has found.
func (m *module) redirect(references []*relocation, counts func(found unsafe.Pointer) unsafe.Pointer) error {
	var patches []patch
	for _, r := range references {
		at := m.at(r.Off)
		found := *(*unsafe.Pointer)(at)
		if one := counts(found); one != found {
			patches = append(patches, patch{at, one})
		}
	}
	return m.write(patches)
}
