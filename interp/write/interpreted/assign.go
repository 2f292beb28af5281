package interpreted

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

func (f *writer) lvalue(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok && id.Name == "_" {
		return "_"
	}
	return f.expr(e)
}

// assign writes = := and op=.
func (f *writer) assign(s *ast.AssignStmt) {
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		f.out("%s %s %s", f.lvalue(s.Lhs[0]), s.Tok, f.expr(s.Rhs[0]))
		return
	}
	if len(s.Rhs) == 1 && len(s.Lhs) > 1 {
		f.assignTuple(s)
		return
	}
	if len(s.Lhs) == 1 {
		f.assignOne(s.Lhs[0], s.Rhs[0], s.Tok == token.DEFINE)
		return
	}
	if s.Tok == token.DEFINE && f.allNew(s.Lhs) {
		for i, l := range s.Lhs { // new names: no right side can mean them
			f.assignOne(l, s.Rhs[i], true)
			f.out("; ")
		}
		return
	}
	lhs := slices.Clone(s.Lhs)
	settle := f.settler(lhs)
	settle.settled(lhs, true)
	var vs []string
	for i, r := range s.Rhs {
		v, t := f.temp("v"), f.lhsType(s.Lhs[i], r)
		f.out("var %s %s = %s; ", v, f.typ(t), f.conv(r, t))
		vs = append(vs, v)
	}
	settle.settled(lhs, false)
	for i, l := range lhs {
		f.store(l, vs[i], s.Tok == token.DEFINE)
	}
}

func (f *writer) isNew(l ast.Expr) bool {
	id, ok := l.(*ast.Ident)
	return ok && (id.Name == "_" || f.info.Defs[id] != nil)
}

func (f *writer) allNew(ls []ast.Expr) bool {
	for _, l := range ls {
		if !f.isNew(l) || f.info.Defs[l.(*ast.Ident)] != nil && f.isSessionVar(f.info.Defs[l.(*ast.Ident)]) {
			return false
		}
	}
	return true
}

// lhsType is the type that a right side is converted to.
func (f *writer) lhsType(l, r ast.Expr) types.Type {
	if id, ok := l.(*ast.Ident); ok {
		if id.Name == "_" {
			return types.Default(f.typeOf(r))
		}
		if o := f.info.ObjectOf(id); o != nil {
			return f.subst(o.Type())
		}
	}
	return f.typeOf(l)
}

// assignOne writes l = r or l := r.
func (f *writer) assignOne(l, r ast.Expr, define bool) {
	id, _ := l.(*ast.Ident)
	t := f.lhsType(l, r)
	if id != nil && id.Name == "_" {
		if f.info.Types[r].IsNil() {
			return
		}
		// In a variable of its own: to the interpreter all blanks of a function are one, of one type, and it
		// would not follow a pointer for nobody.
		v := f.temp("v")
		f.out("var %s %s = %s; _ = %[1]s", v, f.typ(t), f.conv(r, t))
		return
	}
	v := f.conv(r, t)
	if define && f.info.Defs[id] != nil {
		f.define(id, v, t)
		return
	}
	f.out("%s = %s", f.lvalue(l), v)
}

// define declares a local variable, or sets a session variable.
func (f *writer) define(id *ast.Ident, v string, t types.Type) {
	o := f.info.Defs[id].(*types.Var)
	name := f.variableName(o)
	if f.isSessionVar(o) {
		f.out("%s = %s", name, v)
		return
	}
	// With its type: the interpreter's own idea of an expression's type is not always Go's.
	f.out("var %s %s = %s", name, f.typ(t), v)
}

func (f *writer) isSessionVar(o types.Object) bool {
	if f.unit.Name(o) != "" {
		return true
	}
	return o.Pkg() != nil && o.Parent() == o.Pkg().Scope()
}

// store puts text into a new or known variable.
func (f *writer) store(l ast.Expr, text string, define bool) {
	id, ok := l.(*ast.Ident)
	switch {
	case ok && id.Name == "_":
		f.out("_ = %s; ", text)
	case ok && define && f.info.Defs[id] != nil:
		f.define(id, text, f.info.Defs[id].Type())
		f.out("; ")
	default:
		f.out("%s = %s; ", f.lvalue(l), text)
	}
}

// assignTuple writes a, b = f() and the comma-ok forms.
func (f *writer) assignTuple(s *ast.AssignStmt) {
	lhs := slices.Clone(s.Lhs)
	settle := f.settler(lhs)
	settle.settled(lhs, true)
	text, ts := f.tuple(s.Rhs[0])
	var vs []string
	for range s.Lhs {
		vs = append(vs, f.temp("v"))
	}
	for i, l := range s.Lhs {
		if id, ok := l.(*ast.Ident); ok && id.Name == "_" {
			vs[i] = "_"
		}
	}
	if strings.Join(vs, "") == strings.Repeat("_", len(vs)) {
		f.out("%s = %s", strings.Join(vs, ", "), text)
		return
	}
	f.out("%s := %s; ", strings.Join(vs, ", "), text)
	settle.settled(lhs, false)
	for i, l := range lhs {
		if vs[i] != "_" {
			t := ts[i]
			if id, ok := l.(*ast.Ident); !ok || f.info.Defs[id] == nil || s.Tok == token.ASSIGN {
				t = f.lhsType(l, s.Rhs[0])
			}
			f.store(l, f.convText(vs[i], ts[i], t), s.Tok == token.DEFINE)
		}
	}
}

// tuple writes an expression of several values.
func (f *writer) tuple(e ast.Expr) (string, []types.Type) {
	e = ast.Unparen(e)
	boolean := types.Type(types.Typ[types.Bool])
	switch x := e.(type) {
	case *ast.CallExpr:
		var ts []types.Type
		if t, ok := f.typeOf(x).(*types.Tuple); ok {
			for v := range t.Variables() {
				ts = append(ts, v.Type())
			}
		} else {
			ts = append(ts, f.typeOf(x))
		}
		return f.expr(x), ts
	case *ast.TypeAssertExpr:
		return f.assertion(x, true), []types.Type{f.typeOf(x.Type), boolean}
	case *ast.IndexExpr:
		m := f.underlying(f.typeOf(x.X)).(*types.Map)
		return f.operand(x.X) + "[" + f.conv(x.Index, m.Key()) + "]", []types.Type{m.Elem(), boolean}
	case *ast.UnaryExpr:
		return f.receive2(x.X), []types.Type{f.elemOf(x.X), boolean}
	}
	f.no(e, "this assignment", "not known to the lowering")
	return "", nil
}
