package glue

import (
	"go/ast"
	"go/token"
	"go/types"
)

// binary writes an operator between its operands.
func (w *writer) binary(e *ast.BinaryExpr) string {
	reason, ok := operators[e.Op]
	switch {
	case !ok:
		w.no("the operator %s", e.Op)
	case reason != "":
		w.no("%s", reason)
	}
	switch e.Op {
	case token.LAND, token.LOR:
		return w.logical(e)
	case token.EQL, token.NEQ:
		return w.truth(e, w.equality(e))
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		x := w.operand(e.X)
		return w.truth(e, "("+x+" "+e.Op.String()+" "+w.operand(e.Y)+")")
	case token.SHL, token.SHR:
		x := w.operand(e.X)
		return w.operation(e.Op, e.OpPos, w.typeOf(e), x, w.count(e.Y))
	}
	x := w.operand(e.X)
	return w.operation(e.Op, e.OpPos, w.typeOf(e), x, w.operand(e.Y))
}

// operand writes an expression beside an operator. A constant says its type: of 1 << n the
// interpreter makes a constant.
func (w *writer) operand(e ast.Expr) string {
	if v := w.info.Types[e].Value; v != nil {
		return w.typedConstant(v, w.info.Types[e].Type)
	}
	return w.expr(e)
}

// truth gives a comparison its type, which is bool to the interpreter.
func (w *writer) truth(e ast.Expr, text string) string {
	if w.plain(e) {
		return text
	}
	return w.typ(w.typeOf(e)) + "(" + text + ")"
}

// logical writes && and ||. What the right side does first, it does only if it is asked.
func (w *writer) logical(e *ast.BinaryExpr) string {
	x := w.expr(e.X)
	before, y := w.aside(func() string { return w.expr(e.Y) })
	if before == "" {
		return "(" + x + " " + e.Op.String() + " " + y + ")"
	}
	t := w.keep(x)
	cond := t
	if e.Op == token.LOR {
		cond = "!" + t
	}
	w.out("if %s {\n%s%s = %s\n}\n", cond, before, t, y)
	return t
}

// equality writes == and !=.
func (w *writer) equality(e *ast.BinaryExpr) string {
	op := " " + e.Op.String() + " "
	switch {
	case w.info.Types[e.X].IsNil():
		return "(" + w.expr(e.Y) + op + "nil)"
	case w.info.Types[e.Y].IsNil():
		return "(" + w.expr(e.X) + op + "nil)"
	}
	w.comparable(w.typeOf(e.X))
	w.comparable(w.typeOf(e.Y))
	x := w.operand(e.X)
	return "(" + x + op + w.operand(e.Y) + ")"
}

// comparable refuses what the interpreter does not compare as Go does.
func (w *writer) comparable(t types.Type) {
	switch t := t.Underlying().(type) {
	case *types.Chan:
		w.no("a comparison of channels")
	case *types.Array:
		w.comparable(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			w.comparable(f.Type())
		}
	}
}

// operation writes arithmetic in a type.
func (w *writer) operation(op token.Token, at token.Pos, t types.Type, x, y string) string {
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		w.no("arithmetic in the type %s", t)
	}
	text := "(" + x + " " + op.String() + " " + y + ")"
	if (op == token.QUO || op == token.REM) && b.Info()&types.IsInteger != 0 {
		w.move(at)
		return w.keep(text) // it may panic
	}
	return text
}

// count writes how far a shift goes.
func (w *writer) count(e ast.Expr) string {
	if v := w.info.Types[e].Value; v != nil {
		return w.typedConstant(v, types.Typ[types.Uint])
	}
	b, ok := w.typeOf(e).Underlying().(*types.Basic)
	if !ok {
		w.no("a shift by a %s", w.typeOf(e))
	}
	n := w.expr(e)
	if b.Info()&types.IsUnsigned == 0 {
		w.out("%s\n", w.native("Shift", "int("+n+")"))
	}
	return "uint(" + n + ")"
}
