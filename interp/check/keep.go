package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A keeper adds to a build what a text means that is not declared by it: the objects
// that are there, and the declarations of the others.
type keeper struct {
	*build
	fresh map[target]bool // declared by the text
	seen  map[target]bool
}

func (b *build) keeper(fresh []*decl) *keeper {
	k := &keeper{b, map[target]bool{}, map[target]bool{}}
	for _, d := range fresh {
		k.fresh[d] = true
	}
	return k
}

// all keeps what the view holds.
func (k *keeper) all() {
	for _, key := range k.view.keys() {
		t := k.view.name(key)
		k.visit(t)
		if d, ok := t.(*decl); ok && k.fresh[t] {
			k.methods(d)
		}
	}
}

// mentioned keeps what the names in a text stand for.
func (k *keeper) mentioned(node ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			k.visit(k.view.name(id.Name))
		}
		return true
	})
}

// visit keeps t, and all without which it cannot be declared.
func (k *keeper) visit(t target) {
	if t == nil || k.seen[t] || k.fresh[t] {
		return
	}
	k.seen[t] = true
	if k.take(t) {
		return
	}
	k.keepOne(t)
	for _, next := range needs(t, k.bodies) {
		k.visit(next)
	}
	if d, ok := t.(*decl); ok && d.isType() {
		k.methods(d)
	}
}

// methods keeps the methods of a type that is declared in this build.
func (k *keeper) methods(typ *decl) {
	methods := k.view.methodsOf(typ)
	for _, name := range sortedKeys(methods) {
		k.visit(methods[name])
	}
}

// take has the build see the object that is there.
func (b *build) take(t target) bool {
	if b.world == nil || b.stale[t] {
		return false
	}
	obj := b.world.objs[t]
	if obj == nil {
		return false
	}
	if d, ok := t.(*decl); !ok || d.recv == "" {
		b.outer.Insert(obj)
	}
	b.objs[t] = obj
	return true
}

// needs are the targets without which t cannot be declared: what it mentions outside
// of its body, unless that belongs to it.
func needs(t target, bodies bool) []target {
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
			if d, ok := r.to.(*decl); r.to == nil || r.body && !bodies && !t.whole() || ok && d.recv != "" {
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
		b.outer.Insert(obj)
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
		b.outer.Insert(obj)
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
