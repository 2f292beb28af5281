package check

import (
	"go/ast"
)

// round runs the type checker with the bodies of all that is fresh but of those that
// mention an unknown name.
func (p *plan) round(unknown map[string]bool) *build {
	v, fresh := p.view()
	b := p.newRound(v, fresh, unknown)
	restore := p.spellOlds(v)
	defer restore()
	b.run(p.s.lib, p.s.fset)
	return b
}

// newRound is a build of the cell, of all that it mentions, and of what other names stand for.
func (p *plan) newRound(v *view, fresh []*decl, unknown map[string]bool, also ...string) *build {
	b := newBuild(v, p.world, p.stale(v, fresh))
	b.bodies = p.bodies
	k := b.keeper(fresh)
	if b.world == nil && !b.bodies {
		k.all()
	}
	for _, d := range fresh {
		k.mentioned(d.node)
		p.placeFresh(b, d, unknown)
	}
	for _, d := range append(p.group, p.loose...) {
		k.mentioned(d)
		if fn, ok := d.(*ast.FuncDecl); ok {
			d = bodyless(fn, unknown)
		}
		b.add(p.env, d)
	}
	if unknown != nil {
		for _, d := range p.early() {
			k.mentioned(d)
			b.add(p.env, d)
		}
	}
	body := p.body()
	k.mentioned(body)
	for _, id := range p.olds {
		k.visit(p.s.view.name(id.Name))
	}
	for _, name := range also {
		k.visit(v.name(name))
	}
	b.add(p.env, body)
	return b
}

// stale are the targets whose objects are not what they are in the view of the cell: what it
// supersedes, the types that it gives methods, and what is made of them.
func (p *plan) stale(v *view, fresh []*decl) map[target]bool {
	if p.world == nil {
		return nil
	}
	var changed []target
	for _, d := range fresh {
		changed = append(changed, p.s.view.lookup(d))
		if base := v.base(d.recv); base != nil {
			changed = append(changed, base)
		}
	}
	for key, x := range p.vars {
		if old := p.s.view.name(key); old != target(x) {
			changed = append(changed, old)
		}
	}
	return p.world.made(changed)
}

func (p *plan) placeFresh(b *build, d *decl, unknown map[string]bool) {
	if d.isConst() && p.isOwn(d) {
		b.marked = append(b.marked, marked{d.nameIdent(), d})
		return // it stands in its group
	}
	node := d.node
	if fn, ok := node.(*ast.FuncDecl); ok {
		node = bodyless(fn, unknown)
	}
	env := d.env
	if env == nil {
		env = p.env
	}
	b.place(d, env, node)
}

// bodyless is fn, or fn without its body if that mentions an unknown name. Where Go asks
// for a body it has one that mentions nothing.
func bodyless(fn *ast.FuncDecl, unknown map[string]bool) *ast.FuncDecl {
	if fn.Body == nil || !mentionsAny(fn.Body, unknown) {
		return fn
	}
	short := *fn
	short.Body = nil
	if isGeneric(fn) || fn.Recv == nil && (fn.Name.Name == "init" || fn.Name.Name == "main") {
		short.Body = &ast.BlockStmt{List: []ast.Stmt{&ast.ForStmt{Body: &ast.BlockStmt{}}}} // needs no return
	}
	return &short
}

func (p *plan) isOwn(d *decl) bool {
	for _, x := range p.own {
		if x == d {
			return true
		}
	}
	return false
}

// body is the function in which the cell's statements and its result are checked.
func (p *plan) body() *ast.FuncDecl {
	list := append([]ast.Stmt(nil), p.cell.Stmts...)
	if r := p.cell.Result; r != nil {
		call := &ast.CallExpr{Fun: &ast.Ident{Name: resultFunc, NamePos: r.Pos()}, Lparen: r.Pos(), Args: []ast.Expr{r}, Rparen: r.End()}
		list = append(list, &ast.ExprStmt{X: call})
	}
	return &ast.FuncDecl{
		Name: ast.NewIdent("_"),
		Type: &ast.FuncType{Params: &ast.FieldList{}},
		Body: &ast.BlockStmt{List: list},
	}
}
