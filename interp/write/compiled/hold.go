package compiled

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/check"
)

// Another process can be told of a function that has a name. So a function value that may travel (travel.go) is
// written as one: a literal that captures nothing as a function of the package, and any other as the
// method of a struct of what it captures: pointers to variables, and copies of those that do not change, as the
// compiler does.
//
//	type Ⲡlit۰7 struct{ k int; sum *int }
//	func (l۰7 *Ⲡlit۰7) Call(x int)    { (*l۰7.sum) += x * l۰7.k }
//	func (l۰7 *Ⲡlit۰7) Function() any { return l۰7.Call }
//
//	return (&Ⲡlit۰7{k: k, sum: &sum}).Call
//
// Package runner takes such a value apart, by its code and its receiver, and what crosses is the struct. In a generic
// function the struct is generic too. There its method is bound by way of an interface, Ⲡlits۰7: the type of
// the struct that the receiver is stands in that, while the code is the same for many types.
// A method value is a struct that holds the receiver.

// A lifted literal is one whose text is written outside the function that it stands in.
type lifted struct {
	outer    *lifted
	lit      *ast.FuncLit
	captured map[*types.Var]string // what stands for the variables that it captures
}

// held writes a function value that may travel. What has parts that have no name outside their function stays as
// it is, and is refused when it is to cross.
func (w *writer) held(e ast.Expr) (string, bool) {
	delete(w.travel, e)
	defer func() { w.travel[e] = true }()
	switch x := e.(type) {
	case *ast.FuncLit:
		return w.heldLiteral(x)
	case *ast.SelectorExpr:
		if sel := w.u.Info.Selections[x]; sel != nil && sel.Kind() == types.MethodVal {
			return w.heldMethod(x, sel)
		}
		return w.heldFunction(x, x.Sel)
	case *ast.Ident:
		return w.heldFunction(x, x)
	}
	fun, id := w.instantiated(e)
	if x, ok := fun.(*ast.SelectorExpr); ok && w.isMethodValue(x) {
		return w.heldMethod(x, w.u.Info.Selections[x])
	}
	return w.heldFunction(fun, id)
}

// A holder is what is declared for one function value.
type holder struct {
	number int
	params []*types.TypeParam // of the function around
	names  string             // the list of their names, in brackets
	typed  string             // the same with their constraints
	fields []string           // of the struct
	values []string           // what they are set to
}

func (h *holder) self() string { return fmt.Sprintf("l%s%d", mark, h.number) }

// name is that of the struct or of the function.
func (h *holder) name() string {
	if h.plain() {
		return fmt.Sprintf("func%s%d", mark, h.number)
	}
	return fmt.Sprintf("lit%s%d", mark, h.number)
}

// plain reports whether a function of the package will do.
func (h *holder) plain() bool { return len(h.fields) == 0 && len(h.params) == 0 }

// holder begins one. It is not ok if the constraint of a type parameter around cannot be written.
func (w *writer) holder() (*holder, bool) {
	h := &holder{params: w.paramsAround()}
	var names, typed []string
	for _, p := range h.params {
		t, ok := w.outside(p.Constraint())
		if !ok || p.Obj().Name() == "_" {
			return nil, false
		}
		names, typed = append(names, p.Obj().Name()), append(typed, p.Obj().Name()+" "+t)
	}
	if len(names) > 0 {
		h.names, h.typed = "["+strings.Join(names, ", ")+"]", "["+strings.Join(typed, ", ")+"]"
	}
	w.lits++
	h.number = w.lits
	return h, true
}

// paramsAround are the type parameters of the function that is written.
func (w *writer) paramsAround() (params []*types.TypeParam) {
	if w.item == nil {
		return nil
	}
	fn, ok := w.item.decl.Obj.(*types.Func)
	if !ok {
		return nil
	}
	for _, list := range []*types.TypeParamList{fn.Signature().TypeParams(), fn.Signature().RecvTypeParams()} {
		for p := range list.TypeParams() {
			params = append(params, p)
		}
	}
	return params
}

// outside writes a type for a place outside the function, where the type parameters have the same names.
func (w *writer) outside(t types.Type) (string, bool) {
	tw := &typeWriter{file: w.file, u: w.u, ok: true, args: map[*types.TypeParam]string{}}
	for _, p := range w.paramsAround() {
		tw.args[p] = p.Obj().Name()
	}
	text := tw.write(t)
	return text, tw.ok
}

// ours is where a text stands that is in no cell: traces leave it out.
const ours = "\n//line parago.go:1\n"

// declareHeld writes the struct and its methods, or the function, and returns the value. At is where
// that stands, the signature has the text of the parameters and the results, the body that of the function with its braces.
func (w *writer) declareHeld(h *holder, title, at, signature, body, typ string, m mentions) string {
	name := funcName(h.name())
	key := h.name()
	if title != "" && !strings.ContainsAny(title, " =") {
		key += "=" + title
	}
	if h.plain() {
		w.body.WriteString(at + "func " + name + signature + " " + body + "\n")
		w.register(key, name, typ, m)
		return name
	}
	self := h.self()
	recv := fmt.Sprintf("(%s *%s%s)", self, name, h.names)
	bound := self
	value := "(&" + name + h.names + "{" + strings.Join(h.values, ", ") + "})"
	sample := "(*" + name + ")(nil)"
	fmt.Fprintf(&w.body, "\n//line parago.go:1\ntype %s%s struct{ %s }\n", name, h.typed, strings.Join(h.fields, "; "))
	if len(h.params) > 0 {
		by := funcName(fmt.Sprintf("lits%s%d", mark, h.number))
		fmt.Fprintf(&w.body, "type %s%s interface{ Call%s; %sLiteral }\n", by, h.typed, signature, w.rt())
		bound, value, sample = by+h.names+"("+self+")", by+h.names+value, "nil"
	}
	fmt.Fprintf(&w.body, "func %s Function() any { return %s.Call }\n", recv, bound)
	w.body.WriteString(at + "func " + recv + " Call" + signature + " " + body + "\n")
	w.register(key, sample, w.rt()+"Literal", m)
	return value + ".Call"
}

// heldLiteral writes a literal.
func (w *writer) heldLiteral(lit *ast.FuncLit) (string, bool) {
	free := w.freeVars(lit)
	typ, ok := w.outside(w.typeOf(lit))
	if !ok || !w.liftable(lit) {
		return "", false
	}
	h, ok := w.holder()
	if !ok {
		return "", false
	}
	inside := &lifted{outer: w.lifted, lit: lit, captured: map[*types.Var]string{}}
	taken := map[string]int{}
	for _, v := range free {
		t, ok := w.outside(v.Type())
		if !ok {
			return "", false
		}
		field := v.Name()
		if taken[field]++; taken[field] > 1 {
			field = fmt.Sprintf("%s%s%d", field, mark, taken[field])
		}
		captured := h.self() + "." + field
		if w.isFixed(v) {
			h.fields, h.values = append(h.fields, field+" "+t), append(h.values, field+": "+w.valueOf(v))
		} else {
			captured = "(*" + captured + ")"
			h.fields, h.values = append(h.fields, field+" *"+t), append(h.values, field+": "+w.pointerTo(v))
		}
		inside.captured[v] = captured
	}
	w.guard(lit.Body)
	w.lifted = inside
	nodes := []ast.Node{lit.Type.Params}
	if lit.Type.Results != nil {
		nodes = append(nodes, lit.Type.Results)
	}
	signature := w.between(w.at(lit.Type.Params.Pos()), w.at(lit.Body.Lbrace), nodes...)
	body := w.resume(lit.Body.Pos()) + w.text(lit.Body)
	w.lifted = inside.outer
	value := w.declareHeld(h, "", w.directive(lit.Pos()), signature, body, typ, mentionsOf(w.u, lit))
	if w.fset.Position(lit.Pos()).Line != w.fset.Position(lit.End()).Line {
		value += w.resume(lit.End())
	}
	return value, true
}

// pointerTo is a pointer to a variable of a function around.
func (w *writer) pointerTo(v *types.Var) string {
	return "&" + w.valueOf(v)
}

// valueOf is such a variable.
func (w *writer) valueOf(v *types.Var) string {
	if w.lifted != nil && w.lifted.captured[v] != "" {
		return w.lifted.captured[v]
	}
	return v.Name()
}

// liftable reports whether the text of a literal means the same outside its function: it may mention no type that
// is declared there.
func (w *writer) liftable(lit *ast.FuncLit) bool {
	ok := true
	ast.Inspect(lit, func(n ast.Node) bool {
		id, isName := n.(*ast.Ident)
		if !isName {
			return ok
		}
		t, isType := w.u.Info.Uses[id].(*types.TypeName)
		if !isType || !session(t.Pkg()) || t.Pos() >= lit.Pos() && t.Pos() < lit.End() {
			return ok
		}
		if _, param := t.Type().(*types.TypeParam); param {
			return ok
		}
		d, _ := w.u.Lookup(t)
		ok = ok && d != nil
		return ok
	})
	return ok
}

// moved writes a name that means something else where a lifted literal is written: what it
// captures, and the constants of the function around.
func (w *writer) moved(o types.Object) (string, bool) {
	if w.lifted == nil {
		return "", false
	}
	switch o := o.(type) {
	case *types.Var:
		text := w.lifted.captured[o]
		return text, text != ""
	case *types.Const:
		if o.Pos() >= w.lifted.lit.Pos() && o.Pos() < w.lifted.lit.End() || !session(o.Pkg()) {
			return "", false
		}
		if d, _ := w.u.Lookup(o); d != nil {
			return "", false
		}
		value := literal(o.Val(), o.Type())
		if b, ok := o.Type().(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
			return "(" + value + ")", true
		}
		t, ok := w.outside(o.Type())
		return t + "(" + value + ")", ok
	}
	return "", false
}

// heldMethod writes a method value: the receiver is taken now.
func (w *writer) heldMethod(x *ast.SelectorExpr, sel *types.Selection) (string, bool) {
	fn := sel.Obj().(*types.Func)
	typ, ok1 := w.outside(w.instanceType(x, x.Sel))
	signature, args, ok2 := w.forwards(w.instanceType(x, x.Sel))
	if !ok1 || !ok2 {
		return "", false
	}
	recv, rt, ok := w.bindsTo(x, sel, fn)
	if !ok {
		return "", false
	}
	t, ok := w.outside(rt)
	if !ok {
		return "", false
	}
	h, ok := w.holder()
	if !ok {
		return "", false
	}
	h.fields, h.values = []string{"receiver " + t}, []string{"receiver: " + recv}
	call, ok := w.callOn(h.self()+".receiver", x, fn, args)
	if !ok {
		return "", false
	}
	title := "(" + strings.ReplaceAll(types.TypeString(rt, func(*types.Package) string { return "" }), " ", "") + ")." + fn.Name()
	body := "{ " + returning(w.instanceType(x, x.Sel).(*types.Signature), call) + " }"
	return w.declareHeld(h, title, ours, signature, body, typ, mentionsOf(w.u, x)), true
}

// bindsTo writes the receiver of a method value, as the method takes it, and its type.
func (w *writer) bindsTo(x *ast.SelectorExpr, sel *types.Selection, fn *types.Func) (text string, t types.Type, ok bool) {
	if _, param := types.Unalias(sel.Recv()).(*types.TypeParam); param {
		return w.text(x.X), sel.Recv(), len(sel.Index()) == 1
	}
	t = fn.Signature().Recv().Type()
	text = w.receiver(x, sel, fn)
	if types.IsInterface(t) {
		text = w.rt() + "Receiver(" + text + ")" // which panics now if it is nil
	}
	return text, t, true
}

// callOn writes a call of the method with a receiver.
func (w *writer) callOn(recv string, x *ast.SelectorExpr, fn *types.Func, args string) (string, bool) {
	if it := w.sessionFunc(x); it != nil && (w.slotted[x] != 0 || w.detached(it)) {
		fun := w.slotOf(x, it)
		if it.isGeneric() || fun == "" {
			return "", false
		}
		if args != "" {
			recv += ", "
		}
		return fun + "(" + recv + args + ")", true
	}
	name := fn.Name()
	if session(fn.Pkg()) {
		name = methodName(name)
	}
	return recv + "." + name + w.instance(x.Sel) + "(" + args + ")", true
}

// slotOf is the function that a method is called as which is not its type's, or may be declared anew.
func (w *writer) slotOf(x *ast.SelectorExpr, it *item) string {
	if w.slotted[x] != 0 {
		return w.slot(it)
	}
	return w.function(it.name)
}

// heldFunction writes a function of a library, an instance of a generic one, or a method expression.
func (w *writer) heldFunction(x ast.Expr, id *ast.Ident) (string, bool) {
	sig, ok := w.instanceType(x, id).(*types.Signature)
	if !ok {
		return "", false
	}
	typ, ok1 := w.outside(sig)
	signature, args, ok2 := w.forwards(sig)
	types, ok3 := w.instanceOutside(id)
	if !ok1 || !ok2 || !ok3 || !w.receiverOutside(x) {
		return "", false
	}
	title := titleOf(x, id)
	fun := w.text(x)
	if types == "" && w.isPlain(x, sig) {
		if !w.done["held "+fun] {
			w.done["held "+fun] = true
			w.lits++
			w.register(fmt.Sprintf("func%s%d=%s", mark, w.lits, title), fun, typ, mentionsOf(w.u, x))
		}
		return fun, true
	}
	h, ok := w.holder()
	if !ok {
		return "", false
	}
	if sel, ok := x.(*ast.SelectorExpr); ok && w.u.Info.Selections[sel] != nil {
		fun = "(" + fun + ")"
	}
	body := "{ " + returning(sig, fun+types+"("+args+")") + " }"
	return w.declareHeld(h, title, ours, signature, body, typ, mentionsOf(w.u, x)), true
}

// titleOf is what people call a function.
func titleOf(x ast.Expr, id *ast.Ident) string {
	if sel, ok := x.(*ast.SelectorExpr); ok {
		if base, ok := sel.X.(*ast.Ident); ok {
			return base.Name + "." + id.Name
		}
	}
	return id.Name
}

// receiverOutside reports whether the type of a method expression has a name outside the function.
func (w *writer) receiverOutside(x ast.Expr) bool {
	sel, ok := x.(*ast.SelectorExpr)
	if !ok || w.u.Info.Selections[sel] == nil {
		return true
	}
	_, ok = w.outside(w.u.Info.Selections[sel].Recv())
	return ok
}

// isPlain reports whether a function, which is no instance of a generic one, is the same value everywhere: it
// is known by its own code.
func (w *writer) isPlain(x ast.Expr, sig *types.Signature) bool {
	if _, ok := w.typ(w.u, sig); !ok {
		return false
	}
	sel, ok := x.(*ast.SelectorExpr)
	if !ok || w.u.Info.Selections[sel] == nil {
		return true
	}
	s := w.u.Info.Selections[sel]
	n, ok := types.Unalias(deref(s.Recv())).(*types.Named)
	return ok && n.TypeArgs().Len() == 0 && !types.IsInterface(n) && len(s.Index()) == 1
}

// forwards writes parameters and results for a function that calls another, and the arguments.
func (w *writer) forwards(t types.Type) (head, args string, ok bool) {
	sig, ok := t.(*types.Signature)
	if !ok {
		return "", "", false
	}
	head, args, ok = parameters(sig, w.outside)
	var results []string
	for v := range sig.Results().Variables() {
		text, named := w.outside(v.Type())
		results, ok = append(results, text), ok && named
	}
	return head + " (" + strings.Join(results, ", ") + ")", args, ok
}

// instanceOutside writes the type arguments of a name for a place outside the function.
func (w *writer) instanceOutside(id *ast.Ident) (string, bool) {
	in, ok := w.u.Info.Instances[id]
	if !ok {
		return "", true
	}
	var args []string
	for t := range in.TypeArgs.Types() {
		s, ok := w.outside(t)
		if !ok {
			return "", false
		}
		args = append(args, s)
	}
	return "[" + strings.Join(args, ", ") + "]", true
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

// calleeOf is the function that a call names, nil for a value.
func calleeOf(u *check.Unit, e *ast.CallExpr) *types.Func {
	x := ast.Unparen(e.Fun)
	switch i := x.(type) {
	case *ast.IndexExpr:
		x = i.X
	case *ast.IndexListExpr:
		x = i.X
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		fn, _ := u.Info.Uses[x].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := u.Info.Uses[x.Sel].(*types.Func)
		return fn
	}
	return nil
}
