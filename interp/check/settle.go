package check

import (
	"go/ast"
	"go/types"
)

// settle notes what the hoisted variables are, by a build of the first round.
func (p *plan) settle(b *build) {
	anew := p.declaredAnew()
	for _, id := range p.hoisted {
		local, ok := b.info.Defs[id].(*types.Var)
		if !ok {
			continue
		}
		p.vars[id.Name] = p.variable(b, local, anew[id.Name])
	}
}

// agrees reports whether the hoisted variables are in a build what they were settled to be: what a
// declaration says now, which was checked anew because of one, may be the type of another.
func (p *plan) agrees(b *build) bool {
	for _, id := range p.hoisted {
		local, ok := b.info.Defs[id].(*types.Var)
		if !ok || p.vars[id.Name] == nil {
			continue
		}
		if obj := b.objs[p.vars[id.Name]]; obj != nil && !types.Identical(obj.Type(), local.Type()) {
			return false
		}
	}
	return true
}

// variable is the session's variable for a local one: the one that is there, if its
// type is the same.
func (p *plan) variable(b *build, local *types.Var, anew bool) *variable {
	key := local.Name()
	if old, ok := p.s.view.name(key).(*variable); ok {
		if obj := b.objs[old]; obj != nil && types.Identical(obj.Type(), local.Type()) {
			return old
		}
	}
	return &variable{
		key: key, name: versioned(key, p.s.count[key]+1), n: p.cell.N,
		typ: local.Type(), via: &b.targets, pos: local.Pos(), fset: p.cell.Fset,
	}
}

// declaredAnew are the names that a var statement declares.
func (p *plan) declaredAnew() map[string]bool {
	out := map[string]bool{}
	for _, s := range p.cell.Stmts {
		if l, ok := s.(*ast.LabeledStmt); ok {
			s = l.Stmt
		}
		if d, ok := s.(*ast.DeclStmt); ok {
			for _, id := range varNames(d) {
				out[id.Name] = true
			}
		}
	}
	return out
}

// again reports whether there are bodies to check that the first round could not:
// they mention variables of this cell, or of a type that this cell changes.
func (p *plan) again(b *build) bool {
	changed := map[string]bool{}
	for key, v := range p.vars {
		if old := p.s.view.name(key); old != nil && old != target(v) {
			changed[key] = true
		}
	}
	p.noteOlds(b, changed)
	if len(p.early()) > 0 {
		return true
	}
	for _, d := range p.cell.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil && mentionsAny(fn.Body, p.names) {
			return true
		}
	}
	for _, c := range p.copies {
		if fn, ok := c.node.(*ast.FuncDecl); ok && mentionsAny(fn.Body, p.names) {
			return true
		}
	}
	return len(p.s.dependants(changed, p.stuck)) > 0
}

// noteOlds finds where the cell's statements mean a variable in its earlier type.
func (p *plan) noteOlds(b *build, changed map[string]bool) {
	p.olds = nil
	note := func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && changed[id.Name] {
			if v, ok := b.targets.of(b.info.Uses[id]).(*variable); ok && v == p.s.view.name(id.Name) {
				p.olds = append(p.olds, id)
			}
		}
		return true
	}
	for _, s := range p.cell.Stmts {
		ast.Inspect(s, note)
	}
	if p.cell.Result != nil {
		ast.Inspect(p.cell.Result, note)
	}
}

// spellOlds renames the identifiers found by noteOlds, for as long as it takes to
// check them.
func (p *plan) spellOlds(v *view) (restore func()) {
	if len(p.vars) == 0 {
		return func() {}
	}
	names := make([]string, len(p.olds))
	for i, id := range p.olds {
		names[i] = id.Name
		id.Name = v.spell(p.s.view.name(id.Name))
	}
	return func() {
		for i, id := range p.olds {
			id.Name = names[i]
		}
	}
}
