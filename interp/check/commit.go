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
		decls: map[*decl]*Decl{},
	}
	u.bindVars()
	for _, d := range fresh {
		if b.objs[d] != nil {
			u.Decls = append(u.Decls, u.export(d))
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

func (u *Unit) export(d *decl) *Decl {
	out := u.decls[d]
	if out == nil {
		node := d.node
		if placed, ok := u.build.nodes[d]; ok && d.whole() {
			node = placed
		}
		out = &Decl{Key: d.key, Name: d.name, Obj: u.build.objs[d], Node: node, N: d.n, Fset: d.fset}
		u.decls[d] = out
	}
	return out
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
			isNew := anew[v.key] || p.s.view.names[v.key] != target(v)
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
	switch t := u.build.targets[obj].(type) {
	case *decl:
		return u.export(t), nil
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

// Commit makes the session as u says. It must be the Unit of the last Check, and
// nothing may have been committed since.
func (s *Scope) Commit(u *Unit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.epoch != s.epoch {
		panic("check: Commit of a Unit that was checked before another was committed")
	}
	for _, d := range u.fresh {
		s.learn(u, d)
	}
	u.forgetHidden()
	s.base = u.build
	for _, v := range u.plan.vars {
		s.place(u, v)
	}
	s.view, s.imports = u.view, u.plan.env
	u.build.view = u.view
	s.epoch++
	s.refresh(u.build)
}

// learn notes what a declaration mentions and, of a constant, its value.
func (s *Scope) learn(u *Unit, d *decl) {
	s.count[d.key]++
	if d.env == nil {
		d.env = u.plan.env
	}
	used := map[string]bool{}
	d.refs = nil
	var body *ast.BlockStmt
	if fn, ok := d.node.(*ast.FuncDecl); ok {
		body = fn.Body
	}
	ast.Inspect(d.node, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		r := ref{id: id, body: body != nil && body.Pos() <= id.Pos() && id.Pos() < body.End()}
		obj := u.Info.Uses[id]
		switch o := obj.(type) {
		case *types.PkgName:
			r.pkg = o.Imported().Path()
			used[id.Name] = true
			d.refs = append(d.refs, r)
			return true
		case *types.Func:
			obj = o.Origin()
		}
		if to, ok := u.build.targets[obj]; ok {
			r.to = to
			d.refs = append(d.refs, r)
		}
		return true
	})
	d.env = d.env.only(used)
	if c, ok := u.build.objs[d].(*types.Const); ok {
		d.val, d.typ, d.via = c.Val(), c.Type(), u.build.targets
	}
}

// forgetHidden lets a name mean one thing: a declaration of the cell hides an
// import, and an import of the cell hides what was declared before.
func (u *Unit) forgetHidden() {
	p := u.plan
	env := p.env.clone()
	declared := map[string]bool{}
	for _, d := range u.fresh {
		declared[d.key] = declared[d.key] || p.isOwn(d)
	}
	for name := range p.vars {
		declared[name] = true
	}
	for name := range env.names {
		switch {
		case declared[name]:
			delete(env.names, name)
		case u.view.names[name] != nil:
			if u.view == p.s.view {
				u.view = u.view.clone()
			}
			delete(u.view.names, name)
		}
	}
	p.env = env
}

// place puts a variable into the package that the next cell is checked in. If
// another object has its name there, that package is of no use any more.
func (s *Scope) place(u *Unit, v *variable) {
	if s.view.names[v.key] != target(v) {
		s.count[v.key]++
	}
	obj := u.build.objs[v]
	if obj == nil {
		return
	}
	if alt := u.build.pkg.Scope().Insert(obj); alt != nil && alt != obj {
		s.base = nil
	}
}

// refresh expresses the types of variables and constants in a build's own objects.
func (s *Scope) refresh(b *build) {
	for _, t := range s.view.names {
		obj := b.objs[t]
		if obj == nil {
			continue
		}
		switch t := t.(type) {
		case *variable:
			t.typ, t.via = obj.Type(), b.targets
		case *decl:
			if t.isConst() {
				t.typ, t.via = obj.Type(), b.targets
			}
		}
	}
}
