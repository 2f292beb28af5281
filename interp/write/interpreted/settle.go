package interpreted

import (
	"go/ast"
	"go/types"
)

// An assignment of several values first finds out what its left sides mean, then stores:
// cur, cur.next = cur.next, prev changes the node that cur was. A settler writes what a
// left side depends on into variables, and the left side in terms of them.
type settler struct {
	*writer
	assigned map[types.Object]bool // variables that the statement changes
	any      bool                  // it may change any variable, through a pointer
}

func (f *writer) settler(lhs []ast.Expr) *settler {
	s := &settler{writer: f, assigned: map[types.Object]bool{}}
	for _, l := range lhs {
		switch l := ast.Unparen(l).(type) {
		case *ast.Ident:
			s.assigned[f.info.ObjectOf(l)] = true
		case *ast.StarExpr:
			s.any = true
		}
	}
	return s
}

// settled are the left sides that do not change their meaning any more. Those that call
// something do so before the right side is evaluated, the others afterwards.
func (s *settler) settled(lhs []ast.Expr, calls bool) {
	for i, l := range lhs {
		if _, ok := ast.Unparen(l).(*ast.Ident); !ok && s.callsIn(lhs[i:i+1]) == calls {
			lhs[i] = s.settle(l)
		}
	}
}

// settle returns l with the pointers, slices, maps and indices in it held.
func (s *settler) settle(l ast.Expr) ast.Expr {
	switch x := ast.Unparen(l).(type) {
	case *ast.StarExpr:
		c := *x
		c.X = s.hold(x.X, s.typeOf(x.X))
		return s.like(&c, x)
	case *ast.SelectorExpr:
		sel := s.info.Selections[x]
		if sel == nil {
			return x
		}
		c := *x
		c.X = s.base(x.X)
		s.info.Selections[&c] = sel
		return s.like(&c, x)
	case *ast.IndexExpr:
		c := *x
		c.X = s.base(x.X)
		t := s.typeOf(x.Index)
		if m, ok := s.underlying(s.typeOf(x.X)).(*types.Map); ok {
			t = m.Key()
		}
		c.Index = s.hold(x.Index, t)
		return s.like(&c, x)
	}
	return l
}

// base is what stands before a dot or an index: a variable itself, or what it refers to.
func (s *settler) base(x ast.Expr) ast.Expr {
	switch s.underlying(s.typeOf(x)).(type) {
	case *types.Struct, *types.Array:
		return s.settle(x)
	}
	return s.hold(x, s.typeOf(x))
}

// hold returns a variable with the value of e, or e if that cannot change.
func (s *settler) hold(e ast.Expr, t types.Type) ast.Expr {
	if s.info.Types[e].Value != nil {
		return e
	}
	if id, ok := ast.Unparen(e).(*ast.Ident); ok && !s.any && !s.assigned[s.info.Uses[id]] {
		return e
	}
	name := s.temp("k")
	s.out("var %s %s = %s; ", name, s.typ(t), s.conv(e, t))
	id := &ast.Ident{Name: name, NamePos: e.Pos()}
	v := types.NewVar(e.Pos(), nil, name, t)
	s.info.Uses[id], s.vars[v] = v, name
	return id
}

// like says that c, a copy of x, has its type.
func (s *settler) like(c, x ast.Expr) ast.Expr {
	s.info.Types[c] = s.info.Types[x]
	return c
}
