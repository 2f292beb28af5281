package compiled

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// pace is how many rounds a cheap loop may take between two checks, less one: a power of two.
const pace = 255

// everyRound is the check at the head of a loop's body.
func (w *writer) everyRound() string { return " " + w.rt() + "Check();" }

// paced is the check of a loop whose rounds are cheap and counted: it looks at the counter, which is
// in a register, and only now and then at the flag, which is in memory.
func (w *writer) paced(counter ast.Expr, body *ast.BlockStmt) string {
	id, ok := counter.(*ast.Ident)
	if !ok || id.Name == "_" || !wide(w.typeOf(id)) || !w.cheap(body) {
		return w.everyRound()
	}
	return fmt.Sprintf(" if %s&%d == 0 { %sCheck() };", w.text(id), pace, w.rt())
}

// forCheck is the check of a for statement, and what stands before that: a counter, if it is cheap
// and does not count by ones itself.
func (w *writer) forCheck(s *ast.ForStmt) (before, check string) {
	if s.Cond != nil && !w.cheap(s.Cond) || s.Post != nil && !w.cheap(s.Post) {
		return "", w.everyRound()
	}
	if p, ok := s.Post.(*ast.IncDecStmt); ok {
		return "", w.paced(p.X, s.Body)
	}
	if w.labeled[s] || w.jumps() || !w.cheap(s.Body) {
		return "", w.everyRound()
	}
	w.counters++
	k := fmt.Sprintf("k%s%d", mark, w.counters)
	return k + " := 0; ", fmt.Sprintf(" if %s++; %[1]s&%d == 0 { %sCheck() };", k, pace, w.rt())
}

// jumps reports whether there is a goto in what is written: it must not jump over a counter.
func (w *writer) jumps() bool {
	nodes := w.nodes
	if w.item != nil {
		nodes = []ast.Node{w.item.decl.Node}
	}
	found := false
	for _, n := range nodes {
		ast.Inspect(n, func(n ast.Node) bool {
			if b, ok := n.(*ast.BranchStmt); ok && b.Tok == token.GOTO {
				found = true
			}
			return !found
		})
	}
	return found
}

// rangeCheck is the check of a range statement, "" if what it ranges over bounds it.
func (w *writer) rangeCheck(s *ast.RangeStmt) string {
	switch t := w.typeOf(s.X).Underlying().(type) {
	case *types.Basic:
		if t.Info()&types.IsInteger != 0 {
			return w.paced(s.Key, s.Body)
		}
	case *types.Signature:
		return w.everyRound()
	}
	return ""
}

// wide reports whether a type is an integer that holds the mask.
func wide(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsInteger == 0 {
		return false
	}
	switch b.Kind() {
	case types.Int8, types.Uint8:
		return false
	}
	return true
}

// cheap reports whether a part of a loop calls nothing and waits for nothing.
func (w *writer) cheap(part ast.Node) bool {
	cheap := true
	ast.Inspect(part, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			tv := w.u.Info.Types[n.Fun]
			cheap = cheap && (tv.IsType() || tv.IsBuiltin())
		case *ast.UnaryExpr:
			cheap = cheap && n.Op != token.ARROW
		case *ast.SendStmt, *ast.SelectStmt, *ast.GoStmt, *ast.DeferStmt:
			cheap = false
		}
		return cheap
	})
	return cheap
}
