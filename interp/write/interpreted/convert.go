package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"
)

// Interface values are of two classes: those of a native interface with methods keep
// that type in the interpreter, all others are interface{} and hold a native value or
// a dyn.Box. Values change class, and enter interfaces, only here.

func isInterface(t types.Type) bool {
	_, ok := t.Underlying().(*types.Interface)
	return ok
}

// nativeInterface says whether t is a named interface of another package with methods.
func (f *writer) nativeInterface(t types.Type) bool {
	t = types.Unalias(f.subst(t))
	n, ok := t.(*types.Named)
	if !ok || !isInterface(t) {
		return false
	}
	if n.Obj().Pkg() == nil {
		return n.Obj().Name() == "error"
	}
	return !f.ours(n) && n.Underlying().(*types.Interface).NumMethods() > 0
}

// conv writes e as a value of type to.
func (f *writer) conv(e ast.Expr, to types.Type) string {
	to = f.subst(to)
	if isInterface(to) && f.isStdin(e) {
		f.d.imps["parago۰"] = Runtime
		return "parago۰.Stdin"
	}
	if tv := f.info.Types[e]; tv.IsNil() {
		return "nil"
	}
	if id, ok := ast.Unparen(e).(*ast.Ident); ok && f.bareVars[f.info.Uses[id]] {
		return f.local(f.info.Uses[id])
	}
	from := f.typeOf(e)
	if b, ok := from.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 && !isInterface(to) {
		if tv := f.info.Types[e]; tv.Value != nil {
			return f.constant(tv.Value, to)
		}
		if b.Kind() == types.UntypedBool {
			from = to
		}
	}
	if sig, ok := from.(*types.Signature); ok && isInterface(to) && f.namesFunc(e) {
		return f.convText(f.forward(f.expr(e), nil, sig), from, to) // its name alone is no value
	}
	return f.convText(f.expr(e), from, to)
}

// namesFunc says whether an expression is the name of a function.
func (f *writer) namesFunc(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		_, ok := f.info.Uses[e].(*types.Func)
		return ok
	case *ast.SelectorExpr:
		_, ok := f.info.Uses[e.Sel].(*types.Func)
		return ok && f.info.Selections[e] == nil
	case *ast.IndexExpr:
		return isGenericFunc(f.info, e.X) && f.namesFunc(e.X)
	case *ast.IndexListExpr:
		return f.namesFunc(e.X)
	}
	return false
}

// convText is conv for text that has type from.
func (f *writer) convText(text string, from, to types.Type) string {
	from, to = types.Default(f.subst(from)), f.subst(to)
	if !isInterface(to) {
		return text
	}
	if _, ok := to.(*types.TypeParam); ok {
		return text
	}
	toNative := f.nativeInterface(to)
	if isInterface(from) {
		switch {
		case f.nativeInterface(from) && !toNative:
			return "parago۰.Open(" + text + ")"
		case toNative && !types.Identical(from, to):
			return f.toNative(to) + "(" + text + ")"
		}
		return text
	}
	if f.pure(from) || f.bareAny && !toNative {
		return text
	}
	box := fmt.Sprintf("parago۰.Box(%q, %s)", f.keyNeeded(from), text)
	if toNative {
		return f.toNative(to) + "(" + box + ")"
	}
	return box
}

// keyNeeded is key for a text: the names in it are needed at run time.
func (f *writer) keyNeeded(t types.Type) string { return f.key(t) }

// toNative is the helper that turns any dynamic value into a native interface.
func (f *writer) toNative(t types.Type) string {
	key := f.key(t)
	return f.helper("to۰"+mangle(key), func(h *writer) string {
		n := h.typ(t)
		return fmt.Sprintf("func to۰%s(x interface{}) (v %s) { parago۰.To(x, %q, &v); return v }", mangle(key), n, key)
	})
}

func (f *writer) isStdin(e ast.Expr) bool {
	s, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	o := f.info.Uses[s.Sel]
	return o != nil && o.Pkg() != nil && o.Pkg().Path() == "os" && o.Name() == "Stdin"
}

// assertion writes x.(T): a call of a helper with one or two results.
func (f *writer) assertion(e *ast.TypeAssertExpr, commaOK bool) string {
	t, xt := f.typeOf(e.Type), f.typeOf(e.X)
	key := f.key(t)
	x := f.expr(e.X)
	if f.bareAny && !isInterface(t) {
		return f.bareAssertion(e, t, commaOK)
	}
	if commaOK {
		return f.helper("is۰"+mangle(key), func(h *writer) string {
			n := h.typ(t)
			h.key(t)
			return fmt.Sprintf("func is۰%s(x interface{}) (v %s, ok bool) { ok = parago۰.Unbox(x, %q, &v); return v, ok }", mangle(key), n, key)
		}) + "(" + x + ")"
	}
	return f.helper("as۰"+mangle(key), func(h *writer) string {
		n := h.typ(t)
		h.key(t)
		return fmt.Sprintf("func as۰%s(x interface{}, static string) (v %s) { parago۰.MustUnbox(x, static, %q, &v); return v }", mangle(key), n, key)
	}) + fmt.Sprintf("(%s, %q)", x, f.key(xt))
}

// equal writes a == b where one of them is an interface.
func (f *writer) equal(x, y ast.Expr) string {
	a := types.NewInterfaceType(nil, nil)
	return "parago۰.Equal(" + f.conv(x, a) + ", " + f.conv(y, a) + ")"
}

// dynamic is the helper that finds a method of an interface value: helper(x) is the bound method.
func (f *writer) dynamic(name string, sig *types.Signature) string {
	sig = types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
	sig = f.subst(sig).(*types.Signature)
	h := "dyn۰" + name + "۰" + mangle(f.sigKey(sig))
	return f.helper(h, func(w *writer) string {
		t := "func" + w.signature(sig, nil)
		return fmt.Sprintf("func %s(x interface{}) %s { var f %s; parago۰.Bind(x, %q, &f); return f }", h, t, t, name)
	})
}

// bareAssertion writes x.(T) in code whose interfaces hold no boxes.
func (f *writer) bareAssertion(e *ast.TypeAssertExpr, t types.Type, commaOK bool) string {
	tt := f.typ(t)
	if commaOK {
		return "func(x interface{}) (v " + tt + ", ok bool) { ok = parago۰.Raw(x, &v); return v, ok }(" + f.expr(e.X) + ")"
	}
	return "func(x interface{}) (v " + tt + ") { parago۰.Raw(x, &v); return v }(" + f.expr(e.X) + ")"
}
