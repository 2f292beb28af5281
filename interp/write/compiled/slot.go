package compiled

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/write/outlive"
)

// A slot is a variable of a package by way of which a function is called that may be declared anew: the process
// sets it (package runner). What is compiled stays as it is, and a function literal may live
// long. A slot costs the inlining of the call, so only what may outlive its cell has one.
type slot struct{ id, key, name, value string }

// outlive notes what has slots in a text that is about to be written, and what it keeps for want of one.
func (w *writer) outlive(roots ...ast.Node) {
	find := outlive.Finder{Unit: w.u, Named: func(x ast.Expr) bool { return w.sessionFunc(x) != nil }, Source: w.sourceOf}
	w.slotted = find.Find(roots...)
	for n := range w.slotted {
		if it := w.sessionFunc(n.(ast.Expr)); !w.patchable(it) {
			delete(w.slotted, n)
			w.p.keeps = append(w.p.keeps, it.decl.Key)
		}
	}
}

// sourceOf is the declaration of a function and what its check has found out.
func (f *file) sourceOf(d *check.Decl) (*ast.FuncDecl, *types.Info) {
	it := f.p.items[d.Name]
	if it == nil {
		return nil, nil
	}
	fn, _ := it.decl.Node.(*ast.FuncDecl)
	return fn, it.unit.Info
}

// sessionFunc is the function or method of the session's that an expression names, nil if it names none.
func (w *writer) sessionFunc(x ast.Expr) *item {
	var fn *types.Func
	switch x := x.(type) {
	case *ast.Ident:
		fn, _ = w.u.Info.Uses[x].(*types.Func)
	case *ast.SelectorExpr:
		sel := w.u.Info.Selections[x]
		if sel == nil || types.IsInterface(sel.Recv()) {
			return nil
		}
		fn, _ = sel.Obj().(*types.Func)
	}
	if fn == nil || !session(fn.Pkg()) {
		return nil
	}
	d, _ := w.u.Lookup(fn)
	if d == nil || w.p.items[d.Name] == nil {
		return nil
	}
	it := w.p.items[d.Name]
	if _, ok := it.decl.Node.(*ast.FuncDecl); !ok || it.isMethod() && types.IsInterface(fn.Signature().Recv().Type()) {
		return nil
	}
	return it
}

// patchable reports whether slots can hold a function: not one that is generic, or that recovers, or that
// its callers must know by name.
func (w *writer) patchable(it *item) bool {
	decl := it.decl.Node.(*ast.FuncDecl)
	if it.isGeneric() || recovers(it.unit, decl) || strings.Contains(pragmas(decl.Doc), "//go:uintptr") {
		return false
	}
	_, ok := w.signature(it.unit, it.decl.Obj.(*types.Func))
	return ok
}

// recovers reports whether a function calls recover itself: that works only if the function is what
// was deferred, and not one that a function calls which was.
func recovers(u *check.Unit, decl *ast.FuncDecl) bool {
	found := false
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.Ident:
			b, ok := u.Info.Uses[n].(*types.Builtin)
			found = found || ok && b.Name() == "recover"
		}
		return !found
	})
	return found
}

// signature writes the type of a function; that of a method has its receiver first.
func (f *file) signature(u *check.Unit, fn *types.Func) (string, bool) {
	return f.typ(u, plainSignature(fn))
}

// plainSignature is the type of the function that a method is.
func plainSignature(fn *types.Func) *types.Signature {
	sig := fn.Signature()
	if sig.Recv() == nil {
		return sig
	}
	params := []*types.Var{sig.Recv()}
	for v := range sig.Params().Variables() {
		params = append(params, v)
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
}

// slotID is what a slot stands for: all versions of a declaration that have the same type.
func (f *file) slotID(it *item) string {
	fn, ok := it.decl.Obj.(*types.Func)
	if !ok || it.isGeneric() {
		return ""
	}
	w := &typeWriter{file: f, u: it.unit, ok: true, identity: true}
	text := w.write(plainSignature(fn))
	if !w.ok {
		return ""
	}
	return it.decl.Key + " " + text
}

// slot is the variable by way of which a function is called that may be redeclared.
func (w *writer) slot(it *item) string {
	name := export + "now" + mark + strings.ReplaceAll(it.name, ".", mark)
	w.need("slot "+it.name, func() {
		sig, _ := w.signature(it.unit, it.decl.Obj.(*types.Func))
		fmt.Fprintf(&w.head, "var %s %s\n", name, sig)
		w.p.slots = append(w.p.slots, slot{id: w.slotID(it), key: it.decl.Key, name: name, value: w.plain(it)})
	})
	return name
}

// plain is a function, or a method as one.
func (f *file) plain(it *item) string {
	if !it.isMethod() || f.detached(it) {
		return f.function(it.name)
	}
	recv := it.decl.Obj.(*types.Func).Signature().Recv().Type()
	t, _ := f.typ(it.unit, recv)
	return "(" + t + ")." + methodName(it.decl.Obj.Name())
}

// via is a function that calls what a slot holds, for where a function is a value. It stands in the line of the
// function that it is for, as those see who ask the runtime about a value, but in a file that traces leave out.
func (w *writer) via(it *item) string {
	name := export + "via" + mark + strings.ReplaceAll(it.name, ".", mark)
	slot := w.slot(it)
	w.need("via "+it.name, func() {
		fn := it.decl.Obj.(*types.Func)
		head, args := w.forward(it.unit, plainSignature(fn))
		call := returning(fn.Signature(), slot+"("+args+")")
		line := it.decl.Fset.Position(it.decl.Node.Pos()).Line
		fmt.Fprintf(&w.head, "//line parago.go:%d\nfunc %s%s { %s }\n", line, name, head, call)
		w.register("via"+mark+it.name, name, "", mentions{map[string]bool{it.name: true}, nil})
	})
	return name
}

// forward writes parameters and results for a function that calls another, and the arguments.
func (f *file) forward(u *check.Unit, sig *types.Signature) (head, args string) {
	typ := func(t types.Type) (string, bool) { return f.typ(u, t) }
	params, args, _ := parameters(sig, typ)
	var results []string
	for v := range sig.Results().Variables() {
		text, _ := typ(v.Type())
		results = append(results, text)
	}
	return params + " (" + strings.Join(results, ", ") + ")", args
}

// parameters writes those of a function that calls another, and the arguments. It is not ok if typ
// cannot write a type.
func parameters(sig *types.Signature, typ func(types.Type) (string, bool)) (params, args string, ok bool) {
	var list, names []string
	ok = true
	for i := range sig.Params().Len() {
		name := fmt.Sprintf("a%s%d", mark, i)
		t := sig.Params().At(i).Type()
		dots := ""
		if s, isSlice := t.(*types.Slice); isSlice && sig.Variadic() && i == sig.Params().Len()-1 {
			t, dots = s.Elem(), "..."
		}
		text, named := typ(t)
		ok = ok && named
		list = append(list, name+" "+dots+text)
		names = append(names, name+dots)
	}
	return "(" + strings.Join(list, ", ") + ")", strings.Join(names, ", "), ok
}

func returning(sig *types.Signature, call string) string {
	if sig.Results().Len() == 0 {
		return call
	}
	return "return " + call
}

// detached reports whether a method is one that its type does not have any more: it has been redeclared
// with another type, and who could not follow keeps this one, as a function.
func (f *file) detached(it *item) bool {
	return it.isMethod() && !f.graph.attached(it)
}

// attached reports whether a type has a method, and not another version of it.
func (g *graph) attached(it *item) bool {
	n, ok := types.Unalias(deref(it.decl.Obj.(*types.Func).Signature().Recv().Type())).(*types.Named)
	if !ok {
		return true
	}
	typ := g.p.items[it.unit.Name(n.Origin().Obj())]
	if typ == nil {
		return true
	}
	for _, name := range g.u.Methods(typ.decl) {
		if other := g.p.items[name]; name != it.name && other != nil && other.decl.Key == it.decl.Key {
			return false
		}
	}
	return true
}

// plainMethod writes x.m(…) or x.m as a call of a function, if the method is detached or called by way
// of its slot.
func (w *writer) plainMethod(x *ast.SelectorExpr, call *ast.CallExpr) (string, bool) {
	sel := w.u.Info.Selections[x]
	if sel == nil {
		return "", false
	}
	fn, ok := sel.Obj().(*types.Func)
	if !ok || types.IsInterface(fn.Signature().Recv().Type()) {
		return "", false
	}
	d, _ := w.u.Lookup(fn)
	if d == nil || w.p.items[d.Name] == nil {
		return "", false
	}
	it := w.p.items[d.Name]
	fun := ""
	switch {
	case w.slotted[x] != 0:
		fun = w.slot(it)
	case !w.detached(it):
		return "", false
	case it.isGeneric():
		fail(w.fset.Position(x.Pos()), "%s is the earlier method of a generic type, which has another type now: declare what uses it anew", it.decl.Key)
	default:
		fun = w.function(it.name)
	}
	if sel.Kind() == types.MethodExpr {
		return w.methodExpr(x, sel, fn, it, fun), true
	}
	recv := w.receiver(x, sel, fn)
	if call == nil {
		return w.bound(it, fn, fun, recv), true
	}
	args := w.between(w.at(call.Lparen)+1, w.at(call.End()), exprs(call.Args)...)
	if len(call.Args) == 1 && w.isTuple(call.Args[0]) { // x.m(g())
		return w.bound(it, fn, fun, recv) + "(" + args, true
	}
	if len(call.Args) > 0 {
		recv += ", "
	}
	return fun + "(" + recv + args, true
}

func (w *writer) isMethodValue(x *ast.SelectorExpr) bool {
	sel := w.u.Info.Selections[x]
	return sel != nil && sel.Kind() == types.MethodVal
}

func (w *writer) isTuple(x ast.Expr) bool {
	_, ok := w.typeOf(x).(*types.Tuple)
	return ok
}

// receiver writes what a method is called with, as the method takes it.
func (w *writer) receiver(x *ast.SelectorExpr, sel *types.Selection, fn *types.Func) string {
	path := sel.Index()
	path = path[:len(path)-1]
	t := sel.Recv()
	base, ok := w.walk(x.X, t, path)
	if !ok {
		base = "(" + w.text(x.X) + ")"
		for _, i := range path {
			base += "." + deref(t).Underlying().(*types.Struct).Field(i).Name()
			t = fieldType(t, []int{i})
		}
	} else {
		t = fieldType(t, path)
	}
	switch has, wants := isPointer(t), isPointer(fn.Signature().Recv().Type()); {
	case has && !wants:
		return "*" + base
	case wants && !has:
		return "&" + base
	}
	return base
}

// bound writes a method value.
func (w *writer) bound(it *item, fn *types.Func, fun, recv string) string {
	head, args := w.forward(it.unit, fn.Signature())
	recvType, _ := w.typ(it.unit, fn.Signature().Recv().Type())
	if args != "" {
		args = ", " + args
	}
	call := returning(fn.Signature(), fun+"(r"+mark+args+")")
	return fmt.Sprintf("func(r%s %s) func%s { return func%s { %s } }(%s)", mark, recvType, head, head, call, recv)
}

// methodExpr writes T.m as a function. What is promoted, or called with a pointer to its receiver, stays
// in a literal of its own.
func (w *writer) methodExpr(x *ast.SelectorExpr, sel *types.Selection, fn *types.Func, it *item, fun string) string {
	if len(sel.Index()) == 1 && types.Identical(sel.Recv(), fn.Signature().Recv().Type()) {
		if w.slotted[x] == outlive.Valued {
			return w.via(it)
		}
		return fun
	}
	if !w.detached(it) {
		return w.text(x.X) + "." + methodName(fn.Name())
	}
	fail(w.fset.Position(x.Pos()), "%s is a method that has another type now: declare what uses it anew", it.decl.Key)
	return ""
}
