package glue

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
	"unicode"
)

// assignStmt writes =, := and op=.
func (w *writer) assignStmt(s *ast.AssignStmt) {
	switch s.Tok {
	case token.ASSIGN, token.DEFINE:
		w.assign(s.Lhs, s.Rhs)
	default:
		op, ok := assignOps[s.Tok]
		if !ok {
			w.no("the operator %s", s.Tok)
		}
		w.update(s.Lhs[0], op, s.Rhs[0])
	}
}

var assignOps = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.ADD, token.SUB_ASSIGN: token.SUB, token.MUL_ASSIGN: token.MUL,
	token.QUO_ASSIGN: token.QUO, token.REM_ASSIGN: token.REM, token.AND_ASSIGN: token.AND,
	token.OR_ASSIGN: token.OR, token.XOR_ASSIGN: token.XOR, token.AND_NOT_ASSIGN: token.AND_NOT,
	token.SHL_ASSIGN: token.SHL, token.SHR_ASSIGN: token.SHR,
}

// update writes x op= y, x++ if y is nil.
func (w *writer) update(x ast.Expr, op token.Token, y ast.Expr) {
	w.callFree(x)
	t := w.typeOf(x)
	right := ""
	switch {
	case y == nil:
		right = w.one(t)
	case op == token.SHL || op == token.SHR:
		right = w.count(y)
	default:
		if right = w.operand(y); !w.isConst(y) {
			right = w.keep(right)
		}
	}
	w.set(x, w.operation(op, x.Pos(), t, w.expr(x), right))
}

// one is what ++ adds.
func (w *writer) one(t types.Type) string {
	if b, ok := t.Underlying().(*types.Basic); !ok || b.Info()&types.IsNumeric == 0 {
		w.no("++ of a %s", t)
	}
	return w.typ(t) + "(1)"
}

// assign writes lhs = rhs: first all values, then the assignments from left to right.
func (w *writer) assign(lhs, rhs []ast.Expr) {
	for _, l := range lhs {
		w.callFree(l)
	}
	if len(rhs) < len(lhs) {
		values, ts := w.tuple(rhs[0], len(lhs))
		for i, l := range lhs {
			if !isBlank(l) {
				w.boxes(ts[i], w.targetType(l))
				w.set(l, values[i])
			}
		}
		return
	}
	if len(lhs) > 1 {
		w.simultaneous(lhs)
	}
	var values []string
	for i, r := range rhs {
		t := w.typeOf(r)
		if !isBlank(lhs[i]) {
			t = w.targetType(lhs[i])
		}
		if isBlank(lhs[i]) && (w.isConst(r) || w.info.Types[r].IsNil()) {
			values = append(values, "")
			continue
		}
		values = append(values, w.value(r, t))
	}
	for i, v := range values { // after all calls, as the compiler does
		if v != "" && (len(lhs) > 1 || isBlank(lhs[i])) {
			values[i] = w.keep(v)
		}
	}
	for i, l := range lhs {
		if !isBlank(l) {
			w.set(l, values[i])
		}
	}
}

// simultaneous admits targets of one assignment that do not depend on one another: the
// operands of an index or a pointer are evaluated before anything is assigned.
func (w *writer) simultaneous(lhs []ast.Expr) {
	for _, l := range lhs {
		switch x := ast.Unparen(l).(type) {
		case *ast.Ident:
		case *ast.SelectorExpr:
			if !w.settled(x.X, lhs) {
				w.no("an assignment whose targets depend on one another")
			}
		case *ast.IndexExpr:
			if !w.settled(x.X, lhs) || !w.settled(x.Index, lhs) {
				w.no("an assignment whose targets depend on one another")
			}
		default:
			w.no("an assignment of several values to parts")
		}
	}
}

// settled says whether an expression names nothing that an assignment to lhs changes.
func (w *writer) settled(e ast.Expr, lhs []ast.Expr) bool {
	if w.isConst(e) {
		return true
	}
	if sel, ok := ast.Unparen(e).(*ast.SelectorExpr); ok {
		return w.info.Selections[sel] != nil && w.settled(sel.X, lhs)
	}
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	for _, l := range lhs {
		if x, ok := ast.Unparen(l).(*ast.Ident); ok && w.info.ObjectOf(x) == w.info.ObjectOf(id) {
			return false
		}
	}
	return true
}

// callFree refuses targets whose evaluation calls something: they would be evaluated after the
// values.
func (w *writer) callFree(l ast.Expr) {
	ast.Inspect(l, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && !w.info.Types[call.Fun].IsType() {
			w.no("an assignment to what a call returns")
		}
		return true
	})
}

// tuple evaluates an expression of several values: a call, or one with "ok".
func (w *writer) tuple(e ast.Expr, n int) ([]string, []types.Type) {
	boolean := types.Typ[types.Bool]
	switch x := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		return w.call(x), w.results(x)
	case *ast.IndexExpr:
		return w.two(w.index(x)), []types.Type{w.typeOf(x.X).Underlying().(*types.Map).Elem(), boolean}
	case *ast.TypeAssertExpr:
		return w.two(w.assertion(x)), []types.Type{w.typeOf(x.Type), boolean}
	}
	w.no("%d values of a %T", n, e)
	return nil, nil
}

func (w *writer) two(text string) []string {
	v, ok := w.temp(), w.temp()
	w.out("%s, %s := %s\n", v, ok, text)
	return []string{v, ok}
}

// asserted is x.(T) where it panics if x is of another type.
func (w *writer) asserted(x *ast.TypeAssertExpr) string {
	t := w.typeOf(x.Type)
	v := w.two(w.assertion(x))
	w.move(x.Lparen)
	from, to := w.zero(types.NewPointer(w.typeOf(x.X))), w.zero(types.NewPointer(t))
	w.out("if !%s {\n%s\n}\n", v[1], w.native("Assert", w.expr(x.X), from, to))
	return v[0]
}

// assertion is x.(T).
func (w *writer) assertion(x *ast.TypeAssertExpr) string {
	t := w.typeOf(x.Type)
	switch t.Underlying().(type) {
	case *types.Signature:
		w.no("a function taken out of an interface")
	case *types.Interface: // of nothing it panics, and nothing is an interface{}
		w.no("a type assertion to an interface")
	}
	return w.expr(x.X) + ".(" + w.typ(t) + ")"
}

// targetType is the type of a variable that is assigned to.
func (w *writer) targetType(l ast.Expr) types.Type {
	if id, ok := ast.Unparen(l).(*ast.Ident); ok {
		return w.info.ObjectOf(id).Type()
	}
	return w.typeOf(l)
}

// set assigns a text to a variable or a part of one.
func (w *writer) set(l ast.Expr, text string) {
	if id, ok := ast.Unparen(l).(*ast.Ident); ok {
		if o := w.info.Defs[id]; o != nil && w.isLocal(o) {
			w.local(o, text)
			return
		}
		w.store(w.ident(id), text)
		return
	}
	w.store(w.expr(l), text)
}

// store assigns by way of a variable: what the interpreter makes for an assignment through
// a pointer, the result of a call or a literal, it may put elsewhere.
func (w *writer) store(to, text string) {
	if !isName(text) {
		text = w.keep(text)
	}
	w.out("%s = %s\n", to, text)
}

// isName says whether a text is a name.
func isName(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) < 0
}

// isQualified says whether a text is a name, or one of a package.
func isQualified(text string) bool {
	before, after, ok := strings.Cut(text, ".")
	return isName(before) && (!ok || isName(after))
}

// local declares a variable of a block. One of an interface type is not to take on the type
// of its first value.
func (w *writer) local(o types.Object, text string) {
	name := o.Name() + strings.TrimPrefix(w.temp(), "t")
	w.locals[o] = name
	if !types.IsInterface(o.Type()) {
		w.out("%s := %s\n", name, text)
		return
	}
	w.out("%s := %s\n%s = %s\n", name, w.zero(o.Type()), name, text)
}

// isLocal says whether a variable is declared inside a block of the cell.
func (w *writer) isLocal(o types.Object) bool {
	d, v := w.unit.Lookup(o)
	return d == nil && v == nil
}

func isBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}
