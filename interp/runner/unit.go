package runner

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"

	"github.com/parago/parago/interp/runner/wire"
)

// A unit is what a embed.Unit's Data holds: a declaration, or a variable, whose value
// is the Unit's Content; of compiled cells a package, the files' names, what a slot holds, or a variable.
type unit struct {
	Decl    *wire.Decl
	Var     *wire.Var
	Package *wire.Package
	Files   map[string]string
	Native  string // name of a compiled cell's variable
	Slot    string // what a slot stands for
	Home    string // the path of the package of whose functions it holds one
}

// The kinds of units, which their first bytes are.
const (
	interpretedUnit = 'i'
	packageUnit     = 'p'
	effectsUnit     = 'e' // a package with effects
	filesUnit       = 'f'
	nativeUnit      = 'n'
	slotUnit        = 's'
)

// pack writes a unit. Those of compiled cells are some texts: a new worker gets a few for each cell that there is, and
// gob takes a fifth of a millisecond for each to make what reads it.
func pack(u unit) ([]byte, error) {
	switch p := u.Package; {
	case p != nil && p.Effects:
		return texts(effectsUnit, append([]string{p.Path, p.File}, p.Imports...)...), nil
	case p != nil:
		return texts(packageUnit, append([]string{p.Path, p.File}, p.Imports...)...), nil
	case u.Files != nil:
		var pairs []string
		for file, cell := range u.Files {
			pairs = append(pairs, file, cell)
		}
		return texts(filesUnit, pairs...), nil
	case u.Native != "":
		return texts(nativeUnit, u.Native), nil
	case u.Slot != "":
		return texts(slotUnit, u.Slot, u.Home), nil
	}
	b := bytes.NewBuffer([]byte{interpretedUnit})
	err := gob.NewEncoder(b).Encode(u)
	return b.Bytes(), err
}

// texts is a kind and some texts, each behind its length.
func texts(kind byte, all ...string) []byte {
	out := []byte{kind}
	for _, s := range all {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	return out
}

var errUnit = errors.New("it is not as this version of Parago writes it")

// unpack reads what pack has written.
func unpack(data []byte) (u unit, err error) {
	if len(data) == 0 {
		return u, errUnit
	}
	kind, rest := data[0], data[1:]
	if kind == interpretedUnit {
		err = gob.NewDecoder(bytes.NewReader(rest)).Decode(&u)
		return u, err
	}
	var all []string
	for len(rest) > 0 {
		n, size := binary.Uvarint(rest)
		if size <= 0 || n > uint64(len(rest)-size) {
			return u, errUnit
		}
		all = append(all, string(rest[size:size+int(n)]))
		rest = rest[size+int(n):]
	}
	err = u.take(kind, all)
	return u, err
}

// take makes a unit of a kind out of its texts.
func (u *unit) take(kind byte, all []string) error {
	switch {
	case (kind == packageUnit || kind == effectsUnit) && len(all) >= 2:
		u.Package = &wire.Package{Path: all[0], File: all[1], Effects: kind == effectsUnit}
		if len(all) > 2 {
			u.Package.Imports = all[2:]
		}
	case kind == filesUnit && len(all)%2 == 0:
		u.Files = map[string]string{}
		for i := 0; i < len(all); i += 2 {
			u.Files[all[i]] = all[i+1]
		}
	case kind == nativeUnit && len(all) == 1:
		u.Native = all[0]
	case kind == slotUnit && len(all) == 2:
		u.Slot, u.Home = all[0], all[1]
	default:
		return errUnit
	}
	return nil
}
