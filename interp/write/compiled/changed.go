package compiled

import (
	"go/ast"
	"go/token"
	"go/types"
)

// changes are the variables of a text that are set, in whole or in part, after they were declared, or whose
// address is taken. What captures another one may have a copy.
func (w *writer) changes(roots ...ast.Node) {
	w.changed = map[types.Object]bool{}
	for _, n := range roots {
		ast.Inspect(n, w.changes1)
	}
}

func (w *writer) changes1(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for _, l := range n.Lhs {
			w.change(l)
		}
	case *ast.IncDecStmt:
		w.change(n.X)
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			w.change(n.Key)
			w.change(n.Value)
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			w.change(n.X)
		}
	case *ast.SliceExpr: // of an array
		w.change(n.X)
	case *ast.SelectorExpr: // a method may take the address
		if w.isMethodValue(n) {
			w.change(n.X)
		}
	case *ast.FuncType: // a return sets results that have names
		if n.Results != nil {
			for _, field := range n.Results.List {
				for _, id := range field.Names {
					w.changed[w.u.Info.Defs[id]] = true
				}
			}
		}
	case *ast.ValueSpec: // one without a value is set later
		for _, id := range n.Names {
			if len(n.Values) == 0 {
				w.changed[w.u.Info.Defs[id]] = true
			}
		}
	}
	return true
}

// change notes that what an expression is a part of may be set. What stands behind a pointer is no part.
func (w *writer) change(x ast.Expr) {
	for x != nil {
		switch e := ast.Unparen(x).(type) {
		case *ast.Ident:
			if o := w.u.Info.Uses[e]; o != nil {
				w.changed[o] = true
			}
			return
		case *ast.IndexExpr:
			x = e.X
		case *ast.SelectorExpr:
			x = e.X
		default:
			return
		}
	}
}

// isFixed reports whether a variable keeps its value, which is not large.
func (w *writer) isFixed(v *types.Var) bool {
	return !w.changed[v] && !hasTypeParam(v.Type()) && types.SizesFor("gc", "amd64").Sizeof(v.Type()) <= maxCopy
}

// maxCopy is how large, in bytes, what a literal has a copy of may be: the compiler's own limit.
const maxCopy = 128

// hasTypeParam reports whether the size of a type may depend on type parameters.
func hasTypeParam(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Array:
		return hasTypeParam(t.Elem())
	case *types.Struct:
		for v := range t.Fields() {
			if hasTypeParam(v.Type()) {
				return true
			}
		}
	case *types.Named:
		return t.TypeArgs().Len() > 0 && hasTypeParam(t.Underlying())
	}
	return false
}
