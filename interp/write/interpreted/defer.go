package interpreted

import (
	"go/ast"
	"go/types"
	"strings"
)

// deferStmt evaluates callee and arguments now and pushes the call.
func (f *writer) deferStmt(s *ast.DeferStmt) {
	d := f.fn.defers
	if lit, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit); ok && len(s.Call.Args) == 0 {
		f.recoverIn(lit, d, func() {
			f.out("%s.Push(%s)", d, f.discard(lit, f.funcLit(lit)))
		})
		return
	}
	f.out("{ ")
	call := f.frozen(s.Call, d)
	f.out("%s.Push(func() { %s }) }", d, call)
}

// discard makes a literal's value a func().
func (f *writer) discard(lit *ast.FuncLit, text string) string {
	if f.typeOf(lit).(*types.Signature).Results().Len() == 0 {
		return text
	}
	return "func() { " + text + "() }"
}

// recoverIn writes a literal that is deferred in place: its own recover() asks d.
func (f *writer) recoverIn(lit *ast.FuncLit, d string, write func()) {
	inspectOwn(lit.Body, func(n ast.Node) {
		if call, ok := n.(*ast.CallExpr); ok && f.builtinName(call) == "recover" {
			f.recovers()[call] = d
		}
	})
	write()
}

// frozen writes statements that evaluate a call's operands into variables, and
// returns the call of those. It serves defer and go.
func (f *writer) frozen(call *ast.CallExpr, d string) string {
	if name := f.builtinName(call); name != "" {
		return f.frozenBuiltin(call, name)
	}
	if f.info.Types[call.Fun].IsType() {
		return f.expr(call)
	}
	sig := f.underlying(f.typeOf(call.Fun)).(*types.Signature)
	fun := ""
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		v := f.temp("f")
		f.recoverIn(lit, d, func() { f.out("%s := %s; ", v, f.funcLit(lit)) })
		fun = v
	} else if _, plain := f.callee(call).(*types.Func); plain && !f.isMethodCall(call) {
		fun = f.expr(call.Fun)
	} else {
		v := f.temp("f")
		f.out("%s := %s; ", v, f.expr(call.Fun))
		fun = v
	}
	if t := f.spreads(call); t != nil {
		return fun + "(" + strings.Join(f.packed(call, sig, f.spreadArgs(call, sig, t)), ", ") + ")"
	}
	var names []string
	for i, a := range f.args(call, sig) {
		if a == "nil" {
			names = append(names, a)
			continue
		}
		spread := strings.HasSuffix(a, "...")
		a = strings.TrimSuffix(a, "...")
		v := f.temp("a")
		f.out("var %s %s = %s; ", v, f.argType(sig, i, spread), a)
		if spread {
			v += "..."
		}
		names = append(names, v)
	}
	return fun + "(" + strings.Join(f.packed(call, sig, names), ", ") + ")"
}

// spreads is what g returns in f(g()), nil if g does not have several results.
func (f *writer) spreads(call *ast.CallExpr) *types.Tuple {
	if len(call.Args) != 1 {
		return nil
	}
	t, _ := f.typeOf(call.Args[0]).(*types.Tuple)
	return t
}

// spreadArgs evaluates g of f(g()) into variables, which it returns as arguments of f.
func (f *writer) spreadArgs(call *ast.CallExpr, sig *types.Signature, t *types.Tuple) []string {
	var vs, args []string
	for range t.Len() {
		vs = append(vs, f.temp("v"))
	}
	f.out("%s := %s; ", strings.Join(vs, ", "), f.expr(call.Args[0]))
	for i, v := range vs {
		a := f.temp("a")
		f.out("var %s %s = %s; ", a, f.argType(sig, i, false), f.convText(v, t.At(i).Type(), nil2(sig, i, sig.Params().Len(), f)))
		args = append(args, a)
	}
	return args
}

// argType is the emitted type of argument i.
func (f *writer) argType(sig *types.Signature, i int, spread bool) string {
	n := sig.Params().Len()
	if sig.Variadic() && i >= n-1 {
		t := sig.Params().At(n - 1).Type()
		if s, ok := t.Underlying().(*types.Slice); ok && !spread {
			return f.typ(s.Elem())
		}
		return f.typ(t)
	}
	return f.typ(sig.Params().At(i).Type())
}

func (f *writer) frozenBuiltin(call *ast.CallExpr, name string) string {
	if name == "recover" {
		return "parago۰.Recover()"
	}
	var vs []string
	for _, a := range call.Args {
		v := f.temp("a")
		text := f.expr(a)
		if name == "panic" {
			text = f.conv(a, types.NewInterfaceType(nil, nil))
		}
		if f.info.Types[a].IsNil() {
			vs = append(vs, "nil")
			continue
		}
		f.out("%s := %s; ", v, text)
		vs = append(vs, v)
	}
	switch name {
	case "panic":
		return "parago۰.Panic(" + vs[0] + ")"
	case "print", "println":
		return "parago۰." + strings.ToUpper(name[:1]) + name[1:] + "(" + strings.Join(vs, ", ") + ")"
	case "close", "delete":
		return name + "(" + strings.Join(vs, ", ") + ")"
	}
	f.no(call, "a deferred "+name, "write it in a function literal")
	return ""
}
