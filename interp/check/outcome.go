package check

import (
	"go/ast"
	"go/types"
	"sort"
)

// unit is the outcome of a plan.
func (p *plan) unit(b *build) *Unit {
	v, fresh := p.view()
	u := &Unit{
		N: p.cell.N, Fset: p.cell.Fset, Pkg: b.pkg, Info: b.info,
		Stmts: p.cell.Stmts, Result: p.cell.Result,
		RunMain: p.cell.HasMain, Inits: p.inits, Effects: p.effects,
		plan: p, view: v, build: b, fresh: fresh, epoch: p.s.epoch,
		decls: map[*decl]*Decl{}, targets: &b.targets,
	}
	u.bindVars()
	for _, d := range fresh {
		if b.objs[d] != nil {
			u.Decls = append(u.Decls, u.export(d, b.objs[d]))
		}
	}
	sort.SliceStable(u.Decls, func(i, j int) bool { return declRank(u.Decls[i]) < declRank(u.Decls[j]) })
	u.Notes = p.notes(v)
	return u
}

// declRank puts types before constants before functions.
func declRank(d *Decl) int {
	switch d.Node.(type) {
	case *ast.TypeSpec:
		return 0
	case *ast.ValueSpec:
		return 1
	}
	return 2
}

// sortDecls puts declarations in the order in which they were written.
func sortDecls(ds []*decl) {
	sort.Slice(ds, func(i, j int) bool {
		if ds[i].n != ds[j].n {
			return ds[i].n < ds[j].n
		}
		return ds[i].node.Pos() < ds[j].node.Pos()
	})
}

func (u *Unit) export(d *decl, obj types.Object) *Decl {
	out := u.decls[d]
	if out != nil {
		return out
	}
	out = &Decl{Key: d.key, Name: d.name, Obj: obj, Node: d.node, N: d.n, Fset: d.fset, of: d}
	switch node, placed := u.placed(d); {
	case placed && d.whole():
		out.Node, out.Info = node, u.Info
	case placed:
		out.Info = u.Info
	case d.generic:
		out.Node, out.Info = d.placed, d.info
	}
	u.decls[d] = out
	return out
}

// placed is the text of a declaration that was checked for this unit.
func (u *Unit) placed(d *decl) (ast.Node, bool) {
	if u.build == nil {
		return nil, false
	}
	node, ok := u.build.nodes[d]
	return node, ok
}

// bindVars gives each hoisted variable one object in Info, that of the session,
// and lists them in Vars.
func (u *Unit) bindVars() {
	p, b := u.plan, u.build
	anew := p.declaredAnew()
	one := map[types.Object]types.Object{} // local → session's
	listed := map[string]bool{}
	for _, id := range p.hoisted {
		local, ok := b.info.Defs[id].(*types.Var)
		v := p.vars[id.Name]
		if !ok || v == nil {
			continue
		}
		obj, _ := b.objs[v].(*types.Var)
		if obj == nil {
			obj = types.NewVar(local.Pos(), b.pkg, v.key, local.Type())
			b.bind(obj, v)
		}
		one[local] = obj
		if !listed[v.key] {
			listed[v.key] = true
			isNew := anew[v.key] || p.s.view.name(v.key) != target(v)
			u.Vars = append(u.Vars, &Var{Key: v.key, Name: v.name, Obj: obj, New: isNew})
		}
	}
	u.unify(one)
}

// unify replaces objects in what Info says of the statements.
func (u *Unit) unify(one map[types.Object]types.Object) {
	if len(one) == 0 {
		return
	}
	info := u.Info
	swap := func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if obj := one[info.Defs[id]]; obj != nil {
			info.Defs[id] = obj
		}
		if obj := one[info.Uses[id]]; obj != nil {
			info.Uses[id] = obj
		}
		return true
	}
	for _, s := range u.Stmts {
		ast.Inspect(s, swap)
	}
	if u.Result != nil {
		ast.Inspect(u.Result, swap)
	}
}

// Lookup says what an object of the session stands for, also one that an earlier
// cell declared: a declaration, or a variable. Of an instance or a method of one it
// is the generic declaration. Both are nil for anything else.
func (u *Unit) Lookup(obj types.Object) (*Decl, *Var) {
	switch o := obj.(type) {
	case *types.Func:
		obj = o.Origin()
	case *types.Var:
		obj = o.Origin()
	}
	switch t := u.targets.of(obj).(type) {
	case *decl:
		return u.export(t, obj), nil
	case *variable:
		for _, v := range u.Vars {
			if v.Obj == obj {
				return nil, v
			}
		}
		if v, ok := obj.(*types.Var); ok {
			return nil, &Var{Key: t.key, Name: t.name, Obj: v}
		}
	}
	return nil, nil
}

// Methods are the names of the methods that a type has for the cell, in order. The
// type may be of an earlier Unit.
func (u *Unit) Methods(d *Decl) []string {
	var out []string
	methods := u.view.methodsOf(d.of)
	for _, name := range sortedKeys(methods) {
		out = append(out, methods[name].name)
	}
	return out
}

// Variables are the session's variables as the cell sees them, by name.
func (u *Unit) Variables() []*Var {
	var out []*Var
	for _, key := range u.view.keys() {
		if v, ok := u.view.name(key).(*variable); ok {
			out = append(out, &Var{Key: key, Name: v.name, Obj: types.NewVar(v.pos, u.Pkg, key, v.typ)})
		}
	}
	return out
}

// Name is what an object of the session is called in the interpreter, "" for any
// other object.
func (u *Unit) Name(obj types.Object) string {
	switch d, v := u.Lookup(obj); {
	case d != nil:
		return d.Name
	case v != nil:
		return v.Name
	}
	return ""
}
