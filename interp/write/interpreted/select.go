package interpreted

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// A choice is a select statement as a call of parago۰.Select: the kinds of its clauses, a letter each, and the
// operands of those that wait.
type choice struct {
	kinds    string
	operands []string
}

// selectStmt writes a select: which clause it is, then the clauses as conditions.
func (f *writer) selectStmt(s *ast.SelectStmt, label string) {
	t := &target{label: label, sel: true}
	n, ok := f.temp("n"), f.temp("ok")
	f.out("{ ")
	c := &choice{}
	var heads []func()
	for _, cc := range s.Body.List {
		heads = append(heads, f.comm(c, cc.(*ast.CommClause), ok))
	}
	f.out("\n%s, %s := parago۰.Select(%s); _, _ = %s, %s", n, ok, strings.Join(append([]string{strconv.Quote(c.kinds)}, c.operands...), ", "), n, ok)
	f.push(t)
	for i, cc := range s.Body.List {
		f.out("\nif %s == %d { ", n, i)
		heads[i]()
		f.block(cc.(*ast.CommClause).Body)
		f.out("\n}")
	}
	f.pop()
	f.after(t)
	f.out("\n}")
}

// comm evaluates the operands of a clause and returns what writes the begin of its body.
func (f *writer) comm(c *choice, cc *ast.CommClause, ok string) func() {
	operand := func(e ast.Expr, t types.Type) string {
		v := f.temp("c")
		f.out("var %s %s = %s; ", v, f.typ(t), f.conv(e, t))
		return v
	}
	switch m := cc.Comm.(type) {
	case nil:
		c.kinds += "d"
		return func() {}
	case *ast.SendStmt:
		c.kinds += "s"
		ch := operand(m.Chan, f.typeOf(m.Chan))
		c.operands = append(c.operands, ch, "&"+operand(m.Value, f.elemOf(m.Chan)))
		return func() {}
	case *ast.ExprStmt:
		c.kinds += "r"
		from := ast.Unparen(m.X).(*ast.UnaryExpr).X
		c.operands = append(c.operands, operand(from, f.typeOf(from)), "nil")
		return func() {}
	case *ast.AssignStmt:
		c.kinds += "r"
		from := ast.Unparen(m.Rhs[0]).(*ast.UnaryExpr).X
		v := f.temp("v")
		f.out("var %s %s; ", v, f.typ(f.elemOf(from)))
		c.operands = append(c.operands, operand(from, f.typeOf(from)), "&"+v)
		return func() { f.received(m, []string{v, ok}, []types.Type{f.elemOf(from), types.Typ[types.Bool]}) }
	}
	f.no(cc, "this select clause", "not known to the lowering")
	return nil
}

// received gives the variables of a clause what has come.
func (f *writer) received(m *ast.AssignStmt, values []string, ts []types.Type) {
	for i, l := range m.Lhs {
		if id, isID := l.(*ast.Ident); isID && id.Name == "_" {
			continue
		}
		to := ts[i]
		if m.Tok == token.ASSIGN {
			to = f.lhsType(l, m.Rhs[0])
			if i == 1 {
				to = f.typeOf(l)
			}
		}
		f.store(l, f.convText(values[i], ts[i], to), m.Tok == token.DEFINE)
	}
}
