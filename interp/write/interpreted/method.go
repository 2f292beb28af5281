package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/check"
)

func (f *writer) isMethodCall(call *ast.CallExpr) bool {
	s, ok := selected(call.Fun)
	return ok && f.info.Selections[s] != nil
}

// selected is the x.M that a call calls, also as an instance of a generic method: x.M[T].
func selected(fun ast.Expr) (*ast.SelectorExpr, bool) {
	switch i := ast.Unparen(fun).(type) {
	case *ast.IndexExpr:
		fun = i.X
	case *ast.IndexListExpr:
		fun = i.X
	}
	s, ok := ast.Unparen(fun).(*ast.SelectorExpr)
	return s, ok
}

// methodCall writes x.M(args).
func (f *writer) methodCall(e *ast.CallExpr, s *ast.SelectorExpr, sel *types.Selection, sig *types.Signature) string {
	fun, first := f.method(s.X, s.Sel, sel)
	return f.apply(e, sig, fun, first)
}

// method finds what to call for x.M, of which id is the M: a function with the receiver as first
// argument, or a native or dynamic method.
func (f *writer) method(x ast.Expr, id *ast.Ident, sel *types.Selection) (fun string, first []string) {
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
	args := f.typeArgs(id)
	if !f.ours(n) {
		if len(args) > 0 {
			f.no(id, "method "+m.Name(), "a generic method of a package, of which the interpreter has no instance")
		}
		return recv + "." + m.Name(), nil
	}
	name, ptr := f.methodOf(n, m, args)
	_, isPtr := types.Unalias(t).(*types.Pointer)
	switch {
	case ptr && !isPtr:
		recv = addressOf(recv)
	case !ptr && isPtr:
		recv = "*" + recv
	}
	return f.mention(name), []string{recv}
}

// methodOf is the emitted name of method m of a type of ours, for the type arguments of a generic
// one, and whether its receiver is a pointer.
func (f *writer) methodOf(n *types.Named, m *types.Func, args []types.Type) (name string, ptr bool) {
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
		if len(args) > 0 {
			return f.instanceMethod(n, f.defineType(n), own, arguments{args, f.suffix(args)}), ptr
		}
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
			return f.instanceMethod(n, f.defineType(n), k, arguments{args, f.suffix(args)}), ptr
		}
	}
	f.refuseAt(n.Obj(), n.Obj().Name()+"."+m.Name(), "the interpreter's library does not have it")
	return "", false
}

// methodValue writes x.M as a value: bound to a copy of the receiver.
func (f *writer) methodValue(e *ast.SelectorExpr, sel *types.Selection) string {
	fun, first := f.method(e.X, e.Sel, sel)
	recv, t := f.path(e.X, sel)
	if isInterface(t) && !f.nativeInterface(t) {
		return fun
	}
	sig := f.selectedType(e)
	if len(first) == 0 { // native
		i := strings.LastIndex(fun, ".")
		if _, ptr := types.Unalias(t).(*types.Pointer); !ptr && !isInterface(t) {
			if _, ptr := sel.Obj().(*types.Func).Signature().Recv().Type().(*types.Pointer); ptr {
				return f.binder("*"+f.typ(t), addressOf(recv), "r"+fun[i:], nil, sig)
			}
		}
		return f.binder(f.typ(t), recv, "r"+fun[i:], nil, sig)
	}
	rt := f.typ(t)
	switch {
	case strings.HasPrefix(first[0], "&"), strings.HasPrefix(first[0], onceName):
		rt = "*" + rt
	case strings.HasPrefix(first[0], "*"):
		rt = strings.TrimPrefix(rt, "*")
	}
	return f.binder(rt, first[0], fun, []string{"r"}, sig)
}

// selectedType is the type of x.M or T.M, of a generic method that of the instance.
func (f *writer) selectedType(e *ast.SelectorExpr) *types.Signature {
	if in, ok := f.info.Instances[e.Sel]; ok {
		return f.subst(check.InstanceType(f.info.Selections[e], in)).(*types.Signature)
	}
	return f.typeOf(e).(*types.Signature)
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
	sig := f.selectedType(e)
	rt := f.typeOf(e.X)
	r := types.NewVar(0, nil, "r", rt)
	id := ast.NewIdent("r")
	f.info.Uses[id] = r
	f.vars[r] = "r"
	fun, first := f.method(id, e.Sel, sel)
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
