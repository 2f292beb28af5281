package cell

import (
	"go/ast"
	"go/token"
)

// inOrder puts the variables of a cell that only declares in the order in which Go gives
// those of a package their values: each after those that its value mentions, directly
// or in functions, and else as they are written. A cell that does more runs as it is written.
func inOrder(decls []ast.Decl, stmts []ast.Stmt) []ast.Stmt {
	specs := varSpecs(stmts)
	if len(specs) < 2 {
		return stmts
	}
	d := dependencies{specs: map[string]*ast.ValueSpec{}, funcs: map[string][]*ast.FuncDecl{}}
	for _, s := range specs {
		for _, id := range s.Names {
			d.specs[id.Name] = s
		}
	}
	for _, x := range decls {
		if fn, ok := x.(*ast.FuncDecl); ok {
			d.funcs[fn.Name.Name] = append(d.funcs[fn.Name.Name], fn)
		}
	}
	var out []ast.Stmt
	ready := map[*ast.ValueSpec]bool{}
	unchanged := true
	for i := range specs {
		next := d.next(specs, ready)
		ready[next] = true
		unchanged = unchanged && next == specs[i]
		out = append(out, &ast.DeclStmt{Decl: &ast.GenDecl{TokPos: start(stmts, next), Tok: token.VAR, Specs: []ast.Spec{next}}})
	}
	if unchanged {
		return stmts
	}
	return out
}

// start is where the statement begins that declares only s, or s itself.
func start(stmts []ast.Stmt, s *ast.ValueSpec) token.Pos {
	for _, x := range stmts {
		if g := x.(*ast.DeclStmt).Decl.(*ast.GenDecl); g.Specs[0] == ast.Spec(s) && len(g.Specs) == 1 {
			return g.TokPos
		}
	}
	return s.Pos()
}

// varSpecs are the specs of statements that are all declarations of variables, else none.
func varSpecs(stmts []ast.Stmt) []*ast.ValueSpec {
	var out []*ast.ValueSpec
	for _, s := range stmts {
		d, ok := s.(*ast.DeclStmt)
		if !ok {
			return nil
		}
		g, ok := d.Decl.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			return nil
		}
		for _, spec := range g.Specs {
			out = append(out, spec.(*ast.ValueSpec))
		}
	}
	return out
}

// dependencies go by name: a local variable that is called like another may make a
// variable wait for nothing, which changes an order that nobody sees.
type dependencies struct {
	specs map[string]*ast.ValueSpec
	funcs map[string][]*ast.FuncDecl // and methods
}

// next is the first of the specs that waits for no other; of those that wait for each other the first.
func (d dependencies) next(specs []*ast.ValueSpec, ready map[*ast.ValueSpec]bool) *ast.ValueSpec {
	var first *ast.ValueSpec
	for _, s := range specs {
		if ready[s] {
			continue
		}
		if first == nil {
			first = s
		}
		if !d.waits(s, ready) {
			return s
		}
	}
	return first
}

// waits reports whether a value mentions a variable that has none yet.
func (d dependencies) waits(s *ast.ValueSpec, ready map[*ast.ValueSpec]bool) bool {
	found := false
	seen := map[string]bool{}
	var visit func(n ast.Node)
	visit = func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok || seen[id.Name] {
				return !found
			}
			seen[id.Name] = true
			if other := d.specs[id.Name]; other != nil && other != s && !ready[other] {
				found = true
			}
			for _, fn := range d.funcs[id.Name] {
				visit(fn)
			}
			return !found
		})
	}
	for _, v := range s.Values {
		visit(v)
	}
	return found
}
