package check

import (
	"go/token"
	"go/types"
)

// A Function is one that the session declares, and no method.
type Function struct {
	Name string
	Sig  *types.Signature
	Type string // Sig as the user writes it
	Cell int    // that declared it
	Pos  token.Position
	Text string // as its author wrote it, with comments
}

// Functions lists the session's functions by name.
func (s *Scope) Functions() []Function {
	s.mu.Lock()
	defer s.mu.Unlock()
	isFunc := func(t target) bool {
		d, ok := t.(*decl)
		return ok && d.isFunc() && d.recv == ""
	}
	b := s.missing(isFunc)
	var out []Function
	for _, name := range s.view.keys() {
		if !isFunc(s.view.name(name)) {
			continue
		}
		d := s.view.name(name).(*decl)
		fn, ok := b.object(d).(*types.Func)
		if !ok {
			continue
		}
		out = append(out, Function{
			Name: name, Sig: fn.Signature(), Type: b.words(types.TypeString(fn.Type(), qualify)),
			Cell: d.n, Pos: d.fset.Position(d.node.Pos()), Text: d.written(),
		})
	}
	return out
}

// written is a declaration in its cell's text.
func (d *decl) written() string {
	start, end := d.fset.Position(d.node.Pos()), d.fset.Position(d.node.End())
	return d.cell[offset(d.cell, start):offset(d.cell, end)]
}
