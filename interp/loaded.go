package interp

import (
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/interp/write/interpreted"
)

// Loaded is what the session process has loaded. It is loaded again, in the
// same order, into the process that takes the place of one that died.
type loaded struct {
	decls []wire.Decl
	index map[string]int // of decls, by name
	vars  []wire.Var
	slot  map[string]int // of vars, by name
}

func (l *loaded) add(p *interpreted.Program) {
	if l.index == nil {
		l.index, l.slot = map[string]int{}, map[string]int{}
	}
	for _, d := range decls(p.Decls) {
		if _, ok := l.index[d.Name]; !ok {
			l.index[d.Name] = len(l.decls)
			l.decls = append(l.decls, d)
		}
	}
	for _, v := range vars(p.Vars) {
		if i, ok := l.slot[v.Name]; ok {
			l.vars[i] = v
			continue
		}
		l.slot[v.Name] = len(l.vars)
		l.vars = append(l.vars, v)
	}
}

// all is a program that loads everything and runs nothing.
func (l *loaded) all() *wire.Run { return &wire.Run{Decls: l.decls, Vars: l.vars} }

func imports(in []interpreted.Import) []wire.Import {
	var out []wire.Import
	for _, i := range in {
		out = append(out, wire.Import(i))
	}
	return out
}

func decls(in []interpreted.Decl) []wire.Decl {
	var out []wire.Decl
	for _, d := range in {
		out = append(out, wire.Decl{Name: d.Name, Text: d.Text, Imports: imports(d.Imports), Needs: d.Needs, Sites: d.Sites, Lines: d.Lines})
	}
	return out
}

func vars(in []interpreted.Var) []wire.Var {
	var out []wire.Var
	for _, v := range in {
		out = append(out, wire.Var{Name: v.Name, Text: v.Text, Imports: imports(v.Imports), Needs: v.Needs})
	}
	return out
}
