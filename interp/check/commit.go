package check

import (
	"go/ast"
	"go/types"
)

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
	s.supersede(u)
	s.world.take(u.build)
	for d, node := range u.build.nodes {
		if d.generic {
			d.placed, d.info = node, u.Info
		}
	}
	s.refresh(u.build)
	for _, d := range u.fresh {
		s.know(u.view, d)
	}
	for _, v := range u.plan.vars {
		s.place(v)
	}
	s.forgetHidden(u)
	s.view = u.view.settle()
	s.epoch++
	if s.last != nil {
		s.last.prune()
	}
	s.last = u
	if s.retired > 100+len(s.view.names) {
		u.Gone = s.sweep()
	}
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
		if to := u.targets.of(obj); to != nil {
			r.to = to
			d.refs = append(d.refs, r)
		}
		return true
	})
	d.env = d.env.only(used)
	if c, ok := u.build.objs[d].(*types.Const); ok {
		d.val, d.typ, d.via = c.Val(), c.Type(), &s.world.targets
	}
}

// supersede takes the declarations that are not live any more out of the index.
func (s *Scope) supersede(u *Unit) {
	retire := func(old target) {
		if d, ok := old.(*decl); ok {
			s.mention.remove(d)
		}
		if old != nil {
			s.retired++
		}
	}
	for _, d := range u.fresh {
		retire(s.view.lookup(d))
	}
	for key, v := range u.plan.vars {
		if old := s.view.name(key); old != target(v) {
			retire(old)
		}
	}
}

// know puts a declaration into the indices. A type is made of its methods, too.
func (s *Scope) know(v *view, d *decl) {
	s.mention.add(d)
	for _, of := range needs(d, false) {
		s.world.uses(d, of)
	}
	if base := v.base(d.recv); base != nil {
		s.world.uses(base, d)
	}
}

// place puts a variable into the indices.
func (s *Scope) place(v *variable) {
	if s.view.name(v.key) != target(v) {
		s.count[v.key]++
	}
	for _, of := range needs(v, false) {
		s.world.uses(v, of)
	}
}

// refresh expresses the types of variables and constants in the objects that are there now.
func (s *Scope) refresh(b *build) {
	for t, obj := range b.objs {
		switch t := t.(type) {
		case *variable:
			t.typ, t.via = obj.Type(), &s.world.targets
		case *decl:
			if t.isConst() {
				t.typ, t.via = obj.Type(), &s.world.targets
			}
		}
	}
}

// forgetHidden lets a name mean one thing: a declaration of the cell hides an
// import, and an import of the cell hides what was declared before.
func (s *Scope) forgetHidden(u *Unit) {
	p := u.plan
	s.imports = p.env.clone()
	declared := map[string]bool{}
	for _, d := range u.fresh {
		declared[d.key] = declared[d.key] || p.isOwn(d)
	}
	for name := range p.vars {
		declared[name] = true
	}
	for name := range p.env.names {
		switch hidden := u.view.name(name); {
		case declared[name]:
			delete(s.imports.names, name)
		case hidden != nil:
			if u.view == s.view {
				u.view = newView(s.view)
			}
			u.view.names[name] = nil
			s.world.forget(s.world.made([]target{hidden}))
		}
	}
}

// prune leaves of a unit that is not the last one what its declarations need.
func (u *Unit) prune() {
	kept := newInfo()
	for d, node := range u.build.nodes {
		if d.generic {
			keepInfo(kept, u.Info, node)
		}
	}
	for _, d := range u.fresh {
		keepInfo(kept, u.Info, d.node)
	}
	*u.Info = *kept
	u.targets = u.targets.more
	u.build, u.plan, u.view, u.fresh = nil, nil, nil, nil
}

// keepInfo copies what is known of a text.
func keepInfo(to, from *types.Info, node ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil:
			return false
		case *ast.Ident:
			copyOne(to.Defs, from.Defs, n)
			copyOne(to.Uses, from.Uses, n)
			copyOne(to.Instances, from.Instances, n)
		case *ast.SelectorExpr:
			copyOne(to.Selections, from.Selections, n)
		}
		copyOne(to.Implicits, from.Implicits, n)
		if x, ok := n.(ast.Expr); ok {
			copyOne(to.Types, from.Types, x)
		}
		return true
	})
}

func copyOne[K comparable, V any](to, from map[K]V, k K) {
	if v, ok := from[k]; ok {
		to[k] = v
	}
}

// sweep forgets the versions that nothing live leads to, and returns their names.
func (s *Scope) sweep() []string {
	reached := map[target]bool{}
	var visit func(t target)
	visit = func(t target) {
		if t == nil || reached[t] {
			return
		}
		reached[t] = true
		for _, next := range needs(t, true) {
			visit(next)
		}
		d, ok := t.(*decl)
		if !ok {
			return
		}
		for _, r := range d.refs { // also methods
			visit(r.to)
		}
		for _, m := range s.view.methodsOf(d) {
			visit(m)
		}
	}
	for _, t := range s.view.names {
		visit(t)
	}
	for typ := range s.view.methods {
		if !reached[typ] {
			delete(s.view.methods, typ)
		}
	}
	s.retired = 0
	return s.world.sweep(reached)
}
