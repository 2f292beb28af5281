package lower

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// builtinName is the name of the builtin that a call calls, "" if none.
func (f *writer) builtinName(call *ast.CallExpr) string {
	var id *ast.Ident
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return ""
	}
	if b, ok := f.info.Uses[id].(*types.Builtin); ok {
		return b.Name()
	}
	return ""
}

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

func (f *writer) isMethodCall(call *ast.CallExpr) bool {
	s, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && f.info.Selections[s] != nil
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
	if s, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok {
		if sel := f.info.Selections[s]; sel != nil && sel.Kind() == types.MethodVal {
			return f.methodCall(e, s, sel, sig)
		}
	}
	return f.apply(e, sig, f.callFun(e.Fun), nil)
}

// callFun writes the called function.
func (f *writer) callFun(fun ast.Expr) string {
	fun = ast.Unparen(fun)
	text := f.expr(fun)
	if _, ok := fun.(*ast.FuncLit); ok {
		return text
	}
	return text
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
	return "func()" + resultText(outs) + " { " + strings.Join(vs, ", ") + " := " + text + "; " + ret + call + " }()"
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
	if _, ok := f.underlying(to).(*types.Signature); ok {
		return "(" + text + ")"
	}
	if strings.HasPrefix(tt, "*") || strings.HasPrefix(tt, "<-") || strings.HasPrefix(tt, "func") {
		tt = "(" + tt + ")"
	}
	return tt + "(" + text + ")"
}

// builtin writes a call of a predeclared function.
func (f *writer) builtin(e *ast.CallExpr, name string) string {
	if f.spreads(e) != nil {
		f.no(e, name+" of a call with several results", "name the results first")
	}
	arg := func(i int) string { return f.expr(e.Args[i]) }
	switch name {
	case "len", "cap", "real", "imag", "close", "copy":
		var as []string
		for i := range e.Args {
			as = append(as, arg(i))
		}
		return name + "(" + strings.Join(as, ", ") + ")"
	case "complex":
		return "complex(" + arg(0) + ", " + arg(1) + ")"
	case "append":
		return f.appendCall(e)
	case "delete":
		m := f.underlying(f.typeOf(e.Args[0])).(*types.Map)
		return "delete(" + arg(0) + ", " + f.conv(e.Args[1], m.Key()) + ")"
	case "make":
		as := []string{f.typ(f.typeOf(e.Args[0]))}
		for i := range e.Args[1:] {
			as = append(as, arg(i+1))
		}
		if len(as) == 3 && f.info.Types[e.Args[2]].Value == nil { // the interpreter takes any capacity
			t := as[0]
			return "func(n, c int) " + t + " { return make(" + t + ", parago۰.Make(n, c), c) }(int(" + as[1] + "), int(" + as[2] + "))"
		}
		return "make(" + strings.Join(as, ", ") + ")"
	case "new":
		return f.newCall(e)
	case "panic":
		return "parago۰.Panic(" + f.conv(e.Args[0], types.NewInterfaceType(nil, nil)) + ")"
	case "recover":
		if d := f.recovers()[e]; d != "" {
			return d + ".Recover()"
		}
		return "parago۰.Recover()"
	case "print", "println":
		var as []string
		for i, a := range e.Args {
			if t := f.typeOf(a); isInterface(t) {
				f.no(e, name+" of an interface", "it would print other addresses")
			}
			as = append(as, arg(i))
		}
		return "parago۰." + strings.ToUpper(name[:1]) + name[1:] + "(" + strings.Join(as, ", ") + ")"
	case "min", "max":
		return f.minMax(e, name)
	case "clear":
		return f.clearCall(e)
	}
	f.no(e, name, "not known to the lowering")
	return ""
}

func (f *writer) appendCall(e *ast.CallExpr) string {
	st := f.typeOf(e)
	s, ok := f.underlying(st).(*types.Slice)
	if !ok {
		f.no(e, "append", "not known to the lowering")
	}
	first := f.conv(e.Args[0], st)
	if f.info.Types[e.Args[0]].IsNil() {
		first = f.typ(st) + "{}"
	}
	if len(e.Args) == 1 {
		return "(" + first + ")"
	}
	as := []string{first}
	for i, a := range e.Args[1:] {
		if e.Ellipsis.IsValid() && i == len(e.Args)-2 {
			as = append(as, f.expr(a)+"...")
			continue
		}
		as = append(as, f.conv(a, s.Elem()))
	}
	return "append(" + strings.Join(as, ", ") + ")"
}

func (f *writer) newCall(e *ast.CallExpr) string {
	if f.info.Types[e.Args[0]].IsType() {
		return "new(" + f.typ(f.typeOf(e.Args[0])) + ")"
	}
	t := f.typeOf(e).Underlying().(*types.Pointer).Elem()
	tt := f.typ(t)
	return "func(v " + tt + ") *" + tt + " { return &v }(" + f.conv(e.Args[0], t) + ")"
}

func (f *writer) minMax(e *ast.CallExpr, name string) string {
	t := f.typeOf(e)
	h := name + "۰" + mangle(f.typ(t))
	fn := f.helper(h, func(w *writer) string { return minMaxText(h, name, w.typ(t), t) })
	var as []string
	for _, a := range e.Args {
		as = append(as, f.conv(a, t))
	}
	return fn + "(" + strings.Join(as, ", ") + ")"
}

// minMaxText is min or max of one type; a NaN wins, and -0 is below 0.
func minMaxText(h, name, tt string, t types.Type) string {
	op := "<"
	if name == "max" {
		op = ">"
	}
	cond := "x " + op + " r"
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsFloat != 0 {
		zero := "1/x < 1/r"
		if name == "max" {
			zero = "1/x > 1/r"
		}
		cond = "x != x || " + cond + " || x == 0 && r == 0 && " + zero
		return fmt.Sprintf("func %s(r %s, xs ...%s) %s { for _, x := range xs { if r == r && (%s) { r = x } }; return r }", h, tt, tt, tt, cond)
	}
	return fmt.Sprintf("func %s(r %s, xs ...%s) %s { for _, x := range xs { if %s { r = x } }; return r }", h, tt, tt, tt, cond)
}

func (f *writer) clearCall(e *ast.CallExpr) string {
	t := f.typeOf(e.Args[0])
	tt := f.typ(t)
	x := f.expr(e.Args[0])
	switch u := f.underlying(t).(type) {
	case *types.Map:
		_ = u
		return "parago۰.Clear(" + x + ")" // also keys that are not equal to themselves
	case *types.Slice:
		return "func(s " + tt + ") { var z " + f.typ(u.Elem()) + "; for i := range s { s[i] = z } }(" + x + ")"
	}
	f.no(e, "clear", "not known to the lowering")
	return ""
}

// methodCall writes x.M(args).
func (f *writer) methodCall(e *ast.CallExpr, s *ast.SelectorExpr, sel *types.Selection, sig *types.Signature) string {
	fun, first := f.method(s.X, sel)
	return f.apply(e, sig, fun, first)
}

// method finds what to call for x.M: a function with the receiver as first argument,
// or a native or dynamic method.
func (f *writer) method(x ast.Expr, sel *types.Selection) (fun string, first []string) {
	recv, t := f.path(x, sel)
	m := sel.Obj().(*types.Func)
	if isInterface(t) {
		if f.nativeInterface(t) {
			return recv + "." + m.Name(), nil
		}
		sig := m.Signature()
		return f.dynamic(m.Name(), sig) + "(" + recv + ")", nil
	}
	base := types.Unalias(t)
	if p, ok := base.(*types.Pointer); ok {
		base = types.Unalias(f.subst(p.Elem()))
	}
	n, ok := base.(*types.Named)
	if !ok {
		f.no(x, "method "+m.Name(), "of a type without a name")
	}
	if !f.ours(n) {
		return recv + "." + m.Name(), nil
	}
	name, ptr := f.methodOf(n, m)
	_, isPtr := types.Unalias(t).(*types.Pointer)
	switch {
	case ptr && !isPtr:
		recv = "&" + recv
	case !ptr && isPtr:
		recv = "*" + recv
	}
	return f.mention(name), []string{recv}
}

// methodOf is the emitted name of method m of a type of ours, and whether its receiver is a pointer.
func (f *writer) methodOf(n *types.Named, m *types.Func) (name string, ptr bool) {
	if n.TypeArgs().Len() == 0 && f.session(n.Obj()) {
		own := m
		if receiver(m) == nil || receiver(m).Obj() != n.Obj() { // found through a type parameter
			for k := range n.Methods() {
				if k.Name() == m.Name() {
					own = k
				}
			}
		}
		_, ptr = own.Signature().Recv().Type().(*types.Pointer)
		if s := f.unit.Name(own); s != "" {
			return s, ptr
		}
		return f.typeName(n) + "." + m.Name(), ptr
	}
	origin := n.Origin()
	if l := f.library.typeOf(origin.Obj()); l != nil {
		origin = l
	}
	for k := range origin.Methods() {
		if k.Name() == m.Name() {
			_, ptr = k.Signature().Recv().Type().(*types.Pointer)
			return f.instanceMethod(n, f.defineType(n), k), ptr
		}
	}
	f.refuseAt(n.Obj(), n.Obj().Name()+"."+m.Name(), "the interpreter's library does not have it")
	return "", false
}

// methodValue writes x.M as a value: bound to a copy of the receiver.
func (f *writer) methodValue(e *ast.SelectorExpr, sel *types.Selection) string {
	fun, first := f.method(e.X, sel)
	recv, t := f.path(e.X, sel)
	if isInterface(t) && !f.nativeInterface(t) {
		return fun
	}
	sig := f.typeOf(e).(*types.Signature)
	if len(first) == 0 { // native
		i := strings.LastIndex(fun, ".")
		if _, ptr := types.Unalias(t).(*types.Pointer); !ptr && !isInterface(t) {
			if _, ptr := sel.Obj().(*types.Func).Signature().Recv().Type().(*types.Pointer); ptr {
				return f.binder("*"+f.typ(t), "&"+recv, "r"+fun[i:], nil, sig)
			}
		}
		return f.binder(f.typ(t), recv, "r"+fun[i:], nil, sig)
	}
	rt := f.typ(t)
	switch {
	case strings.HasPrefix(first[0], "&"):
		rt = "*" + rt
	case strings.HasPrefix(first[0], "*"):
		rt = strings.TrimPrefix(rt, "*")
	}
	return f.binder(rt, first[0], fun, []string{"r"}, sig)
}

// binder writes func(r T) func(…) … { return func(…) … { return fun(r, …) } }(recv).
func (f *writer) binder(rt, recv, fun string, first []string, sig *types.Signature) string {
	lit := f.forward(fun, first, sig)
	return "func(r " + rt + ") func" + f.signature(sig, nil) + " { return " + lit + " }(" + recv + ")"
}

// forward writes a literal of the signature that calls fun.
func (f *writer) forward(fun string, first []string, sig *types.Signature) string {
	var names, args []string
	for i := range sig.Params().Len() {
		names = append(names, fmt.Sprintf("a%d", i))
	}
	args = append(args, first...)
	for i, n := range names {
		if sig.Variadic() && i == len(names)-1 {
			n += "..."
		}
		args = append(args, n)
	}
	ret := ""
	if sig.Results().Len() > 0 {
		ret = "return "
	}
	if names == nil {
		names = []string{}
	}
	return "func" + f.signature(sig, names) + " { " + ret + fun + "(" + strings.Join(args, ", ") + ") }"
}

// methodExpr writes T.M: a function with the receiver as first parameter.
func (f *writer) methodExpr(e *ast.SelectorExpr, sel *types.Selection) string {
	sig := f.typeOf(e).(*types.Signature)
	rt := f.typeOf(e.X)
	r := types.NewVar(0, nil, "r", rt)
	id := ast.NewIdent("r")
	f.info.Uses[id] = r
	f.vars[r] = "r"
	fun, first := f.method(id, sel)
	var ps []*types.Var
	for i := 1; i < sig.Params().Len(); i++ {
		ps = append(ps, sig.Params().At(i))
	}
	rest := types.NewSignatureType(nil, nil, nil, types.NewTuple(ps...), sig.Results(), sig.Variadic())
	lit := f.forward(fun, first, rest)
	params := strings.TrimPrefix(lit, "func(")
	sep := ", "
	if strings.HasPrefix(params, ")") {
		sep = ""
	}
	return "func(r " + f.typ(rt) + sep + params
}
