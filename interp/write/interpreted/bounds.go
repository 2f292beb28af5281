package interpreted

import (
	"go/ast"
	"go/token"
	"go/types"
)

// An index that is out of range panics in the interpreter too, but without the figures
// of Go's message ("[5] with length 3"). Where indices are checked, lowered text says
// them: ahead of a statement that calls nothing, by a comparison that the interpreter
// makes itself, or else in place, by a call of dyn, which takes ten times as long.

// checks says whether an index is checked in place.
func (f *writer) checks() bool { return !f.ahead }

// checkAhead writes the checks of a statement's indices in front of it, if nothing in
// the statement can change what they mean.
func (f *writer) checkAhead(s ast.Stmt) {
	f.ahead = false
	var indices []*ast.IndexExpr
	for _, e := range evaluated(s) {
		found, ok := f.indicesIn(e)
		if !ok {
			return
		}
		indices = append(indices, found...)
	}
	f.ahead = len(indices) > 0
	seen := map[string]bool{"": true}
	for _, e := range indices {
		if check := f.check(e); !seen[check] {
			f.out("%s", check)
			seen[check] = true
		}
	}
}

// check is a statement that panics as Go does if an index is out of range, "" if it cannot be.
func (f *writer) check(e *ast.IndexExpr) string {
	x, i := f.operand(e.X), f.expr(e.Index)
	cond := i + " >= len(" + x + ")"
	if f.info.Types[e.Index].Value == nil {
		cond = i + " < 0 || " + i + " >= len(" + x + ")"
	} else if isArray(f.typeOf(e.X)) {
		return ""
	}
	return "if " + cond + " { parago۰.Index(" + i + ", len(" + x + ")) }; "
}

// evaluated are the expressions that a statement evaluates first, in any case.
func evaluated(s ast.Stmt) []ast.Expr {
	switch s := s.(type) {
	case *ast.AssignStmt:
		return append(append([]ast.Expr(nil), s.Lhs...), s.Rhs...)
	case *ast.IncDecStmt:
		return []ast.Expr{s.X}
	case *ast.ReturnStmt:
		return s.Results
	case *ast.IfStmt:
		if s.Init == nil {
			return []ast.Expr{s.Cond}
		}
	}
	return nil
}

// indicesIn finds the indices of an expression, inner ones first; not ok if the
// expression calls, waits or skips a part.
func (f *writer) indicesIn(e ast.Expr) (found []*ast.IndexExpr, ok bool) {
	ok = true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			ok = ok && (f.info.Types[n.Fun].IsType() || harmlessBuiltins[f.builtinName(n)])
		case *ast.FuncLit, *ast.SliceExpr, *ast.TypeAssertExpr:
			ok = false
		case *ast.UnaryExpr:
			ok = false // the interpreter loses its way where a condition has a sign
		case *ast.BinaryExpr:
			ok = ok && n.Op != token.LAND && n.Op != token.LOR
		case *ast.IndexExpr:
			if !f.indexes(n) {
				break
			}
			ok = ok && simple(n.X) && (f.info.Types[n.Index].Value != nil || f.typ(f.typeOf(n.Index)) == "int")
			found = append([]*ast.IndexExpr{n}, found...)
		}
		return ok
	})
	return found, ok
}

// harmlessBuiltins can be evaluated twice.
var harmlessBuiltins = map[string]bool{"len": true, "cap": true, "min": true, "max": true}

// indexes says whether x[i] is an index into something with a length.
func (f *writer) indexes(e *ast.IndexExpr) bool {
	if f.info.Types[e.X].IsType() || isGenericFunc(f.info, e.X) || f.info.Types[e].Value != nil {
		return false
	}
	_, isMap := f.underlying(f.typeOf(e.X)).(*types.Map)
	return !isMap
}

// simple says whether an expression can be evaluated twice.
func simple(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return simple(e.X)
	case *ast.StarExpr:
		return simple(e.X)
	case *ast.IndexExpr:
		return simple(e.X) && simple(e.Index)
	case *ast.BinaryExpr:
		return simple(e.X) && simple(e.Y)
	case *ast.BasicLit:
		return true
	}
	return false
}
