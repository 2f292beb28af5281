package compiled

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Two interfaces are equal to compiled code if their method tables are the same one. Of a type
// and an interface there can be two: one that the runtime has made, for a cell that ran
// earlier, and one that a later plugin brings along. So what has methods is compared as any.

// equal writes a comparison of interfaces that have methods.
func (w *writer) equal(x *ast.BinaryExpr) (string, bool) {
	if x.Op != token.EQL && x.Op != token.NEQ || !w.hasTable(x.X) && !w.hasTable(x.Y) {
		return "", false
	}
	if w.u.Info.Types[x.X].IsNil() || w.u.Info.Types[x.Y].IsNil() {
		return "", false
	}
	gap := w.src.text[w.at(x.X.End()):w.at(x.Y.Pos())]
	return "interface{}(" + w.text(x.X) + ")" + gap + "interface{}(" + w.text(x.Y) + ")", true
}

// switchTag writes what a switch compares with.
func (w *writer) switchTag(s *ast.SwitchStmt) {
	if s.Tag != nil && w.hasTable(s.Tag) {
		w.tags[s.Tag] = true
	}
}

// hasTable reports whether an expression is an interface with methods.
func (w *writer) hasTable(x ast.Expr) bool {
	t := w.typeOf(x)
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.NumMethods() > 0
}
