package lower

import (
	"go/ast"
	"go/types"
)

// capturing writes calls of procpool functions whose argument runs elsewhere.
func (f *writer) capturing(e *ast.CallExpr, fn *types.Func, name string) string { return "" }
