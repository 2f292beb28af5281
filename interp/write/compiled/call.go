package compiled

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/agree"
	"github.com/parago/parago/interp/check"
)

// call writes calls that must not stay as they are: those that wait, and those that give a
// function to another process.
func (w *writer) call(e *ast.CallExpr) (string, bool) {
	if w.isBuiltin(e, "recover") {
		return w.rt() + "Recovered(" + w.inside(e) + ")", true
	}
	if v := w.u.Info.Types[e].Value; v != nil && w.isOffset(e) {
		return "uintptr(" + v.ExactString() + ")", true
	}
	if s, ok := w.conversion(e); ok {
		return s, true
	}
	if s, ok := w.wait(e); ok {
		return s, true
	}
	if x, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok && w.isMethodValue(x) {
		if s, ok := w.plainMethod(x, e); ok {
			return s, true
		}
	}
	if args, ok := w.arguments(e); ok {
		return w.text(e.Fun) + args, true
	}
	return "", false
}

// arguments writes those of a call, with their parentheses, if one of them does not stay as it is: what runs
// in another process or on a goroutine of its own, or is os.Stdin.
func (w *writer) arguments(e *ast.CallExpr) (string, bool) {
	for _, special := range []func(*ast.CallExpr) (int, string){w.crossing, w.starts, w.stdin} {
		at, text := special(e)
		if text == "" {
			continue
		}
		a := e.Args[at]
		before := w.between(w.at(e.Lparen), w.at(a.Pos()), exprs(e.Args[:at])...)
		after := w.between(w.at(a.End()), w.at(e.End()), exprs(e.Args[at+1:])...)
		return before + text + after, true
	}
	return "", false
}

// isOffset reports whether a call is unsafe.Offsetof of a field that is hidden here.
func (w *writer) isOffset(e *ast.CallExpr) bool {
	x, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	b, ok := w.u.Info.Uses[x.Sel].(*types.Builtin)
	if !ok || b.Name() != "Offsetof" {
		return false
	}
	field, ok := ast.Unparen(e.Args[0]).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	sel := w.u.Info.Selections[field]
	return sel != nil && w.hides(sel.Recv(), sel.Index(), field.Pos())
}

func (w *writer) isBuiltin(e *ast.CallExpr, name string) bool {
	id, ok := ast.Unparen(e.Fun).(*ast.Ident)
	if !ok || id.Name != name {
		return false
	}
	_, ok = w.u.Info.Uses[id].(*types.Builtin)
	return ok
}

// wait writes mu.Lock() and its kin.
func (w *writer) wait(e *ast.CallExpr) (string, bool) {
	standIn, base := w.waits(e)
	return standIn + "(" + base + ")", standIn != ""
}

// waits is what stands in for a method that can wait for ever, and a pointer to its receiver.
func (w *writer) waits(e *ast.CallExpr) (standIn, base string) {
	x, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	sel := w.u.Info.Selections[x]
	if sel == nil || sel.Kind() != types.MethodVal {
		return "", ""
	}
	fn, ok := sel.Obj().(*types.Func)
	if !ok || agree.WaitStandIn(fn.FullName()) == "" {
		return "", ""
	}
	path := sel.Index()
	path = path[:len(path)-1]
	base, ok = w.walk(x.X, sel.Recv(), path)
	t := sel.Recv()
	if !ok {
		base = w.text(x.X)
		for _, i := range path {
			if p, ok := t.Underlying().(*types.Pointer); ok {
				t = p.Elem()
			}
			v := t.Underlying().(*types.Struct).Field(i)
			base += "." + v.Name()
			t = v.Type()
		}
	} else {
		t = fieldType(t, path)
	}
	if _, ok := t.Underlying().(*types.Pointer); !ok {
		base = "&" + base
	}
	return w.rt() + agree.WaitStandIn(fn.FullName()), base
}

func fieldType(t types.Type, path []int) types.Type {
	for _, i := range path {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		t = t.Underlying().(*types.Struct).Field(i).Type()
	}
	return t
}

// starters are functions of the library that call what they are given on a goroutine of its
// own: which of their arguments that is, and what the runtime makes of it.
var starters = map[string]struct {
	arg  int
	with string
}{
	"(*sync.WaitGroup).Go":      {0, "Guarded"},
	"time.AfterFunc":            {1, "Guarded"},
	"context.AfterFunc":         {1, "Guarded"},
	"(*testing.T).Run":          {1, "Tested"},
	"(*testing.B).Run":          {1, "Tested"},
	"(*testing.B).RunParallel":  {0, "GuardedWith"},
	"(*testing.common).Cleanup": {0, "Guarded"},
	"testing/synctest.Test":     {1, "Bubbled"},
}

// starts guards what such a function is given.
func (w *writer) starts(e *ast.CallExpr) (at int, text string) {
	fn := w.callee(e)
	if fn == nil {
		return 0, ""
	}
	s, ok := starters[fn.FullName()]
	if !ok || s.arg >= len(e.Args) {
		return 0, ""
	}
	return s.arg, w.rt() + s.with + "(" + w.text(e.Args[s.arg]) + ")"
}

// stdin writes os.Stdin where a call is given it as an interface.
func (w *writer) stdin(e *ast.CallExpr) (at int, text string) {
	sig, ok := w.typeOf(e.Fun).Underlying().(*types.Signature)
	if !ok {
		return 0, ""
	}
	for i, a := range e.Args {
		x, ok := a.(*ast.SelectorExpr)
		if !ok || !w.isStdin(x) || i >= sig.Params().Len() || sig.Variadic() && i == sig.Params().Len()-1 {
			continue
		}
		if types.IsInterface(sig.Params().At(i).Type()) {
			return i, w.rt() + "Stdin()"
		}
	}
	return 0, ""
}

func (w *writer) isStdin(x *ast.SelectorExpr) bool {
	o, ok := w.u.Info.Uses[x.Sel].(*types.Var)
	return ok && o.Pkg() != nil && o.Pkg().Path() == "os" && o.Name() == "Stdin"
}

// crossing writes the argument of such a call that runs in another process.
func (w *writer) crossing(e *ast.CallExpr) (at int, text string) {
	at, ok := agree.Argument(w.callee(e))
	if !ok || at >= len(e.Args) {
		return 0, ""
	}
	text, _ = w.cross(ast.Unparen(e.Args[at]))
	return at, text
}

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// callee is the function that a call names, nil for a value.
func (w *writer) callee(e *ast.CallExpr) *types.Func {
	x := ast.Unparen(e.Fun)
	switch i := x.(type) {
	case *ast.IndexExpr:
		x = i.X
	case *ast.IndexListExpr:
		x = i.X
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		fn, _ := w.u.Info.Uses[x].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := w.u.Info.Uses[x.Sel].(*types.Func)
		return fn
	}
	return nil
}

// cross writes a function so that another process finds it. What is only known when the
// cell runs stays as it is.
func (w *writer) cross(a ast.Expr) (string, bool) {
	switch x := a.(type) {
	case *ast.FuncLit:
		return w.crossLit(x)
	case *ast.Ident:
		if fn, ok := w.u.Info.Uses[x].(*types.Func); ok {
			return w.crossFunc(x, fn)
		}
	case *ast.IndexExpr, *ast.IndexListExpr:
		if fun, _ := w.instantiated(x); fun != nil {
			return w.cross(fun)
		}
	case *ast.SelectorExpr:
		if sel := w.u.Info.Selections[x]; sel != nil && sel.Kind() == types.MethodVal {
			return w.crossMethod(x, sel)
		}
		if fn, ok := w.u.Info.Uses[x.Sel].(*types.Func); ok {
			return w.crossNamed(x, x.Sel, fn.Pkg().Name()+"."+fn.Name())
		}
	}
	return "", false
}

// instantiated is the function or the method that an expression instantiates, with the
// identifier that names it; nil if it is no such expression.
func (w *writer) instantiated(x ast.Expr) (fun ast.Expr, id *ast.Ident) {
	switch i := x.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(i.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(i.X)
	}
	switch f := fun.(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	}
	if _, ok := w.u.Info.Uses[id].(*types.Func); !ok {
		return nil, nil
	}
	return fun, id
}

// instanceType is the type of a function's name, of a generic one that of its instance.
func (w *writer) instanceType(x ast.Expr, id *ast.Ident) types.Type {
	in, ok := w.u.Info.Instances[id]
	if !ok {
		return w.typeOf(x)
	}
	if s, ok := x.(*ast.SelectorExpr); ok {
		return check.InstanceType(w.u.Info.Selections[s], in)
	}
	return in.Type
}

// instance writes the type arguments of a name, which are written there or were inferred.
func (w *writer) instance(id *ast.Ident) string {
	in, ok := w.u.Info.Instances[id]
	if !ok {
		return ""
	}
	var args []string
	for t := range in.TypeArgs.Types() {
		s, ok := w.typ(w.u, t)
		if !ok {
			return ""
		}
		args = append(args, s)
	}
	return "[" + strings.Join(args, ", ") + "]"
}

// crossFunc writes a function of a cell, or an instance of one.
func (w *writer) crossFunc(id *ast.Ident, fn *types.Func) (string, bool) {
	if w.u.Info.Instances[id].Type != nil {
		return w.crossNamed(id, id, id.Name)
	}
	d, _ := w.u.Lookup(fn)
	if d == nil {
		return "", false
	}
	path := w.home(d.Name)
	if path == "" {
		path = pathHere
	}
	return fmt.Sprintf("%sCross(%s, %q, %q, %q)", w.rt(), w.text(id), id.Name, "", path+" "+d.Name), true
}

// crossNamed writes a function that captures nothing, by way of one that returns it. Of a
// generic one, that is the instance for which id stands.
func (w *writer) crossNamed(x ast.Expr, id *ast.Ident, title string) (string, bool) {
	t, ok := w.typ(w.u, w.instanceType(x, id))
	if !ok {
		return "", false
	}
	text := w.text(x) + w.instance(id)
	entry := w.factory(mentionsOf(w.u, x), "", t, text)
	return fmt.Sprintf("%sCrossFactory(%s, %q, %q, %q)", w.rt(), text, title, "", entry), true
}

// factory declares a function that returns the function to run, from what it captures.
func (w *writer) factory(m mentions, params, result, value string) (entry string) {
	w.lits++
	name := fmt.Sprintf("lit%s%d", mark, w.lits)
	fmt.Fprintf(&w.body, "\nfunc %s(%s) %s { f%s := %s; return f%s }\n", funcName(name), params, result, mark, value, mark)
	w.register(name, funcName(name), "", m)
	return pathHere + " " + name
}

// crossLit writes a literal; the local variables that it reads travel with it.
func (w *writer) crossLit(lit *ast.FuncLit) (string, bool) {
	result, ok := w.typ(w.u, w.typeOf(lit))
	if !ok {
		return "", false
	}
	var params, captures []string
	for _, v := range w.freeVars(lit) {
		t, ok := w.typ(w.u, v.Type())
		if !ok {
			return "", false
		}
		params = append(params, v.Name()+" "+t)
		captures = append(captures, ", "+v.Name())
	}
	pos := w.fset.Position(lit.Pos())
	entry := w.factory(mentionsOf(w.u, lit), strings.Join(params, ", "), result, w.directive(lit.Pos())+w.text(lit))
	title := fmt.Sprintf("func literal at %s:%d", pos.Filename, pos.Line)
	return fmt.Sprintf("%sCrossFactory(%s, %q, %q, %q%s)", w.rt(), w.text(lit), title, "", entry, strings.Join(captures, "")), true
}

// freeVars are the local variables around a literal that it mentions, in order.
func (w *writer) freeVars(lit *ast.FuncLit) []*types.Var {
	var out []*types.Var
	seen := map[*types.Var]bool{}
	ast.Inspect(lit, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := w.u.Info.Uses[id].(*types.Var)
		if !ok || v.IsField() || seen[v] || !session(v.Pkg()) || v.Pos() >= lit.Pos() && v.Pos() < lit.End() {
			return true
		}
		if _, session := w.u.Lookup(v); session != nil {
			return true
		}
		seen[v] = true
		out = append(out, v)
		return true
	})
	return out
}

// crossMethod writes a method value: the receiver is what travels.
func (w *writer) crossMethod(x *ast.SelectorExpr, sel *types.Selection) (string, bool) {
	fn := sel.Obj().(*types.Func)
	rt := w.typeOf(x.X)
	recv := w.text(x.X)
	class := ""
	if n, ok := types.Unalias(deref(rt)).(*types.Named); ok {
		class = n.Obj().Name()
	}
	_, byPointer := fn.Signature().Recv().Type().Underlying().(*types.Pointer)
	if _, isPointer := rt.Underlying().(*types.Pointer); byPointer && !isPointer && !types.IsInterface(rt) {
		recv, rt = "&"+recv, types.NewPointer(rt)
	}
	t, ok1 := w.typ(w.u, rt)
	result, ok2 := w.typ(w.u, w.instanceType(x, x.Sel))
	if !ok1 || !ok2 {
		return "", false
	}
	name := fn.Name()
	if session(fn.Pkg()) {
		name = methodName(name)
	}
	name += w.instance(x.Sel)
	entry := w.factory(mentionsOf(w.u, x), "r"+mark+" "+t, result, "r"+mark+"."+name)
	title := "(" + types.TypeString(rt, func(*types.Package) string { return "" }) + ")." + fn.Name()
	return fmt.Sprintf("%sCrossFactory(%s, %q, %q, %q, %s)", w.rt(), w.text(x)+w.instance(x.Sel), title, class, entry, recv), true
}
