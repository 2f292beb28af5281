package check

import (
	"go/ast"
	"go/token"
)

// Constants, types and signatures of a cell may mention variables that its statements declare, as in len(v).
// The first round, which finds out what the variables are, has those at the level of the package, where all of a
// program's are. There go/types finds the order in which one follows from the other.

// early declares the variables that the cell's declarations mention outside of bodies, and those of the cell
// that these mention.
func (p *plan) early() []ast.Decl {
	var names []string
	note := func(name string) {
		if p.names[name] {
			names = append(names, name)
		}
	}
	for _, d := range p.cell.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			short := *fn
			short.Body = nil
			d = &short
		}
		mentionedNames(d, note)
	}
	if len(names) == 0 {
		return nil
	}
	var out []ast.Decl
	specs, done := p.specs(), map[*ast.ValueSpec]bool{}
	for len(names) > 0 {
		spec := specs[names[0]]
		names = names[1:]
		if spec == nil || done[spec] {
			continue
		}
		done[spec] = true
		out = append(out, &ast.GenDecl{Tok: token.VAR, Specs: []ast.Spec{spec}})
		mentionedNames(spec, note)
	}
	return out
}

// specs are the declarations of variables by the cell's statements, by name: of those with a type without
// their values, so that they need no others.
func (p *plan) specs() map[string]*ast.ValueSpec {
	out := map[string]*ast.ValueSpec{}
	for _, s := range p.cell.Stmts {
		for l, ok := s.(*ast.LabeledStmt); ok; l, ok = s.(*ast.LabeledStmt) {
			s = l.Stmt
		}
		switch s := s.(type) {
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				continue
			}
			var names []*ast.Ident
			for _, x := range s.Lhs {
				if id, ok := x.(*ast.Ident); ok {
					names = append(names, id)
				}
			}
			addSpecs(out, names, nil, s.Rhs)
		case *ast.DeclStmt:
			if g := s.Decl.(*ast.GenDecl); g.Tok == token.VAR {
				for _, spec := range g.Specs {
					v := spec.(*ast.ValueSpec)
					addSpecs(out, v.Names, v.Type, v.Values)
				}
			}
		}
	}
	return out
}

// addSpecs adds a declaration, or one for each of its values. A name keeps the first.
func addSpecs(specs map[string]*ast.ValueSpec, names []*ast.Ident, typ ast.Expr, values []ast.Expr) {
	if typ != nil {
		values = nil
	}
	if typ == nil && len(names) == len(values) && len(names) > 1 {
		for i, id := range names {
			addSpecs(specs, []*ast.Ident{id}, nil, values[i:i+1])
		}
		return
	}
	spec := &ast.ValueSpec{Type: typ, Values: values}
	for _, id := range names {
		own := &ast.Ident{NamePos: id.NamePos, Name: "_"}
		if specs[id.Name] == nil && id.Name != "_" {
			own.Name, specs[id.Name] = id.Name, spec
		}
		spec.Names = append(spec.Names, own)
	}
}

// mentionedNames calls note for the names in a text that may be those of variables: not those that it declares, nor
// those of fields and methods.
func mentionedNames(root ast.Node, note func(string)) {
	visit := func(nodes ...ast.Expr) {
		for _, n := range nodes {
			if n != nil {
				mentionedNames(n, note)
			}
		}
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			note(n.Name)
		case *ast.SelectorExpr:
			visit(n.X)
			return false
		case *ast.Field:
			visit(n.Type)
			return false
		case *ast.KeyValueExpr:
			if _, isName := n.Key.(*ast.Ident); !isName {
				visit(n.Key)
			}
			visit(n.Value)
			return false
		case *ast.ValueSpec:
			visit(n.Type)
			visit(n.Values...)
			return false
		case *ast.TypeSpec:
			if n.TypeParams != nil {
				mentionedNames(n.TypeParams, note)
			}
			visit(n.Type)
			return false
		case *ast.FuncDecl:
			if n.Recv != nil {
				mentionedNames(n.Recv, note)
			}
			visit(n.Type)
			return false
		}
		return true
	})
}
