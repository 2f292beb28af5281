package glue

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/agree"
)

// single writes a call of one value.
func (w *writer) single(e *ast.CallExpr) string {
	switch {
	case w.info.Types[e.Fun].IsType():
		return w.conversion(e)
	case w.builtin(e) != "":
		return w.builtinCall(e)
	}
	return w.call(e)[0]
}

// call calls a function at this point of the program, and returns the variables that
// have its results.
func (w *writer) call(e *ast.CallExpr) (results []string) {
	if w.builtin(e) != "" {
		if text := w.builtinCall(e); !w.info.Types[e].IsVoid() {
			results = append(results, w.keep(text))
		}
		return results
	}
	text := w.function(e)
	w.move(e.Lparen)
	for _, t := range w.results(e) {
		w.soundType(t)
		results = append(results, w.temp())
	}
	if len(results) > 0 {
		text = strings.Join(results, ", ") + " := " + text
	}
	w.out("%s\n", text)
	return results
}

// results are the types of a call's values.
func (w *writer) results(e *ast.CallExpr) (ts []types.Type) {
	tv := w.info.Types[e]
	tuple, ok := tv.Type.(*types.Tuple)
	switch {
	case tv.IsVoid():
		return nil
	case !ok:
		return []types.Type{tv.Type}
	}
	for v := range tuple.Variables() {
		ts = append(ts, v.Type())
	}
	return ts
}

// callee is the function or method that a call names, nil if it calls a value.
func (w *writer) callee(e *ast.CallExpr) *types.Func {
	var id *ast.Ident
	switch x := ast.Unparen(e.Fun).(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		id = x.Sel
	default:
		return nil
	}
	fn, _ := w.info.Uses[id].(*types.Func)
	return fn
}

// function writes the call of a function, a method or a value.
func (w *writer) function(e *ast.CallExpr) string {
	fn := w.callee(e)
	sig := w.typeOf(e.Fun).Underlying().(*types.Signature)
	if fn == nil {
		f := w.keep(w.expr(e.Fun))
		args := w.args(e, sig)
		w.deref(f, e.Lparen)
		return f + args
	}
	if fn.Signature().Recv() != nil {
		return w.method(e, fn, sig)
	}
	if fn.Signature().TypeParams().Len() > 0 {
		w.no("a generic function")
	}
	if d, _ := w.unit.Lookup(fn); d != nil {
		return w.declared(d) + w.args(e, sig)
	}
	return w.packageFunc(fn) + w.args(e, sig)
}

// method writes the call of a method.
func (w *writer) method(e *ast.CallExpr, fn *types.Func, sig *types.Signature) string {
	x := ast.Unparen(e.Fun).(*ast.SelectorExpr)
	sel := w.info.Selections[x]
	if sel == nil || sel.Kind() != types.MethodVal {
		w.no("a method as a function")
	}
	w.soundType(sel.Recv())
	index := sel.Index()
	recv, t := w.path(x.X, sel.Recv(), index[:len(index)-1])
	if wait := agree.WaitStandIn(fn.FullName()); wait != "" {
		return w.native(wait, w.receiver(x, recv, t))
	}
	if reason := unfit[fn.FullName()]; reason != "" {
		w.no("%s", reason)
	}
	w.looks(fn)
	_, pointer := t.Underlying().(*types.Pointer)
	_, byPointer := fn.Signature().Recv().Type().Underlying().(*types.Pointer)
	switch {
	case types.IsInterface(t):
		w.move(x.Sel.Pos())
		w.out("%s\n", w.native("None", recv))
	case pointer && !byPointer:
		w.deref(recv, x.Sel.Pos())
	case byPointer && !pointer:
		w.addressable(x.X)
	}
	if !fn.Exported() {
		return w.unexported(fn, x, recv, t) + strings.TrimPrefix(w.args(e, sig), "(")
	}
	return recv + "." + fn.Name() + w.args(e, sig)
}

// unexported begins the call of one of the session's unexported methods, which reflect and so the
// interpreter does not see. The process knows it as a function.
func (w *writer) unexported(fn *types.Func, x *ast.SelectorExpr, recv string, t types.Type) string {
	if !isSession(fn.Pkg()) {
		w.no("an unexported method")
	}
	_, pointer := t.Underlying().(*types.Pointer)
	_, byPointer := fn.Signature().Recv().Type().Underlying().(*types.Pointer)
	switch {
	case types.IsInterface(t):
		return w.abstract(fn, t) + "(" + recv + ", "
	case byPointer:
		recv = w.receiver(x, recv, t)
	case pointer:
		recv = "*" + recv
	}
	d, _ := w.unit.Lookup(fn)
	if d == nil {
		w.no("a method of a generic type")
	}
	return w.declared(d) + "(" + recv + ", "
}

// abstract is a method of an interface as a function.
func (w *writer) abstract(fn *types.Func, t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		w.no("an unexported method of an interface without a name")
	}
	d, _ := w.unit.Lookup(named.Obj())
	if d == nil || named.TypeArgs().Len() > 0 || !w.known.Type(d.Name) {
		w.no("an unexported method of the type %s", named.Obj().Name())
	}
	name := d.Name + "." + fn.Name()
	w.funcs[name] = true
	return w.session(name)
}

// receiver writes a receiver as a pointer.
func (w *writer) receiver(x *ast.SelectorExpr, recv string, t types.Type) string {
	if _, ok := t.Underlying().(*types.Pointer); ok {
		return recv
	}
	w.addressable(x.X)
	return w.pointerTo(recv)
}

// args writes the arguments of a call, with the parentheses.
func (w *writer) args(e *ast.CallExpr, sig *types.Signature) string {
	params := func(i int) types.Type {
		n := sig.Params().Len()
		if sig.Variadic() && i >= n-1 && !e.Ellipsis.IsValid() {
			return sig.Params().At(n - 1).Type().(*types.Slice).Elem()
		}
		return sig.Params().At(i).Type()
	}
	if len(e.Args) == 1 {
		if _, ok := w.info.TypeOf(e.Args[0]).(*types.Tuple); ok {
			inner := ast.Unparen(e.Args[0]).(*ast.CallExpr)
			values := w.call(inner)
			for i, t := range w.results(inner) {
				w.boxes(t, params(i))
			}
			return "(" + strings.Join(values, ", ") + ")"
		}
	}
	var args []string
	for i, a := range e.Args {
		w.handOver(e, a)
		args = append(args, w.value(a, params(i)))
	}
	spread := ""
	if n := sig.Params().Len(); e.Ellipsis.IsValid() {
		spread = "..."
	} else if sig.Variadic() && len(args) == n-1 { // the interpreter would make an empty slice of nil
		args, spread = append(args, w.zero(sig.Params().At(n-1).Type())), "..."
	}
	return "(" + strings.Join(args, ", ") + spread + ")"
}

// handOver looks at a function that is given to one of a package. Another process finds it
// only by its name; a goroutine of the package's own would not run it as the cell's.
func (w *writer) handOver(e *ast.CallExpr, a ast.Expr) {
	fn := w.callee(e)
	if fn == nil || fn.Pkg() == nil || isSession(fn.Pkg()) || w.info.Types[a].IsNil() {
		return
	}
	if _, ok := w.typeOf(a).Underlying().(*types.Signature); !ok {
		return
	}
	switch path := fn.Pkg().Path(); {
	case callsBack[path]:
	case path != procpool:
		w.no("a function given to package %s", path)
	case !w.namesFunction(a):
		w.no("a function given to another process")
	}
}

// namesFunction says whether an expression is the name of a function of the session's.
func (w *writer) namesFunction(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	fn, ok := w.info.Uses[id].(*types.Func)
	return ok && isSession(fn.Pkg())
}
