package interpreted

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/parago/parago/interp/check"
)

// CallsVar is the variable of the interpreter process that counts calls of functions that may
// call themselves. It need not be exact: goroutines count in it together.
const CallsVar = "calls۰"

// checkEvery is how many such calls there may be until one looks how deep it is, less one: a
// power of two. Each look costs the interpreter as much as a few statements.
const checkEvery = 63

// mayRecur reports whether a function may call itself, by way of others or not: it calls one of
// a cell's or one that only the run can tell, or gives a library something that can call back.
func (f *writer) mayRecur(body *ast.BlockStmt) (found bool) {
	inspectOwn(body, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CallExpr:
			found = found || f.callRecurs(n)
		case *ast.RangeStmt:
			_, iterates := f.underlying(f.typeOf(n.X)).(*types.Signature)
			found = found || iterates
		}
	})
	return found
}

func (f *writer) callRecurs(call *ast.CallExpr) bool {
	if f.info.Types[call.Fun].IsType() || f.builtinName(call) != "" {
		return false
	}
	fn, ok := f.callee(call).(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() == check.Path {
		return true
	}
	if recv := fn.Signature().Recv(); recv != nil && check.CallsBack(f.subst(recv.Type())) {
		return true
	}
	return slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return check.CallsBack(f.typeOf(a)) })
}
