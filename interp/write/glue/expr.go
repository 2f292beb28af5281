package glue

import (
	"go/ast"
	"go/token"
	"go/types"
)

// expr writes an expression of one value. What must happen before it, calls and checks, it
// writes as statements.
func (w *writer) expr(e ast.Expr) string {
	tv := w.info.Types[e]
	switch {
	case tv.Value != nil:
		return w.constant(tv.Value, tv.Type)
	case tv.IsNil():
		return w.zero(tv.Type)
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return w.expr(e.X)
	case *ast.Ident:
		return w.ident(e)
	case *ast.SelectorExpr:
		return w.selector(e)
	case *ast.IndexExpr:
		return w.index(e)
	case *ast.SliceExpr:
		return w.slice(e)
	case *ast.StarExpr:
		p := w.expr(e.X)
		w.deref(p, e.Pos())
		return "(*" + p + ")"
	case *ast.UnaryExpr:
		return w.unary(e)
	case *ast.BinaryExpr:
		return w.binary(e)
	case *ast.CompositeLit:
		return w.composite(e)
	case *ast.CallExpr:
		return w.single(e)
	case *ast.TypeAssertExpr:
		return w.asserted(e)
	}
	w.no("an expression that is not on the list: %T", e)
	return ""
}

// value writes an expression where a value of type t is wanted.
func (w *writer) value(e ast.Expr, t types.Type) string {
	if w.info.Types[e].IsNil() {
		return w.zero(t)
	}
	w.boxes(w.typeOf(e), t)
	return w.expr(e)
}

// boxes looks at a value of type from that becomes one of type to.
func (w *writer) boxes(from, to types.Type) {
	if from != nil && types.IsInterface(to) && !types.IsInterface(from) {
		w.soundType(from)
	}
}

func (w *writer) typeOf(e ast.Expr) types.Type {
	t := w.info.TypeOf(e)
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 && b.Kind() != types.UntypedNil {
		return types.Default(t)
	}
	return t
}

func (w *writer) isConst(e ast.Expr) bool { return w.info.Types[e].Value != nil }

// ident writes a name of a variable.
func (w *writer) ident(id *ast.Ident) string {
	o := w.info.ObjectOf(id)
	v, ok := o.(*types.Var)
	if !ok {
		return w.functionValue(o)
	}
	if name, ok := w.locals[o]; ok {
		return name
	}
	if _, sv := w.unit.Lookup(v); sv != nil {
		return "(*" + w.pointer(sv) + ")"
	}
	return w.packageVar(v)
}

// functionValue writes the name of a function where it is a value.
func (w *writer) functionValue(o types.Object) string {
	fn, ok := o.(*types.Func)
	if !ok {
		w.no("%s as a value", o.Name())
	}
	if fn.Signature().TypeParams().Len() > 0 {
		w.no("a generic function")
	}
	if d, _ := w.unit.Lookup(fn); d != nil {
		return w.declared(d)
	}
	return w.packageFunc(fn)
}

// selector writes a field, or a variable of a package.
func (w *writer) selector(x *ast.SelectorExpr) string {
	sel := w.info.Selections[x]
	if sel == nil {
		if v, ok := w.info.Uses[x.Sel].(*types.Var); ok {
			return w.packageVar(v)
		}
		return w.functionValue(w.info.Uses[x.Sel])
	}
	if sel.Kind() != types.FieldVal {
		w.no("a method as a value")
	}
	text, _ := w.path(x.X, sel.Recv(), sel.Index())
	return text
}

// deref checks that a pointer points somewhere.
func (w *writer) deref(p string, at token.Pos) {
	w.move(at)
	w.out("%s\n", w.native("Nil", p))
}

// index writes x[i].
func (w *writer) index(e *ast.IndexExpr) string {
	switch t := w.typeOf(e.X).Underlying().(type) {
	case *types.Map:
		if types.IsInterface(t.Key()) {
			w.no("a map whose keys are interfaces") // some have no hash
		}
		x := w.expr(e.X)
		return x + "[" + w.value(e.Index, t.Key()) + "]"
	case *types.Slice, *types.Basic:
		return w.element(e, false)
	case *types.Array:
		return w.element(e, w.isConst(e.Index))
	}
	w.no("an index of a %s", w.typeOf(e.X))
	return ""
}

// element writes x[i] after the check of i.
func (w *writer) element(e *ast.IndexExpr, safe bool) string {
	x, i := w.expr(e.X), w.bound(e.Index)
	if !safe {
		w.move(e.Lbrack)
		w.out("%s\n", w.native("Index", i, "len("+x+")"))
	}
	return x + "[" + i + "]"
}

// bound writes an index that is checked, and then used.
func (w *writer) bound(e ast.Expr) string {
	if w.isConst(e) {
		return w.integer(e)
	}
	return w.keep(w.integer(e))
}

// integer writes an index as an int.
func (w *writer) integer(e ast.Expr) string {
	if v := w.info.Types[e].Value; v != nil {
		return w.constant(v, types.Typ[types.Int])
	}
	b, ok := w.typeOf(e).Underlying().(*types.Basic)
	if !ok {
		w.no("an index of type %s", w.typeOf(e))
	}
	switch b.Kind() {
	case types.Int:
		if b == types.Unalias(w.typeOf(e)) {
			return w.expr(e)
		}
	case types.Uint, types.Uint64, types.Uintptr:
		w.no("an index of type %s", b) // Go's message shows one that fits no int
	}
	return "int(" + w.expr(e) + ")"
}

// slice writes x[i:j] and x[i:j:k] after the checks of the bounds.
func (w *writer) slice(e *ast.SliceExpr) string {
	x := w.expr(e.X)
	low, high := "0", ""
	if e.Low != nil {
		low = w.bound(e.Low)
	}
	if e.High != nil {
		high = w.bound(e.High)
	}
	w.move(e.Lbrack)
	switch w.typeOf(e.X).Underlying().(type) {
	case *types.Basic:
		text := ""
		if high == "" {
			text = w.native("Suffix", "string("+x+")", low)
		} else {
			text = w.native("Substring", "string("+x+")", low, high)
		}
		text = w.keep(text)
		if w.plain(e.X) {
			return text
		}
		return w.typ(w.typeOf(e)) + "(" + text + ")"
	case *types.Slice:
		size, capacity := "len("+x+")", "cap("+x+")"
		switch {
		case e.Slice3:
			limit := w.bound(e.Max)
			w.out("%s\n", w.native("Slice3", capacity, low, high, limit))
			return w.keep(x + "[" + low + ":" + high + ":" + limit + "]")
		case high == "":
			w.out("%s\n", w.native("SliceFrom", size, low))
		default:
			w.out("%s\n", w.native("Slice", capacity, low, high))
		}
		return w.keep(x + "[" + low + ":" + high + "]")
	}
	w.no("a part of a %s", w.typeOf(e.X))
	return ""
}

// plain says whether an expression's type is one of the language's own.
func (w *writer) plain(e ast.Expr) bool {
	_, ok := types.Unalias(w.typeOf(e)).(*types.Basic)
	return ok
}

// address writes &x.
func (w *writer) address(x ast.Expr) string {
	x = ast.Unparen(x)
	w.compiledType(types.NewPointer(w.typeOf(x)))
	switch x := x.(type) {
	case *ast.CompositeLit:
		return w.literalPointer(x, w.typeOf(x))
	case *ast.Ident:
		_, v := w.unit.Lookup(w.info.ObjectOf(x))
		if v == nil {
			w.no("the address of a variable of a block")
		}
		return w.pointer(v)
	case *ast.StarExpr:
		p := w.expr(x.X)
		w.deref(p, x.Pos())
		return p
	case *ast.SelectorExpr, *ast.IndexExpr:
		w.addressable(x)
		return w.keep("&" + w.expr(x))
	}
	w.no("the address of a %T", x)
	return ""
}

// addressable refuses parts of variables of blocks, which the interpreter keeps.
func (w *writer) addressable(x ast.Expr) {
	for {
		x = ast.Unparen(x)
		switch e := x.(type) {
		case *ast.Ident:
			if _, ok := w.locals[w.info.ObjectOf(e)]; ok {
				w.no("the address of a variable of a block")
			}
			return
		case *ast.SelectorExpr:
			if _, ok := w.typeOf(e.X).Underlying().(*types.Pointer); ok {
				return
			}
			x = e.X
		case *ast.IndexExpr:
			if _, ok := w.typeOf(e.X).Underlying().(*types.Slice); ok {
				return
			}
			x = e.X
		default:
			return
		}
	}
}

// unary writes an operator before its operand.
func (w *writer) unary(e *ast.UnaryExpr) string {
	if reason := operators[e.Op]; reason != "" {
		w.no("%s", reason)
	}
	switch e.Op {
	case token.AND:
		return w.address(e.X)
	case token.ADD:
		return w.expr(e.X)
	case token.SUB, token.XOR, token.NOT:
		return "(" + e.Op.String() + w.expr(e.X) + ")"
	}
	w.no("the operator %s", e.Op)
	return ""
}
