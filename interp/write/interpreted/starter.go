package interpreted

import (
	"go/ast"
	"go/types"
	"strings"
)

// starters are functions of the library that call what they are given on a goroutine of its own: which of
// their arguments that is.
var starters = map[string]int{"sync.WaitGroup.Go": 0, "time.AfterFunc": 1, "context.AfterFunc": 1}

// nativeName is a function of a package, or a method of one, as tables call it.
func nativeName(fn *types.Func) string {
	if n := receiver(fn); n != nil {
		return fn.Pkg().Path() + "." + n.Obj().Name() + "." + fn.Name()
	}
	return fn.Pkg().Path() + "." + fn.Name()
}

// starts is the argument of a call that runs on a goroutine of its own.
func (f *writer) starts(call *ast.CallExpr) (at int, ok bool) {
	fn, ok := f.callee(call).(*types.Func)
	if !ok || fn.Pkg() == nil || f.session(fn) {
		return 0, false
	}
	at, ok = starters[nativeName(fn)]
	return at, ok && at < len(call.Args)
}

// guard has a panic of that argument end the cell, and not the process.
func (f *writer) guard(call *ast.CallExpr, args []string) []string {
	if at, ok := f.starts(call); ok {
		args[at] = "parago۰.Guarded(" + f.panicked(call.Args[at]) + ", " + args[at] + ")"
	}
	return args
}

// started writes a call of such a function, "" if it is none.
func (f *writer) started(e *ast.CallExpr) string {
	if _, ok := f.starts(e); !ok {
		return ""
	}
	fun := ""
	if s, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok && f.info.Selections[s] != nil {
		fun, _ = f.method(s.X, s.Sel, f.info.Selections[s])
	} else {
		fun = f.expr(e.Fun)
	}
	args := f.args(e, f.underlying(f.typeOf(e.Fun)).(*types.Signature))
	return fun + "(" + strings.Join(f.guard(e, args), ", ") + ")"
}
