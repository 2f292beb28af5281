package check

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/cell"
)

// Check types a cell against the session's names. The error is an Errors. Nothing
// in the Scope changes until the Unit is committed.
func (s *Scope) Check(c *cell.Cell) (u *Unit, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if v := recover(); v != nil { // go/types has met what it cannot bear
			u, err = nil, Errors{{Msg: fmt.Sprintf("internal error of the type checker: %v", v)}}
			s.base = nil
		}
	}()
	s.addFiles(c.Fset)
	p, err := s.plan(c)
	if err != nil {
		return nil, err
	}
	b, err := p.check()
	if err != nil {
		return nil, err
	}
	return p.unit(b), nil
}

// check runs the type checker: once for the types of what the statements declare,
// with all bodies that do not mention it, and again if there are others. What no
// longer fits a redefinition is set aside, and the rest is checked anew.
func (p *plan) check() (*build, error) {
	for {
		b := p.round(p.names)
		if p.setAside(b) {
			continue
		}
		if errs := p.errors(b); len(errs) > 0 {
			return nil, errs
		}
		known := len(p.vars)
		p.settle(b)
		if known == 0 && !p.again(b) {
			return b, nil
		}
		b, settled, err := p.secondRound()
		if settled || err != nil {
			return b, err
		}
	}
}

// secondRound checks with the top-level variables known. It is not settled if the
// types of variables may depend on what had to be set aside.
func (p *plan) secondRound() (b *build, settled bool, err error) {
	for {
		b := p.round(nil)
		if p.setAside(b) {
			continue
		}
		if errs := p.errors(b); len(errs) > 0 {
			return nil, false, errs
		}
		return b, true, nil
	}
}

// round runs the type checker with the bodies of all that is fresh but of those that
// mention an unknown name.
func (p *plan) round(unknown map[string]bool) *build {
	v, fresh := p.view()
	b := p.s.base
	if b == nil || len(fresh) > 0 || len(p.loose) > 0 || len(p.vars) > 0 {
		b = p.newRound(v, fresh, unknown)
	}
	restore := p.spellOlds(v)
	defer restore()
	b.add(p.env, p.body())
	b.run(p.s.lib, p.s.fset)
	return b
}

func (p *plan) newRound(v *view, fresh []*decl, unknown map[string]bool) *build {
	b := newBuild(v)
	set := map[target]bool{}
	for _, d := range fresh {
		set[d] = true
	}
	var roots []target
	for _, id := range p.olds {
		roots = append(roots, p.s.view.names[id.Name])
	}
	b.keep(set, roots...)
	for _, d := range fresh {
		p.placeFresh(b, d, unknown)
	}
	for _, d := range append(p.group, p.loose...) {
		if fn, ok := d.(*ast.FuncDecl); ok {
			d = bodyless(fn, unknown)
		}
		b.add(p.env, d)
	}
	return b
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

// bodyless is fn, or fn without its body if that mentions an unknown name.
func bodyless(fn *ast.FuncDecl, unknown map[string]bool) *ast.FuncDecl {
	if fn.Body == nil || !mentionsAny(fn.Body, unknown) {
		return fn
	}
	short := *fn
	short.Body = nil
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

// view is what the session's names stand for if the cell is accepted, and what is
// fresh in it: the cell's own declarations and new versions of their dependants.
func (p *plan) view() (*view, []*decl) {
	old := p.s.view
	changed := map[string]bool{}
	for _, d := range p.own {
		changed[d.key] = true
	}
	for key, v := range p.vars {
		if old.names[key] != target(v) {
			changed[key] = true
		}
	}
	hit := old.dependants(changed, p.stuck)
	if len(p.own) == 0 && len(p.vars) == 0 {
		return old, nil
	}
	v := old.clone()
	fresh := append([]*decl(nil), p.own...)
	for d := range old.decls {
		if hit[d] {
			fresh = append(fresh, p.copyOf(d))
		}
	}
	sortDecls(fresh[len(p.own):])
	p.name(fresh)
	for _, d := range fresh {
		if d.recv == "" {
			v.names[d.key] = d
		}
	}
	for key, x := range p.vars {
		v.names[key] = x
	}
	return v, p.attachAll(v, fresh)
}

// attachAll gives types their fresh methods, and returns what is fresh without the
// methods whose type is gone.
func (p *plan) attachAll(v *view, fresh []*decl) []*decl {
	var out []*decl
	for _, d := range fresh {
		if d.recv == "" {
			out = append(out, d)
			continue
		}
		typ, ok := v.names[d.recv].(*decl)
		if ok && typ.isType() {
			v.attach(typ, d)
		} else if !p.isOwn(d) {
			continue
		}
		out = append(out, d)
	}
	return out
}

// copyOf is the version of an earlier declaration that sees this cell's.
func (p *plan) copyOf(d *decl) *decl {
	c := p.copies[d]
	if c == nil {
		next := *d
		next.refs = nil
		c = &next
		p.copies[d] = c
	}
	return c
}

// name gives fresh versions their names.
func (p *plan) name(fresh []*decl) {
	for _, d := range fresh {
		d.name = versioned(d.key, p.s.count[d.key]+1)
	}
}

// setAside looks for errors in earlier declarations that were checked anew, and
// leaves those declarations as they are. It reports whether there were any.
func (p *plan) setAside(b *build) bool {
	found := false
	for _, e := range b.errs {
		if p.tolerated(e) || strings.HasPrefix(e.Msg, "\t") {
			continue
		}
		for old, c := range p.copies {
			if _, done := p.stuck[old]; !done && b.objs[c] != nil && c.contains(e.Pos) && !p.inCell(e) {
				p.stuck[old] = b.words(e.Msg)
				found = true
			}
		}
	}
	return found
}

func (p *plan) inCell(e types.Error) bool { return p.cell.Fset.File(e.Pos) != nil }

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

// variable is the session's variable for a local one: the one that is there, if its
// type is the same.
func (p *plan) variable(b *build, local *types.Var, anew bool) *variable {
	key := local.Name()
	if old, ok := p.s.view.names[key].(*variable); ok {
		if obj := b.objs[old]; obj != nil && types.Identical(obj.Type(), local.Type()) {
			return old
		}
	}
	return &variable{
		key: key, name: versioned(key, p.s.count[key]+1), n: p.cell.N,
		typ: local.Type(), via: b.targets, pos: local.Pos(), fset: p.cell.Fset,
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
		if old := p.s.view.names[key]; old != nil && old != target(v) {
			changed[key] = true
		}
	}
	p.noteOlds(b, changed)
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
	return len(p.s.view.dependants(changed, p.stuck)) > 0
}

// noteOlds finds where the cell's statements mean a variable in its earlier type.
func (p *plan) noteOlds(b *build, changed map[string]bool) {
	p.olds = nil
	note := func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && changed[id.Name] {
			if v, ok := b.targets[b.info.Uses[id]].(*variable); ok && v == p.s.view.names[id.Name] {
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
		id.Name = v.spell(p.s.view.names[id.Name])
	}
	return func() {
		for i, id := range p.olds {
			id.Name = names[i]
		}
	}
}

// tolerated reports whether an error of go/types is none in a cell: what the top
// level leaves unused, and what comes of the way in which cells are checked.
func (p *plan) tolerated(e types.Error) bool {
	switch {
	case strings.HasPrefix(e.Msg, "declared and not used: "):
		for _, id := range p.hoisted {
			if id.Pos() == e.Pos {
				return true
			}
		}
	case strings.Contains(e.Msg, "already declared through import of "),
		strings.Contains(e.Msg, "already declared through dot-import of "),
		strings.HasSuffix(e.Msg, "generic function is missing function body"),
		strings.HasSuffix(e.Msg, "missing function body"):
		return true
	case strings.HasSuffix(e.Msg, "(no value) used as value"):
		r := p.cell.Result
		return r != nil && e.Pos >= r.Pos() && e.Pos < r.End() && p.noValue(e)
	}
	return false
}

// noValue reports whether an error is about the result as a whole.
func (p *plan) noValue(e types.Error) bool {
	call, ok := ast.Unparen(p.cell.Result).(*ast.CallExpr)
	return ok && (e.Pos == call.Pos() || e.Pos == call.Lparen || e.Pos == call.Rparen || e.Pos == call.Fun.Pos())
}
