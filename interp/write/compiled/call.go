package compiled

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/agree"
	"github.com/parago/parago/interp/check"
)

// call writes calls that must not stay as they are, such as those that wait.
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
// on a goroutine of its own, or is os.Stdin.
func (w *writer) arguments(e *ast.CallExpr) (string, bool) {
	for _, special := range []func(*ast.CallExpr) (int, string){w.starts, w.stdin} {
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

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// callee is the function that a call names, nil for a value.
func (w *writer) callee(e *ast.CallExpr) *types.Func { return calleeOf(w.u, e) }

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
