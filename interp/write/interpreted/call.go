package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/write/typetext"
)

// callee is the function or method that a call calls, nil for a value.
func (f *writer) callee(call *ast.CallExpr) types.Object {
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		return f.info.Uses[fun]
	case *ast.SelectorExpr:
		return f.info.Uses[fun.Sel]
	case *ast.IndexExpr:
		return f.callee(&ast.CallExpr{Fun: fun.X})
	case *ast.IndexListExpr:
		return f.callee(&ast.CallExpr{Fun: fun.X})
	}
	return nil
}

func (f *writer) call(e *ast.CallExpr) string {
	if tv := f.info.Types[e.Fun]; tv.IsType() {
		return f.conversion(e)
	}
	if name := f.builtinName(e); name != "" {
		return f.builtin(e, name)
	}
	if s := f.special(e); s != "" {
		return s
	}
	sig := f.underlying(f.typeOf(e.Fun)).(*types.Signature)
	if s, ok := selected(e.Fun); ok {
		if sel := f.info.Selections[s]; sel != nil && sel.Kind() == types.MethodVal {
			return f.methodCall(e, s, sel, sig)
		}
	}
	return f.apply(e, sig, f.callFun(e.Fun), nil)
}

// callFun writes the called function. The interpreter calls none that a pointer points to.
func (f *writer) callFun(fun ast.Expr) string {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.FuncLit:
		return f.funcLit(fun)
	case *ast.StarExpr:
		t := f.typeOf(fun)
		name := "pointed۰" + mangle(f.typ(t))
		return f.helper(name, func(w *writer) string {
			return fmt.Sprintf("func %s(p *%s) %[2]s { var f %[2]s = *p; return f }", name, w.typ(t))
		}) + "(" + f.expr(fun.X) + ")"
	}
	return f.expr(ast.Unparen(fun))
}

// apply writes the call with its arguments, spreading a call of several results if need be.
func (f *writer) apply(e *ast.CallExpr, sig *types.Signature, fun string, first []string) string {
	if t := f.spreads(e); t != nil {
		return f.spread(e, sig, fun, first, t)
	}
	args := append(append([]string(nil), first...), f.packed(e, sig, f.args(e, sig))...)
	return fun + "(" + strings.Join(args, ", ") + ")"
}

// args are the converted arguments.
func (f *writer) args(e *ast.CallExpr, sig *types.Signature) []string {
	var out []string
	n := sig.Params().Len()
	for i, a := range e.Args {
		var t types.Type
		switch {
		case sig.Variadic() && i >= n-1 && !e.Ellipsis.IsValid():
			t = f.variadicElem(sig)
		default:
			t = sig.Params().At(i).Type()
		}
		s := f.conv(a, t)
		if _, plain := a.(*ast.Ident); !plain && isInterface(f.subst(t)) && !f.nativeInterface(t) && !isInterface(f.typeOf(a)) && f.info.Types[a].Value == nil && f.callsIn(e.Args[i+1:]) && !f.callsIn(e.Args[i:i+1]) {
			s = "parago۰.Open(" + s + ")" // the value as it is before those calls
		}
		if e.Ellipsis.IsValid() && i == len(e.Args)-1 {
			s += "..."
		}
		out = append(out, s)
	}
	return out
}

// packed gives an interpreted variadic function its last arguments as one slice: left to
// itself, the interpreter spreads a single slice, and makes none an empty slice.
func (f *writer) packed(e *ast.CallExpr, sig *types.Signature, args []string) []string {
	if !sig.Variadic() || e.Ellipsis.IsValid() || f.nativeCallee(e) {
		return args
	}
	n := sig.Params().Len() - 1
	t := "[]" + f.typ(f.variadicElem(sig))
	if len(args) == n {
		none := "none۰" + mangle(t)
		h := f.helper(none, func(w *writer) string {
			w.typ(f.variadicElem(sig))
			return "func " + none + "() (s " + w.typ(types.NewSlice(f.variadicElem(sig))) + ") { return s }"
		})
		return append(args, h+"()...")
	}
	return append(args[:n:n], t+"{"+strings.Join(args[n:], ", ")+"}...")
}

// nativeCallee says whether a call goes straight to compiled code.
func (f *writer) nativeCallee(e *ast.CallExpr) bool {
	if s, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok {
		if sel := f.info.Selections[s]; sel != nil && sel.Kind() == types.MethodVal {
			n, ok := types.Unalias(derefType(f.subst(sel.Recv()))).(*types.Named)
			return ok && !f.ours(n)
		}
	}
	fn, ok := f.callee(e).(*types.Func)
	return ok && fn.Pkg() != nil && !f.session(fn) && !f.library.owns(fn) && fn.Signature().TypeParams().Len() == 0
}

// callsIn says whether evaluating the expressions can call a function of the user's.
func (f *writer) callsIn(es []ast.Expr) (found bool) {
	for _, e := range es {
		inspectOwn(e, func(n ast.Node) {
			if call, ok := n.(*ast.CallExpr); ok && !f.info.Types[call.Fun].IsType() && f.builtinName(call) == "" {
				found = true
			}
		})
	}
	return found
}

func (f *writer) variadicElem(sig *types.Signature) types.Type {
	last := sig.Params().At(sig.Params().Len() - 1).Type()
	if s, ok := f.underlying(last).(*types.Slice); ok {
		return s.Elem()
	}
	return types.Typ[types.Uint8]
}

// spread writes f(g()) where g has several results.
func (f *writer) spread(e *ast.CallExpr, sig *types.Signature, fun string, first []string, t *types.Tuple) string {
	text := f.expr(e.Args[0])
	var vs, args []string
	n := sig.Params().Len()
	for i := range t.Len() {
		v := f.temp("v")
		vs = append(vs, v)
		pt := f.subst(types.Type(nil2(sig, i, n, f)))
		args = append(args, f.convText(v, t.At(i).Type(), pt))
	}
	var outs []string
	for r := range sig.Results().Variables() {
		outs = append(outs, f.typ(r.Type()))
	}
	ret := ""
	if len(outs) > 0 {
		ret = "return "
	}
	call := fun + "(" + strings.Join(append(append([]string(nil), first...), f.packed(e, sig, args)...), ", ") + ")"
	return "func()" + typetext.Results(outs) + " { " + strings.Join(vs, ", ") + " := " + text + "; " + ret + call + " }()"
}

// nil2 is the type of parameter i of n, for a variadic function that of its elements.
func nil2(sig *types.Signature, i, n int, f *writer) types.Type {
	if sig.Variadic() && i >= n-1 {
		return f.variadicElem(sig)
	}
	return sig.Params().At(i).Type()
}

// conversion writes T(x).
func (f *writer) conversion(e *ast.CallExpr) string {
	to, from := f.typeOf(e.Fun), f.typeOf(e.Args[0])
	x := e.Args[0]
	if isInterface(to) {
		return f.conv(x, to)
	}
	if f.info.Types[x].IsNil() {
		t := f.typ(to)
		return "func() " + t + " { var z " + t + "; return z }()"
	}
	tt, ft := f.typ(to), f.typ(from)
	text := f.conv(x, from)
	if tt == ft {
		return "(" + text + ")"
	}
	if s := f.unsafely(e, to, from, text); s != "" {
		return s
	}
	if _, ok := f.underlying(to).(*types.Signature); ok {
		return "(" + text + ")"
	}
	if strings.HasPrefix(tt, "*") || strings.HasPrefix(tt, "<-") || strings.HasPrefix(tt, "func") {
		tt = "(" + tt + ")"
	}
	return tt + "(" + text + ")"
}
