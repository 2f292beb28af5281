package interpreted

import (
	"go/ast"
	"go/token"
	"go/types"
)

// forStmt writes a loop. Its variables stand before it, since the interpreter's own
// are copies that the body cannot change; if the body keeps them (in a literal, by
// address), each round has its own.
func (f *writer) forStmt(s *ast.ForStmt, label string) {
	t := &target{label: label, loop: true}
	kept := f.keptVars(s)
	f.out("{")
	if s.Init != nil {
		f.stmt(s.Init, "")
	}
	if len(kept) > 0 {
		f.perRound(s, t, kept)
	} else {
		f.out("\nfor ;")
		if s.Cond != nil {
			f.out(" %s", f.expr(s.Cond))
		}
		f.out(";")
		post := f.post(s.Post)
		t.mustCont = post == "" && s.Post != nil
		if post != "" {
			f.out(" %s", post)
		}
		f.out(" {")
		f.loopBody(s.Body, t)
		if t.mustCont {
			f.stmt(s.Post, "")
		}
		f.out("\n}")
	}
	f.after(t)
	f.out("\n}")
}

// post writes a simple post statement, "" if it needs more than one statement.
func (f *writer) post(s ast.Stmt) string {
	switch s := s.(type) {
	case *ast.IncDecStmt:
		return f.lvalue(s.X) + s.Tok.String()
	case *ast.AssignStmt:
		if s.Tok != token.ASSIGN {
			return f.lvalue(s.Lhs[0]) + " " + s.Tok.String() + " " + f.expr(s.Rhs[0])
		}
		if len(s.Lhs) == 1 {
			return f.lvalue(s.Lhs[0]) + " = " + f.conv(s.Rhs[0], f.lhsType(s.Lhs[0], s.Rhs[0]))
		}
	case *ast.ExprStmt:
		return f.expr(s.X)
	}
	return ""
}

// loopBody writes the body and, where a branch goes there, the label at its end.
func (f *writer) loopBody(body *ast.BlockStmt, t *target) {
	f.out("\n")
	f.checkStop()
	f.push(t)
	f.block(body.List)
	f.pop()
	if t.usedCont {
		f.out("\n%s: {}", t.cont)
	}
}

// perRound writes for i۰h := …; cond; post { i := i۰h; body; i۰h = i }.
func (f *writer) perRound(s *ast.ForStmt, t *target, kept []*types.Var) {
	var heads []string
	for _, v := range kept {
		heads = append(heads, f.local(v))
	}
	f.out("\nfor ;")
	if s.Cond != nil {
		f.out(" %s", f.expr(s.Cond))
	}
	f.out("; {")
	for i, v := range kept {
		f.vars[v] = f.temp(v.Name())
		f.out("\nvar %s %s = %s", f.vars[v], f.typ(v.Type()), heads[i])
	}
	t.mustCont = true
	f.loopBody(s.Body, t)
	for i, v := range kept {
		f.out("\n%s = %s", heads[i], f.vars[v])
		f.vars[v] = heads[i]
	}
	if s.Post != nil {
		f.stmt(s.Post, "")
	}
	f.out("\n}")
}

// keptVars are the loop's variables that something in it can keep.
func (f *writer) keptVars(s *ast.ForStmt) []*types.Var {
	a, ok := s.Init.(*ast.AssignStmt)
	if !ok || a.Tok != token.DEFINE {
		return nil
	}
	var kept []*types.Var
	for _, l := range a.Lhs {
		id := l.(*ast.Ident)
		v, ok := f.info.Defs[id].(*types.Var)
		if !ok || id.Name == "_" || f.isSessionVar(v) {
			continue
		}
		if f.keeps(s.Body, v) {
			kept = append(kept, v)
		}
		for _, n := range []ast.Node{s.Cond, s.Post} {
			if !isNilNode(n) && f.keeps(n, v) {
				f.no(n, "a closure over "+v.Name()+" in the head of a loop", "each round has its own "+v.Name())
			}
		}
	}
	return kept
}

func isNilNode(n ast.Node) bool {
	switch n := n.(type) {
	case ast.Expr:
		return n == nil
	case ast.Stmt:
		return n == nil
	}
	return true
}

// keeps says whether code in n can keep v beyond the round: a literal mentions it, or
// its address is taken.
func (f *writer) keeps(n ast.Node, v *types.Var) (yes bool) {
	mentions := func(n ast.Node) bool {
		found := false
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && f.info.Uses[id] == v {
				found = true
			}
			return !found
		})
		return found
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			yes = yes || mentions(n)
			return false
		case *ast.UnaryExpr:
			if n.Op == token.AND && mentions(n.X) {
				yes = true
			}
		case *ast.SliceExpr:
			if isArray(f.typeOf(n.X)) && mentions(n.X) {
				yes = true
			}
		case *ast.SelectorExpr:
			if f.takesAddress(n) && mentions(n.X) {
				yes = true
			}
		case *ast.DeferStmt, *ast.GoStmt:
			yes = yes || mentions(n)
		case *ast.RangeStmt:
			if _, ok := f.underlying(f.typeOf(n.X)).(*types.Signature); ok {
				yes = yes || mentions(n)
			}
		}
		return !yes
	})
	return yes
}

// takesAddress says whether x.M takes the address of x for its receiver.
func (f *writer) takesAddress(n *ast.SelectorExpr) bool {
	s := f.info.Selections[n]
	if s == nil || s.Kind() != types.MethodVal || isInterface(f.typeOf(n.X)) {
		return false
	}
	_, isPtr := f.underlying(f.typeOf(n.X)).(*types.Pointer)
	recv := s.Obj().(*types.Func).Signature().Recv()
	_, ptrMethod := types.Unalias(recv.Type()).(*types.Pointer)
	return ptrMethod && !isPtr
}
