package compiled

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// goStmt guards a goroutine: its panic is the cell's error. The function and the arguments, which may
// be all results of one call, are evaluated before it begins.
func (w *writer) goStmt(s *ast.GoStmt) (string, bool) {
	if lit, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit); ok {
		sig := w.between(w.at(lit.Pos()), w.at(lit.Body.Lbrace), lit.Type)
		w.guard(lit.Body)
		body := "{" + w.guarded() + strings.TrimPrefix(w.text(lit.Body), "{")
		return "go " + sig + body + w.between(w.at(lit.End()), w.at(s.Call.End()), exprs(s.Call.Args)...), true
	}
	if standIn, base := w.waits(s.Call); standIn != "" {
		return w.later("r"+mark+" := "+base, standIn+"(r"+mark+")"), true
	}
	tv := w.u.Info.Types[s.Call.Fun]
	if tv.IsBuiltin() {
		return w.goBuiltin(s.Call), true
	}
	sig, ok := w.typeOf(s.Call.Fun).Underlying().(*types.Signature)
	if !ok || tv.IsType() {
		return "", false
	}
	if w.holds(s.Call) {
		return w.goHolding(s.Call, sig), true
	}
	typ := func(t types.Type) (string, bool) { return w.typeAt(s.Pos(), t) }
	fun, ok1 := typ(sig)
	params, names, ok2 := parameters(sig, typ)
	if !ok1 || !ok2 {
		return "", false
	}
	return fmt.Sprintf("go func(f%s %s) func%s { return func%s {%s f%s(%s) } }(%s)%s", mark, fun, params, params, w.guarded(), mark, names, w.text(s.Call.Fun), w.goArguments(s.Call)), true
}

func (w *writer) guarded() string { return " defer " + w.rt() + "Guard();" }

func (w *writer) goArguments(c *ast.CallExpr) string {
	if args, ok := w.arguments(c); ok {
		return args
	}
	return w.between(w.at(c.Lparen), w.at(c.End()), exprs(c.Args)...)
}

// later is a go statement that evaluates something now and calls something with it then.
func (w *writer) later(now, then string) string {
	return fmt.Sprintf("go func() func() { %s; return func() {%s %s } }()()", now, w.guarded(), then)
}

// goBuiltin writes a go statement that calls a builtin function: its arguments are evaluated now, but for those
// that are constants.
func (w *writer) goBuiltin(c *ast.CallExpr) string {
	var now, args []string
	for i, a := range c.Args {
		tv := w.u.Info.Types[a]
		if tv.Value != nil || tv.IsNil() {
			args = append(args, w.text(a))
			continue
		}
		name := fmt.Sprintf("a%s%d", mark, i)
		now = append(now, name+" := "+w.text(a))
		args = append(args, name)
	}
	dots := ""
	if c.Ellipsis.IsValid() {
		dots = "..."
	}
	return w.later(strings.Join(now, "; "), w.text(c.Fun)+"("+strings.Join(args, ", ")+dots+")")
}

// holds reports whether a call converts an unsafe.Pointer for a parameter: until the call returns, what that points to
// must not go, if the function asks for it by a line to the compiler, as those of package syscall do.
func (w *writer) holds(c *ast.CallExpr) bool {
	return slices.ContainsFunc(c.Args, func(a ast.Expr) bool {
		conversion, ok := ast.Unparen(a).(*ast.CallExpr)
		if !ok || len(conversion.Args) != 1 || !w.u.Info.Types[conversion.Fun].IsType() {
			return false
		}
		from, _ := w.typeOf(conversion.Args[0]).Underlying().(*types.Basic)
		return from != nil && from.Kind() == types.UnsafePointer
	})
}

// goHolding writes a go statement with such a call, by way of a function that has such a line.
func (w *writer) goHolding(c *ast.CallExpr, sig *types.Signature) string {
	typ := func(t types.Type) (string, bool) { return w.typ(w.u, t) }
	fun, ok1 := typ(sig)
	params, names, ok2 := parameters(sig, typ)
	if !ok1 || !ok2 {
		fail(w.fset.Position(c.Pos()), "a go statement that converts an unsafe.Pointer for a function of a type that is declared in a function")
	}
	w.lits++
	name := funcName(fmt.Sprintf("go%s%d", mark, w.lits))
	comma := ", "
	if names == "" {
		comma = ""
	}
	fmt.Fprintf(&w.head, "//line parago.go:1\n//go:uintptrescapes\nfunc %s(f%s %s%s%s {%s f%s(%s) }\n", name, mark, fun, comma, strings.TrimPrefix(params, "("), w.guarded(), mark, names)
	args := strings.TrimPrefix(w.goArguments(c), "(")
	return "go " + name + "(" + w.text(c.Fun) + comma + args
}
