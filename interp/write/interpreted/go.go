package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// goStmt starts a guarded goroutine: a panic in it is the cell's error. It is started by
// compiled code, with values that nothing can change any more.
func (f *writer) goStmt(s *ast.GoStmt) {
	panicked := f.panicked(s.Call.Fun)
	if f.builtinName(s.Call) != "" || f.info.Types[s.Call.Fun].IsType() {
		f.out("{ ")
		call := f.frozen(s.Call, "")
		f.out("parago۰.Go(%s, func() { %s }) }", panicked, call)
		return
	}
	sig := f.underlying(f.typeOf(s.Call.Fun)).(*types.Signature)
	if len(s.Call.Args) == 0 && !f.isMethodCall(s.Call) && !sig.Variadic() {
		f.out("parago۰.Go(%s, %s)", panicked, f.expr(s.Call.Fun))
		return
	}
	if t := f.spreads(s.Call); t != nil {
		f.out("{ ")
		start := f.starter(s.Call, sig, t.Len())
		args := f.spreadArgs(s.Call, sig, t)
		f.out("parago۰.Go(%s, %s, %s) }", panicked, start, strings.Join(args, ", "))
		return
	}
	args := []string{panicked, f.expr(s.Call.Fun)}
	if f.isMethodCall(s.Call) && f.nativeCallee(s.Call) || sig.Variadic() {
		args[1] = f.starter(s.Call, sig, len(s.Call.Args))
	}
	for _, a := range f.guard(s.Call, f.args(s.Call, sig)) {
		args = append(args, strings.TrimSuffix(a, "..."))
	}
	f.out("parago۰.Go(%s)", strings.Join(args, ", "))
}

// panicked is what gets the panic of a goroutine. The literal that is its function has no
// name in the interpreter's trace, so the lines in which it stands are said here.
func (f *writer) panicked(fun ast.Expr) string {
	if lit, ok := ast.Unparen(fun).(*ast.FuncLit); ok {
		return fmt.Sprintf("parago۰.PanickedIn(%d, %d)", f.markOf(lit.Pos()), f.markOf(lit.End()-1))
	}
	return "parago۰.Panicked"
}

// starter is the function of a go statement, with one parameter for each of n arguments.
func (f *writer) starter(call *ast.CallExpr, sig *types.Signature, n int) string {
	var ps, as []string
	for i := range n {
		spread := call.Ellipsis.IsValid() && i == n-1
		n := f.temp("a")
		ps = append(ps, n+" "+f.argType(sig, i, spread))
		if spread {
			n += "..."
		}
		as = append(as, n)
	}
	t := f.typ(f.typeOf(call.Fun))
	packed := f.packed(call, sig, as)
	return "func(f " + t + ") func(" + strings.Join(ps, ", ") + ") { return func(" + strings.Join(ps, ", ") + ") { f(" + strings.Join(packed, ", ") + ") } }(" + f.expr(call.Fun) + ")"
}
