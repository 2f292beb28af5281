package outlive

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/parago/parago/interp/agree"
	"github.com/parago/parago/interp/check"
)

// A Use is how a text mentions a function that it may call when its cell is long over.
type Use int

const (
	Called Use = iota + 1 // in a call
	Valued                // as a value
)

// A Finder looks for such uses in one unit.
type Finder struct {
	Unit *check.Unit
	// Named reports whether an expression names a function or a method that counts.
	Named func(ast.Expr) bool
	// Source is the declaration of a function of the session's, and what is known of it; nil if
	// that is nothing.
	Source func(*check.Decl) (*ast.FuncDecl, *types.Info)
}

// Find returns the uses in texts, each of which is a function or a statement of the cell's own level.
func (f Finder) Find(roots ...ast.Node) map[ast.Node]Use {
	w := &walk{f, roots, map[ast.Node]Use{}}
	for _, n := range roots {
		w.walk(n, false)
	}
	return w.found
}

type walk struct {
	Finder
	roots []ast.Node
	found map[ast.Node]Use
}

// walk looks at a node, which may be in a literal that is kept.
func (w *walk) walk(root ast.Node, kept bool) {
	if root == nil {
		return
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			w.walk(n.Body, true)
			return false
		case *ast.CallExpr:
			w.call(n, kept)
			return false
		case *ast.GoStmt:
			w.goes(n, kept)
			return false
		case *ast.RangeStmt:
			w.borrowed(n.X, kept)
			for _, part := range []ast.Node{n.Key, n.Value, n.Body} {
				w.walk(part, kept)
			}
			return false
		case *ast.AssignStmt:
			return w.assign(n, kept)
		case ast.Expr:
			return w.value(n, kept)
		}
		return true
	})
}

// value notes a function that is a value.
func (w *walk) value(x ast.Expr, kept bool) bool {
	if !w.Named(x) {
		return true
	}
	w.found[x] = Valued
	if sel, ok := x.(*ast.SelectorExpr); ok {
		w.walk(sel.X, kept)
	}
	return false
}

// call looks at a call, and at what it is given.
func (w *walk) call(c *ast.CallExpr, kept bool) {
	switch fun := generic(c.Fun).(type) {
	case *ast.FuncLit:
		w.walk(fun.Body, kept)
	default:
		if !w.Named(fun) {
			w.walk(c.Fun, kept)
			break
		}
		if kept {
			w.found[fun] = Called
		}
		if sel, ok := fun.(*ast.SelectorExpr); ok {
			w.walk(sel.X, kept)
		}
	}
	for i, a := range c.Args {
		if w.borrows(c, i) {
			w.borrowed(a, kept)
			continue
		}
		w.walk(a, kept)
	}
}

// generic is an expression without parentheses and without the type arguments that it may end with.
func generic(x ast.Expr) ast.Expr {
	switch i := ast.Unparen(x).(type) {
	case *ast.IndexExpr:
		return ast.Unparen(i.X)
	case *ast.IndexListExpr:
		return ast.Unparen(i.X)
	}
	return ast.Unparen(x)
}

// borrowed looks at a value that is called until the call returns that it is given to, and not later.
func (w *walk) borrowed(a ast.Expr, kept bool) {
	switch x := generic(a).(type) {
	case *ast.FuncLit:
		w.walk(x.Body, kept)
	case *ast.SelectorExpr:
		if !w.Named(x) || kept {
			w.walk(a, kept)
			return
		}
		w.walk(x.X, kept)
	default:
		if !w.Named(x) || kept {
			w.walk(a, kept)
		}
	}
}

// goes looks at a go statement: a literal runs on, and a function has begun.
func (w *walk) goes(s *ast.GoStmt, kept bool) {
	if lit, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit); ok {
		w.walk(lit.Body, true)
	} else {
		w.borrowed(s.Call.Fun, kept)
	}
	for _, a := range s.Call.Args {
		w.walk(a, kept)
	}
}

// assign looks at literals that become local variables: one that is only called lives no longer.
func (w *walk) assign(s *ast.AssignStmt, kept bool) bool {
	if len(s.Lhs) != len(s.Rhs) {
		return true
	}
	for i, r := range s.Rhs {
		lit, isLit := ast.Unparen(r).(*ast.FuncLit)
		id, isName := s.Lhs[i].(*ast.Ident)
		if isLit && isName && w.isLocal(id) && onlyCalled(w.Unit.Info, w.Unit.Info.ObjectOf(id), w.roots...) {
			w.walk(lit.Body, kept)
		} else {
			w.walk(r, kept)
		}
		w.walk(s.Lhs[i], kept)
	}
	return false
}

// isLocal reports whether a name is that of a variable of a function.
func (w *walk) isLocal(id *ast.Ident) bool {
	v, ok := w.Unit.Info.ObjectOf(id).(*types.Var)
	if !ok || v.IsField() {
		return false
	}
	_, session := w.Unit.Lookup(v)
	return session == nil && v.Pkg() != nil && v.Parent() != v.Pkg().Scope()
}

// onlyCalled reports whether a variable that holds a function is only called and assigned to, and that in no
// literal but those assigned to it.
func onlyCalled(info *types.Info, v types.Object, roots ...ast.Node) bool {
	ok := v != nil
	var visit func(n ast.Node, inside bool)
	visit = func(n ast.Node, inside bool) {
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				visit(n.Body, true)
				return false
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					id, isName := l.(*ast.Ident)
					own := isName && info.ObjectOf(id) == v
					if !own {
						visit(l, inside)
					}
					if i >= len(n.Rhs) {
						continue
					}
					if lit, isLit := ast.Unparen(n.Rhs[i]).(*ast.FuncLit); own && isLit {
						visit(lit.Body, inside)
					} else {
						visit(n.Rhs[i], inside)
					}
				}
				return false
			case *ast.CallExpr:
				if id, isName := ast.Unparen(n.Fun).(*ast.Ident); isName && info.Uses[id] == v && !inside {
					for _, a := range n.Args {
						visit(a, inside)
					}
					return false
				}
			case *ast.Ident:
				ok = ok && info.Uses[n] != v
			}
			return ok
		})
	}
	for _, n := range roots {
		visit(n, false)
	}
	return ok
}

// borrowers are packages whose functions call what they are given before they return, but for
// those that return a function themselves.
var borrowers = map[string]bool{"sort": true, "slices": true, "strings": true, "bytes": true, "maps": true}

// borrows reports whether a call's argument is called until the call returns, and not later.
func (w *walk) borrows(c *ast.CallExpr, i int) bool {
	fn := callee(w.Unit.Info, c)
	if fn == nil {
		return false
	}
	if at, ok := agree.Argument(fn); ok && at == i {
		return true // another process has its own
	}
	if !isSession(fn.Pkg()) {
		return fn.Pkg() != nil && borrowers[fn.Pkg().Path()] && !returnsFunc(fn)
	}
	d, _ := w.Unit.Lookup(fn)
	if d == nil {
		return false
	}
	decl, info := w.Source(d)
	if decl == nil || decl.Body == nil {
		return false
	}
	id := param(decl, i)
	return id != nil && onlyCalled(info, info.Defs[id], decl.Body)
}

// param is the name of a function's i-th parameter, nil if it has none or is one of many.
func param(fn *ast.FuncDecl, i int) *ast.Ident {
	for _, f := range fn.Type.Params.List {
		if _, variadic := f.Type.(*ast.Ellipsis); variadic || len(f.Names) == 0 {
			return nil
		}
		if i < len(f.Names) {
			return f.Names[i]
		}
		i -= len(f.Names)
	}
	return nil
}

func returnsFunc(fn *types.Func) bool {
	for v := range fn.Signature().Results().Variables() {
		if _, ok := v.Type().Underlying().(*types.Signature); ok {
			return true
		}
	}
	return false
}

// callee is the function that a call names, nil for a value.
func callee(info *types.Info, c *ast.CallExpr) *types.Func {
	x := ast.Unparen(c.Fun)
	switch i := x.(type) {
	case *ast.IndexExpr:
		x = i.X
	case *ast.IndexListExpr:
		x = i.X
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		fn, _ := info.Uses[x].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := info.Uses[x.Sel].(*types.Func)
		return fn
	}
	return nil
}

func isSession(p *types.Package) bool { return p != nil && p.Path() == check.Path }

// Note says, for the user, of declarations that are redeclared and that what lives on keeps all the same.
func Note(keys []string) []string {
	keys = slices.Compact(slices.Sorted(slices.Values(keys)))
	if len(keys) == 0 {
		return nil
	}
	text := keys[0]
	if last := len(keys) - 1; last > 0 {
		text = strings.Join(keys[:last], ", ") + " and " + keys[last]
	}
	return []string{"function literals and function values made before keep the earlier " + text}
}
