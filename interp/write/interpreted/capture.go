package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/agree"
)

// capturing writes calls of procpool functions one of whose arguments runs elsewhere, ""
// for all others. The function goes as a *embed.Func; what else is an interface goes
// without its box, since values cross by their structure.
func (f *writer) capturing(e *ast.CallExpr, fn *types.Func, name string) string {
	at, ok := agree.Argument(fn)
	if !ok || f.bareAny || at >= len(e.Args) {
		return ""
	}
	sig := f.typeOf(e.Fun).(*types.Signature)
	var args []string
	n := sig.Params().Len()
	for i, a := range e.Args {
		switch t := f.paramType(sig, i, n, e); {
		case i == at:
			args = append(args, f.making(fn, a, f.crosses(a)))
		case isInterface(t) && !f.nativeInterface(t):
			args = append(args, f.bareArg(a))
		default:
			args = append(args, f.conv(a, t))
		}
		if e.Ellipsis.IsValid() && i == len(e.Args)-1 {
			args[i] += "..."
		}
	}
	call := f.crossingFun(e) + "(" + strings.Join(args, ", ") + ")"
	return f.rebox(call, fn, e.Args[at])
}

func (f *writer) paramType(sig *types.Signature, i, n int, e *ast.CallExpr) types.Type {
	if sig.Variadic() && i >= n-1 {
		if e.Ellipsis.IsValid() {
			return sig.Params().At(n - 1).Type()
		}
		return f.variadicElem(sig)
	}
	return sig.Params().At(i).Type()
}

func (f *writer) crossingFun(e *ast.CallExpr) string {
	if s, ok := selected(e.Fun); ok {
		if sel := f.info.Selections[s]; sel != nil {
			fun, _ := f.method(s.X, s.Sel, sel)
			return fun
		}
	}
	return f.callFun(e.Fun)
}

// bareArg writes an argument for an interface that crosses.
func (f *writer) bareArg(a ast.Expr) string {
	if f.info.Types[a].IsNil() {
		return "nil"
	}
	t := f.typeOf(a)
	if isInterface(t) {
		return "parago۰.Bare(" + f.conv(a, types.NewInterfaceType(nil, nil)) + ")"
	}
	return f.expr(a)
}

// rebox gives the result of Apply its type again.
func (f *writer) rebox(call string, fn *types.Func, fun ast.Expr) string {
	sig, ok := f.underlying(f.typeOf(fun)).(*types.Signature)
	if !ok || fn.Name() != "Apply" || sig.Results().Len() == 0 {
		return call
	}
	rt := sig.Results().At(0).Type()
	if f.pure(rt) || isInterface(rt) {
		return call
	}
	return fmt.Sprintf("func() (interface{}, error) { v, err := %s; return parago۰.Rebox(%q, v), err }()", call, f.key(rt))
}

// making tells what type the state of an actor has, which its process cannot see.
func (f *writer) making(fn *types.Func, a ast.Expr, text string) string {
	sig, ok := f.underlying(f.typeOf(a)).(*types.Signature)
	if !ok || fn.Name() != "Spawn" || sig.Results().Len() == 0 {
		return text
	}
	rt := sig.Results().At(0).Type()
	if f.pure(rt) || isInterface(rt) { // the value knows it
		return text
	}
	return fmt.Sprintf("parago۰.Makes(%q, %s)", f.keyNeeded(rt), text)
}

// crosses writes a function that runs elsewhere.
func (f *writer) crosses(a ast.Expr) string {
	a = ast.Unparen(a)
	switch x := a.(type) {
	case *ast.FuncLit:
		return f.crossLit(x)
	case *ast.Ident:
		if v, ok := f.info.Uses[x].(*types.Var); ok && f.bareVars[v] {
			return f.local(v)
		}
		if fn, ok := f.info.Uses[x].(*types.Func); ok {
			return f.crossFunc(x, fn)
		}
	case *ast.IndexExpr:
		if s, ok := selected(x); ok && f.info.Selections[s] != nil {
			return f.crosses(s)
		}
		if isGenericFunc(f.info, x.X) {
			return f.crossFunc(x.X, f.callee(&ast.CallExpr{Fun: x}).(*types.Func))
		}
	case *ast.IndexListExpr:
		if s, ok := selected(x); ok && f.info.Selections[s] != nil {
			return f.crosses(s)
		}
		return f.crossFunc(x.X, f.callee(&ast.CallExpr{Fun: x}).(*types.Func))
	case *ast.SelectorExpr:
		if s := f.info.Selections[x]; s != nil && s.Kind() == types.MethodVal {
			return f.crossMethod(x, s)
		} else if s != nil && s.Kind() == types.MethodExpr {
			return f.crossNamed(x, types.ExprString(x))
		}
		if fn, ok := f.info.Uses[x.Sel].(*types.Func); ok {
			return f.crossFunc(x, fn)
		}
	}
	if _, ok := f.underlying(f.typeOf(a)).(*types.Signature); ok || isInterface(f.typeOf(a)) {
		f.no(a, "a function value given to another process", "pass a named function or write it in place")
	}
	return f.conv(a, types.NewInterfaceType(nil, nil))
}

// crossFunc is a function with a name: one of a cell, an instance, or one of a package.
func (f *writer) crossFunc(e ast.Expr, fn *types.Func) string {
	text := f.expr(e)
	if f.session(fn) || f.library.owns(fn) || fn.Signature().TypeParams().Len() > 0 {
		return fmt.Sprintf("parago۰.Func(%q, \"\", %q, %s)", fn.Name(), text, text)
	}
	return f.crossNamed(e, fn.Pkg().Name()+"."+fn.Name())
}

// crossNamed is a function that captures nothing and is no declaration of a cell: one of
// a package, or a method expression.
func (f *writer) crossNamed(e ast.Expr, title string) string {
	name := f.factory(func(w *writer) (string, string) {
		sig, _ := w.typeOf(e).(*types.Signature)
		if s, ok := e.(*ast.SelectorExpr); ok {
			sig = w.selectedType(s)
		}
		return "", "func" + w.signature(sig, nil) + " { return " + w.expr(e) + " }"
	})
	return fmt.Sprintf("parago۰.Factory(%q, \"\", %q, %s)", title, name, f.expr(e))
}

// factory declares a function that returns the function to run, from what it captures.
func (f *writer) factory(write func(w *writer) (params, rest string)) string {
	f.cell.lits++
	name := fmt.Sprintf("lit۰%d۰%d", f.unit.N, f.cell.lits)
	d := newDraft(name)
	f.add(d)
	w := f.cell.writer(d, f.info, f.fset, f.env)
	params, rest := write(w)
	d.Text = "func " + name + "(" + params + ") " + rest + "\n"
	return f.mention(name)
}

// crossLit is a function literal; the local variables that it reads travel with it.
func (f *writer) crossLit(lit *ast.FuncLit) string {
	pos := f.position(lit.Pos())
	vars := f.freeVars(lit)
	var caps []string
	for _, v := range vars {
		if path, why := f.cannotCross(v.Type(), v.Name(), map[types.Type]bool{}); path != "" {
			f.no(lit, "the captured variable "+v.Name(), path+": a "+why+" cannot go to another process")
		}
		caps = append(caps, ", "+f.local(v))
	}
	name := f.factory(func(w *writer) (string, string) {
		var ps []string
		for _, v := range vars {
			ps = append(ps, w.local(v)+" "+w.typ(v.Type()))
		}
		sig := w.typeOf(lit).(*types.Signature)
		return strings.Join(ps, ", "), "func" + w.signature(sig, nil) + " { return " + w.funcLit(lit) + " }"
	})
	return fmt.Sprintf("parago۰.Factory(%q, \"\", %q, %s%s)", fmt.Sprintf("func literal at %s:%d", pos.Filename, pos.Line), name, f.funcLit(lit), strings.Join(caps, ""))
}

// freeVars are the local variables of the surroundings that a literal mentions, in order.
func (f *writer) freeVars(lit *ast.FuncLit) []*types.Var {
	var out []*types.Var
	seen := map[*types.Var]bool{}
	ast.Inspect(lit, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := f.info.Uses[id].(*types.Var)
		if !ok || v.IsField() || seen[v] || f.isSessionVar(v) || v.Pos() >= lit.Pos() && v.Pos() < lit.End() {
			return true
		}
		seen[v] = true
		out = append(out, v)
		return true
	})
	return out
}

// crossMethod is a method value: the receiver is what travels.
func (f *writer) crossMethod(x *ast.SelectorExpr, s *types.Selection) string {
	rt := f.typeOf(x.X)
	class := ""
	if n, ok := types.Unalias(derefType(rt)).(*types.Named); ok {
		class = n.Obj().Name()
	}
	if path, why := f.cannotCross(rt, types.ExprString(x.X), map[types.Type]bool{}); path != "" {
		f.no(x, "the receiver "+types.ExprString(x.X), path+": a "+why+" cannot go to another process")
	}
	recv := f.expr(x.X)
	_, ptrMethod := s.Obj().(*types.Func).Signature().Recv().Type().(*types.Pointer)
	if _, isPtr := f.underlying(rt).(*types.Pointer); ptrMethod && !isPtr && !isInterface(rt) {
		recv, rt = addressOf(recv), types.NewPointer(rt)
	}
	name := f.factory(func(w *writer) (string, string) {
		v := types.NewVar(x.Pos(), nil, "r", rt)
		id := &ast.Ident{Name: "r", NamePos: x.Pos()}
		w.info.Uses[id] = v
		w.vars[v] = "r"
		fun, first := w.method(id, x.Sel, s)
		sig := w.selectedType(x)
		return "r " + w.typ(rt), "func" + w.signature(sig, nil) + " { return " + w.forward(fun, first, sig) + " }"
	})
	title := "(" + types.TypeString(rt, func(*types.Package) string { return "" }) + ")." + x.Sel.Name
	return fmt.Sprintf("parago۰.Factory(%q, %q, %q, %s, %s)", title, class, name, f.methodValue(x, s), recv)
}

// cannotCross finds what cannot go to another process in a value of a type: where it is
// and what it is, "" if nothing.
func (f *writer) cannotCross(t types.Type, path string, seen map[types.Type]bool) (where, what string) {
	t = types.Unalias(f.subst(t))
	if seen[t] {
		return "", ""
	}
	seen[t] = true
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil && !f.ours(n) {
		if p := n.Obj().Pkg().Path(); p == "sync" || p == "os" && n.Obj().Name() == "File" {
			return path, p + "." + n.Obj().Name()
		}
		return "", ""
	}
	switch u := f.underlying(t).(type) {
	case *types.Chan:
		return path, "channel"
	case *types.Signature:
		return path, "function value"
	case *types.Pointer:
		return f.cannotCross(u.Elem(), path, seen)
	case *types.Slice:
		return f.cannotCross(u.Elem(), path+"[]", seen)
	case *types.Array:
		return f.cannotCross(u.Elem(), path+"[]", seen)
	case *types.Map:
		return f.cannotCross(u.Elem(), path+"[]", seen)
	case *types.Struct:
		for v := range u.Fields() {
			if where, what := f.cannotCross(v.Type(), path+"."+v.Name(), seen); where != "" {
				return where, what
			}
		}
	}
	return "", ""
}
