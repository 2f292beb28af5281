package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/parago/parago/interp/agree"
)

// StopVar is the variable of the interpreter process that is true while goroutines of cells that are to stop may be running.
const StopVar = "stop۰"

// checkStop ends the goroutine if its cell is to stop. It stands in each loop and before each goto; functions that
// may call themselves check when they look how deep they are. It stands nowhere else, as in compiled cells: a goroutine
// that ended between mu.Lock() and mu.Unlock() would leave the lock to nobody.
func (f *writer) checkStop() { f.out("if %s { parago۰.Check() }; ", StopVar) }

// wait writes a method that can wait for ever, which is to end with the cell. "" means: it is none.
func (f *writer) wait(e *ast.CallExpr, fn *types.Func) string {
	standIn := agree.WaitStandIn(fn.FullName())
	x, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
	if standIn == "" || !ok {
		return ""
	}
	sel := f.info.Selections[x]
	if sel == nil || sel.Kind() != types.MethodVal {
		return ""
	}
	recv, t := f.path(x.X, sel)
	if !types.Identical(derefType(t), derefType(fn.Signature().Recv().Type())) {
		return "" // a field of the library's, which cells cannot name
	}
	if _, ok := f.underlying(t).(*types.Pointer); !ok {
		recv = addressOf(recv)
	}
	return fmt.Sprintf("parago۰.%s(%s)", standIn, recv)
}
