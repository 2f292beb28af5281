package agree

import (
	"go/ast"
	"go/token"
)

// Root is the variable of which an expression is a part, so that a write to it changes that: x of x, x.f, x[i],
// x[i:j], *x and (&x).f. It is nil if there is none that has a name.
func Root(x ast.Expr) *ast.Ident {
	for {
		switch e := ast.Unparen(x).(type) {
		case *ast.Ident:
			return e
		case *ast.IndexExpr:
			x = e.X
		case *ast.SliceExpr:
			x = e.X
		case *ast.SelectorExpr:
			x = e.X
		case *ast.StarExpr:
			x = e.X
		case *ast.UnaryExpr:
			if e.Op != token.AND {
				return nil
			}
			x = e.X
		default:
			return nil
		}
	}
}
