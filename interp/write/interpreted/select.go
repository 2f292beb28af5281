package interpreted

import (
	"go/ast"
	"go/token"
	"go/types"
)

// selectStmt writes a select with variables of our own.
func (f *writer) selectStmt(s *ast.SelectStmt, label string) {
	t := &target{label: label, sel: true}
	f.out("{ ")
	var clauses []func()
	for _, c := range s.Body.List {
		clauses = append(clauses, f.comm(c.(*ast.CommClause)))
	}
	f.out("\nselect {")
	f.push(t)
	for i, c := range s.Body.List {
		clauses[i]()
		f.block(c.(*ast.CommClause).Body)
	}
	f.pop()
	f.out("\n}")
	f.after(t)
	f.out("\n}")
}

// comm evaluates the operands of a clause and returns what writes its head.
func (f *writer) comm(c *ast.CommClause) func() {
	operand := func(e ast.Expr, t types.Type) string {
		v := f.temp("c")
		f.out("var %s %s = %s; ", v, f.typ(t), f.conv(e, t))
		return v
	}
	recv := func(e ast.Expr) (string, types.Type) {
		u := ast.Unparen(e).(*ast.UnaryExpr)
		ct := f.typeOf(u.X)
		return operand(u.X, ct), f.underlying(ct).(*types.Chan).Elem()
	}
	switch m := c.Comm.(type) {
	case nil:
		return func() { f.out("\ndefault:") }
	case *ast.SendStmt:
		ct := f.typeOf(m.Chan)
		ch := operand(m.Chan, ct)
		v := operand(m.Value, f.underlying(ct).(*types.Chan).Elem())
		return func() { f.out("\ncase %s <- %s:", ch, v) }
	case *ast.ExprStmt:
		ch, _ := recv(m.X)
		return func() { f.out("\ncase <-%s:", ch) }
	case *ast.AssignStmt:
		ch, et := recv(m.Rhs[0])
		return func() {
			v, ok := f.temp("v"), f.temp("ok")
			if len(m.Lhs) == 1 {
				f.out("\ncase %s := <-%s: _ = %s; ", v, ch, v)
			} else {
				f.out("\ncase %s, %s := <-%s: _ = %s; _ = %s; ", v, ok, ch, v, ok)
			}
			for i, l := range m.Lhs {
				name, t := v, et
				if i == 1 {
					name, t = ok, types.Typ[types.Bool]
				}
				to := t
				if m.Tok == token.ASSIGN {
					to = f.lhsType(l, m.Rhs[0])
					if id, isID := l.(*ast.Ident); isID && id.Name == "_" {
						continue
					}
				}
				f.store(l, f.convText(name, t, to), m.Tok == token.DEFINE)
			}
		}
	}
	f.no(c, "this select clause", "not known to the lowering")
	return nil
}
