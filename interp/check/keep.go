package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// keep adds all that the view holds but for fresh declarations, and the superseded
// versions that it is made of. More roots may be given.
func (b *build) keep(fresh map[target]bool, roots ...target) {
	seen := map[target]bool{}
	var visit func(t target)
	visit = func(t target) {
		if t == nil || seen[t] || fresh[t] {
			return
		}
		seen[t] = true
		b.keepOne(t)
		for _, next := range b.needs(t) {
			visit(next)
		}
		if d, ok := t.(*decl); ok && d.isType() {
			for _, name := range sortedKeys(b.view.methods[d]) {
				visit(b.view.methods[d][name])
			}
		}
	}
	for _, key := range sortedKeys(b.view.names) {
		t := b.view.names[key]
		visit(t)
		if d, ok := t.(*decl); ok && fresh[t] {
			for _, name := range sortedKeys(b.view.methods[d]) {
				visit(b.view.methods[d][name])
			}
		}
	}
	for _, t := range roots {
		visit(t)
	}
}

// needs are the targets without which t cannot be declared.
func (b *build) needs(t target) []target {
	var out []target
	switch t := t.(type) {
	case *variable:
		mentions(t.typ, t.via, func(to target) { out = append(out, to) })
	case *decl:
		if t.isConst() {
			mentions(t.typ, t.via, func(to target) { out = append(out, to) })
			return out
		}
		for _, r := range t.refs {
			if d, ok := r.to.(*decl); r.to == nil || r.body && !b.whole(t) || ok && d.recv != "" {
				continue
			}
			out = append(out, r.to)
		}
	}
	return out
}

func (b *build) keepOne(t target) {
	if !b.view.live(t) {
		b.aliases[alias(t)] = t
	}
	switch t := t.(type) {
	case *variable:
		b.keepVar(t)
	case *decl:
		if t.isConst() {
			b.keepConst(t)
			return
		}
		b.keepDecl(t)
	}
}

func (b *build) keepVar(v *variable) {
	name := b.view.spell(v)
	if !mentions(v.typ, v.via, nil) {
		obj := types.NewVar(v.pos, b.pkg, name, v.typ)
		b.pkg.Scope().Insert(obj)
		b.bind(obj, v)
		return
	}
	id := &ast.Ident{Name: name, NamePos: v.pos}
	spec := &ast.ValueSpec{Names: []*ast.Ident{id}, Type: b.typeExpr(v.typ, v.via)}
	b.add(&imports{}, &ast.GenDecl{Tok: token.VAR, Specs: []ast.Spec{spec}})
	b.marked = append(b.marked, marked{id, v})
}

func (b *build) keepConst(d *decl) {
	name := b.view.spell(d)
	pos := d.nameIdent().Pos()
	if !mentions(d.typ, d.via, nil) {
		obj := types.NewConst(pos, b.pkg, name, d.typ, d.val)
		b.pkg.Scope().Insert(obj)
		b.bind(obj, d)
		return
	}
	id := &ast.Ident{Name: name, NamePos: pos}
	spec := &ast.ValueSpec{Names: []*ast.Ident{id}, Type: b.typeExpr(d.typ, d.via), Values: []ast.Expr{literal(d.val)}}
	b.add(&imports{}, &ast.GenDecl{Tok: token.CONST, Specs: []ast.Spec{spec}})
	b.marked = append(b.marked, marked{id, d})
}

// keepDecl adds a function or a type, with the names that it was checked with.
func (b *build) keepDecl(d *decl) {
	names := map[*ast.Ident]string{}
	used := map[string]bool{}
	for _, r := range d.refs {
		switch {
		case r.body && !b.whole(d):
		case r.to == nil:
			used[r.id.Name] = true
		default:
			if m, ok := r.to.(*decl); ok && m.recv != "" {
				continue
			}
			if name := b.view.spell(r.to); name != r.id.Name {
				names[r.id] = name
			}
		}
	}
	if d.recv == "" && !b.view.live(d) {
		names[d.nameIdent()] = alias(d)
	}
	node := renamed(d.node, names, b.whole(d))
	b.place(d, d.env.only(used), node)
}
