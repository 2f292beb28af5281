package tests

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/parago/parago/interp/agree"
)

// changedVariables finds package variables that some function of the package assigns to,
// takes the address of or calls a changing method of; and those whose type is made to change.
func changedVariables(p pkg) (found []finding) {
	variables := map[string]bool{}
	for file, f := range p.files {
		for _, decl := range f.Decls {
			g, ok := decl.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, spec := range g.Specs {
				v := spec.(*ast.ValueSpec)
				for _, name := range v.Names {
					variables[name.Name] = name.Name != "_"
					if holdsState(v.Type) {
						found = append(found, p.found(file, name.Pos(), name.Name))
					}
				}
			}
		}
	}
	for file, f := range p.files {
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil {
				for _, id := range changes(fn) {
					if variables[id.Name] {
						found = append(found, p.found(file, id.Pos(), id.Name))
					}
				}
			}
		}
	}
	return found
}

// holdsState reports whether a declared type is there to change: a lock, an atomic, a struct with one in it.
func holdsState(typ ast.Expr) bool {
	if typ == nil {
		return false
	}
	holds := false
	ast.Inspect(typ, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && (x.Name == "sync" || x.Name == "atomic") {
				holds = true
			}
		}
		return !holds
	})
	return holds
}

// changes lists the identifiers that a function assigns to (also parts of them) or takes
// the address of, less those that it declares itself.
func changes(fn *ast.FuncDecl) (ids []*ast.Ident) {
	own := map[string]bool{}
	declare := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok {
			own[id.Name] = true
		}
	}
	change := func(e ast.Expr) {
		if id := agree.Root(e); id != nil {
			ids = append(ids, id)
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				declare(name)
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				declare(name)
			}
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				if n.Tok == token.DEFINE {
					declare(e)
				} else {
					change(e)
				}
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if n.Tok == token.DEFINE && e != nil {
					declare(e)
				}
			}
		case *ast.IncDecStmt:
			change(n.X)
		case *ast.UnaryExpr:
			if _, literal := n.X.(*ast.CompositeLit); n.Op == token.AND && !literal {
				change(n.X)
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "delete" || f.Name == "clear") && len(n.Args) > 0 {
				change(n.Args[0])
			}
		}
		return true
	})
	return slices.DeleteFunc(ids, func(id *ast.Ident) bool { return own[id.Name] })
}
