package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/parago/parago/interp/agree"
)

// command writes a wait for a command, which is to end with the cell. Other waits need nothing:
// an interpreted cell that is stopped leaves its goroutine behind.
func (f *writer) command(e *ast.CallExpr, fn *types.Func) string {
	x, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
	if !ok || fn.Pkg().Path() != "os/exec" || agree.WaitStandIn(fn.FullName()) == "" {
		return ""
	}
	sel := f.info.Selections[x]
	if sel == nil || sel.Kind() != types.MethodVal || len(sel.Index()) != 1 {
		return ""
	}
	recv := f.expr(x.X)
	if _, ok := f.underlying(f.typeOf(x.X)).(*types.Pointer); !ok {
		recv = addressOf(recv)
	}
	return fmt.Sprintf("parago۰.%s(%s)", agree.WaitStandIn(fn.FullName()), recv)
}
