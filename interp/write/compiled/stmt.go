package compiled

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// insertions are what is added to a node that otherwise stays as it is: checks of whether the
// cell is to stop, where a loop or a recursion could go on for ever.
func (w *writer) insertions(n ast.Node) []edit {
	check := func(at token.Pos, text string) []edit {
		i := w.at(at) + 1
		return []edit{{i, i, text}}
	}
	if w.ahead[n] {
		i := w.at(n.Pos())
		return append([]edit{{i, i, fmt.Sprintf("%[1]sCheckCall(%[1]sBlock()); ", w.rt())}}, w.within(n, check)...)
	}
	return w.within(n, check)
}

// within are the insertions into a node.
func (w *writer) within(n ast.Node, check func(at token.Pos, text string) []edit) []edit {
	switch n := n.(type) {
	case *ast.ForStmt:
		before, text := w.forCheck(n)
		i := w.at(n.Pos())
		return append([]edit{{i, i, before}}, check(n.Body.Lbrace, text)...)
	case *ast.RangeStmt:
		if text := w.rangeCheck(n); text != "" {
			return check(n.Body.Lbrace, text)
		}
	case *ast.FuncLit:
		w.guard(n.Body)
	case *ast.LabeledStmt:
		w.labeled[n.Stmt] = true
		switch n.Stmt.(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt, *ast.BlockStmt:
			return nil
		}
		return check(n.Colon, w.everyRound())
	}
	return nil
}

// assignment writes an assignment, also to what has a copy.
func (w *writer) assignment(s *ast.AssignStmt) (string, bool) {
	if len(w.copied) == 0 {
		return w.assign(s)
	}
	if w.header[s] {
		if text, ok := w.both(s); ok {
			return text, true
		}
	}
	text, ok := w.assign(s)
	if !ok {
		text = w.inside(s)
	}
	return w.stored(s, text), true
}

// assign writes receives with two results, the := of session variables, and what the parser has made up.
func (w *writer) assign(s *ast.AssignStmt) (string, bool) {
	if len(s.Lhs) == 1 && len(s.Rhs) == 1 && s.Lhs[0].Pos() == s.Rhs[0].Pos() { // `x` followed by ";"
		return "_ = " + w.text(s.Rhs[0]), true
	}
	recv := len(s.Lhs) == 2 && len(s.Rhs) == 1 && w.isRecv(s.Rhs[0])
	session := s.Tok == token.DEFINE && w.definesSession(s)
	if !recv && !session {
		return "", false
	}
	first, last := s.Lhs[0], s.Lhs[len(s.Lhs)-1]
	var nodes []ast.Node
	for _, l := range s.Lhs {
		nodes = append(nodes, l)
	}
	lhs := w.between(w.at(first.Pos()), w.at(last.End()), nodes...)
	tok := s.Tok.String()
	if session {
		tok = "="
	}
	if recv {
		return fmt.Sprintf("%s %s %sRecv2(%s)", lhs, tok, w.rt(), w.text(ast.Unparen(s.Rhs[0]).(*ast.UnaryExpr).X)), true
	}
	nodes = nil
	for _, r := range s.Rhs {
		nodes = append(nodes, r)
	}
	rhs := w.between(w.at(s.TokPos)+len(s.Tok.String()), w.at(s.Rhs[len(s.Rhs)-1].End()), nodes...)
	return lhs + " " + tok + rhs, true
}

// definesSession reports whether a := stands at the top level of a cell.
func (w *writer) definesSession(s *ast.AssignStmt) bool {
	for _, l := range s.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok || id.Name == "_" {
			continue
		}
		o := w.u.Info.ObjectOf(id)
		if o == nil {
			continue
		}
		_, v := w.u.Lookup(o)
		return v != nil
	}
	return false
}

func (w *writer) isRecv(x ast.Expr) bool {
	u, ok := ast.Unparen(x).(*ast.UnaryExpr)
	return ok && u.Op == token.ARROW && !w.raw[u] && w.isChan(u.X)
}

// send writes c <- v.
func (w *writer) send(s *ast.SendStmt) (string, bool) {
	if !w.isChan(s.Chan) {
		return "", false
	}
	elem := w.typeOf(s.Chan).Underlying().(*types.Chan).Elem()
	args := "(" + w.text(s.Chan) + ", " + w.text(s.Value) + ")"
	if types.Identical(w.typeOf(s.Value), elem) {
		return w.rt() + "Send" + args, true
	}
	if t, ok := w.typeAt(s.Pos(), elem); ok {
		return w.rt() + "Send[" + t + "]" + args, true
	}
	return fmt.Sprintf("select { case %s <- %s: case <-%sDone(): panic(%sHalted()) }", w.text(s.Chan), w.text(s.Value), w.rt(), w.rt()), true
}

// selects gives a select without default one more case: the cell is to stop.
func (w *writer) selects(s *ast.SelectStmt) (string, bool) {
	polls := false
	for _, c := range s.Body.List {
		switch c := c.(*ast.CommClause).Comm.(type) {
		case nil:
			polls = true
		case *ast.SendStmt:
			w.raw[c] = true
		case *ast.ExprStmt:
			w.raw[ast.Unparen(c.X)] = true
		case *ast.AssignStmt:
			w.raw[ast.Unparen(c.Rhs[0])] = true
		}
	}
	text := w.inside(s)
	if polls {
		return text, true
	}
	if len(s.Body.List) > 0 {
		text = strings.TrimSuffix(text, "}") + "; }"
	}
	return fmt.Sprintf("%s case <-%sDone(): panic(%sHalted()) }", strings.TrimSuffix(text, "}"), w.rt(), w.rt()), true
}

// rangeStmt writes a range over a channel, as an iterator that can be stopped.
func (w *writer) rangeStmt(s *ast.RangeStmt) (string, bool) {
	if !w.isChan(s.X) {
		return "", false
	}
	x := fmt.Sprintf("%sRange(%s)", w.rt(), w.text(s.X))
	head := splice(w.src.text, w.at(s.Pos()), w.at(s.X.Pos()), w.keyEdits(s))
	return head + x + w.between(w.at(s.X.End()), w.at(s.End()), s.Body), true
}

func (w *writer) keyEdits(s *ast.RangeStmt) []edit {
	if s.Key == nil {
		return nil
	}
	return []edit{{w.at(s.Key.Pos()), w.at(s.Key.End()), w.text(s.Key)}}
}

func exprs(list []ast.Expr) []ast.Node {
	out := make([]ast.Node, len(list))
	for i, e := range list {
		out[i] = e
	}
	return out
}
