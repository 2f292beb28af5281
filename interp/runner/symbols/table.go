package symbols

import (
	"go/constant"
	"go/token"
	"reflect"
)

// A Package is what the interpreter can know of a compiled package. The linker makes it: it costs
// a process nothing until somebody imports the package.
type Package struct {
	Path       string
	Names      []Name
	Interfaces []Name // of each interface a type with its methods, as the interpreter expects it: _Reader
}

// A Name is an exported name of a package. It is a function, the address of a variable, a nil
// pointer to a type, or a constant; one without a type is a Whole, Text, Big or Float.
type Name struct {
	Name string
	Is   any
}

// Constants without a type. Big and Float are as Go's syntax has them.
type (
	Whole int64
	Text  string
	Big   string
	Float string
)

// Symbols is the package as the interpreter takes it. It is made anew by each call.
func (p *Package) Symbols() map[string]reflect.Value {
	all := make(map[string]reflect.Value, len(p.Names)+len(p.Interfaces))
	for _, names := range [][]Name{p.Names, p.Interfaces} {
		for _, n := range names {
			all[n.Name] = n.symbol()
		}
	}
	return all
}

// symbol is what the interpreter knows a name as.
func (n Name) symbol() reflect.Value {
	switch v := n.Is.(type) {
	case Whole:
		return reflect.ValueOf(constant.MakeInt64(int64(v)))
	case Text:
		return reflect.ValueOf(constant.MakeString(string(v)))
	case Big:
		return reflect.ValueOf(constant.MakeFromLiteral(string(v), token.INT, 0))
	case Float:
		return reflect.ValueOf(constant.MakeFromLiteral(string(v), token.FLOAT, 0))
	}
	v := reflect.ValueOf(n.Is)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		return v.Elem()
	}
	return v
}
