package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"
)

// switchStmt writes an expression switch.
func (f *writer) switchStmt(s *ast.SwitchStmt, label string) {
	t := &target{label: label}
	f.out("{")
	if s.Init != nil {
		f.stmt(s.Init, "")
	}
	tag, tagType := "", types.Type(types.Typ[types.Bool])
	if s.Tag != nil {
		tagType = types.Default(f.typeOf(s.Tag))
		tag = f.temp("t")
		f.out("\nvar %s %s = %s", tag, f.typ(tagType), f.conv(s.Tag, tagType))
	}
	f.out("\nswitch {")
	f.push(t)
	for _, c := range s.Body.List {
		cc := c.(*ast.CaseClause)
		if cc.List == nil {
			f.out("\ndefault:")
		} else {
			f.out("\ncase ")
			for i, e := range cc.List {
				if i > 0 {
					f.out(" || ")
				}
				f.out("%s", f.caseCond(tag, tagType, e))
			}
			f.out(":")
		}
		f.block(cc.Body)
	}
	f.pop()
	f.out("\n}")
	f.after(t)
	f.out("\n}")
}

func (f *writer) caseCond(tag string, tagType types.Type, e ast.Expr) string {
	if tag == "" {
		return f.expr(e)
	}
	if f.info.Types[e].IsNil() {
		return tag + " == nil"
	}
	if isInterface(tagType) || isInterface(f.typeOf(e)) {
		a := types.NewInterfaceType(nil, nil)
		return fmt.Sprintf("parago۰.Equal(%s, %s)", f.convText(tag, tagType, a), f.conv(e, a))
	}
	return "(" + tag + " == " + f.conv(e, tagType) + ")"
}

// typeSwitch asks which case fits, then takes the value out.
func (f *writer) typeSwitch(s *ast.TypeSwitchStmt, label string) {
	t := &target{label: label}
	f.out("{")
	if s.Init != nil {
		f.stmt(s.Init, "")
	}
	var x ast.Expr
	named := false
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		x = a.X.(*ast.TypeAssertExpr).X
	case *ast.AssignStmt:
		x, named = a.Rhs[0].(*ast.TypeAssertExpr).X, true
	}
	xt := f.typeOf(x)
	v, n := f.temp("x"), f.temp("n")
	f.out("\nvar %s %s = %s; var %s int = parago۰.Case(%s", v, f.typ(xt), f.expr(x), n, v)
	for _, c := range s.Body.List {
		if l := c.(*ast.CaseClause).List; l != nil {
			f.out(", %q", f.caseKey(l))
		}
	}
	f.out(")\nswitch {")
	f.push(t)
	i := 0
	for _, c := range s.Body.List {
		cc := c.(*ast.CaseClause)
		if cc.List == nil {
			f.out("\ndefault:")
		} else {
			f.out("\ncase %s == %d:", n, i)
			i++
		}
		if named {
			f.caseVar(cc, v, xt)
		}
		f.block(cc.Body)
	}
	f.pop()
	f.out("\n}")
	f.after(t)
	f.out("\n}")
}

func (f *writer) caseKey(list []ast.Expr) string {
	s := ""
	for i, e := range list {
		if i > 0 {
			s += "|"
		}
		if f.info.Types[e].IsNil() {
			s += "nil"
		} else {
			s += f.key(f.typeOf(e))
		}
	}
	return s
}

// caseVar declares the variable of a type switch in one clause.
func (f *writer) caseVar(cc *ast.CaseClause, x string, xt types.Type) {
	o, ok := f.info.Implicits[cc].(*types.Var)
	if !ok {
		return
	}
	t := f.subst(o.Type())
	name := f.local(o)
	if len(cc.List) == 1 && !f.info.Types[cc.List[0]].IsNil() {
		f.out(" var %s %s; parago۰.Unbox(%s, %q, &%s); _ = %s", name, f.typ(t), x, f.key(t), name, name)
		return
	}
	f.out(" var %s %s = %s; _ = %s", name, f.typ(t), f.convText(x, xt, t), name)
}
