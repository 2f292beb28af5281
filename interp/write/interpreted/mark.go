package interpreted

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// LineVar is the variable of the interpreter process that holds the mark of the
// statement that runs now. The interpreter's own positions of a panic are those of
// any statement of the same kind in the function.
const LineVar = "line۰"

// Mark is a line of a cell as one number.
func Mark(cell, line int) int { return cell<<16 | line }

// mark notes where the program is, before a statement that can panic or call.
func (f *writer) mark(s ast.Stmt) {
	f.at = f.markOf(s.Pos())
	if f.at != 0 && canPanic(s, f.info) {
		f.out("%s = %d; ", LineVar, f.at)
	}
}

// remark notes the place again, behind a call that has noted its own.
func (f *writer) remark() {
	if f.at != 0 {
		f.out("%s = %d; ", LineVar, f.at)
	}
}

// markOf is 0 for what is not of a cell: the library's source.
func (f *writer) markOf(p token.Pos) int {
	pos := f.position(p)
	var n int
	if _, err := fmt.Sscanf(pos.Filename, "In[%d]", &n); err != nil {
		return 0
	}
	return Mark(n, pos.Line)
}

// site notes that the current statement mentions another declaration.
func (f *writer) site(name string) {
	if f.at == 0 {
		return
	}
	if f.d.Sites == nil {
		f.d.Sites = map[string][]int{}
	}
	name = ident(name)
	for _, at := range f.d.Sites[name] {
		if at == f.at {
			return
		}
	}
	f.d.Sites[name] = append(f.d.Sites[name], f.at)
}

// canPanic says whether a statement's own expressions, not those of statements in
// it, can panic or call something that can.
func canPanic(s ast.Stmt, info *types.Info) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			return n == ast.Node(s)
		case *ast.CallExpr:
			found = found || !info.Types[n.Fun].IsType()
		case *ast.IndexExpr, *ast.SliceExpr, *ast.StarExpr, *ast.TypeAssertExpr, *ast.SendStmt, *ast.RangeStmt, *ast.SelectStmt:
			found = true
		case *ast.SelectorExpr:
			sel := info.Selections[n]
			found = found || sel != nil && sel.Indirect()
		case *ast.BinaryExpr:
			found = found || n.Op == token.QUO || n.Op == token.REM
		case *ast.AssignStmt:
			found = found || n.Tok == token.QUO_ASSIGN || n.Tok == token.REM_ASSIGN
		}
		return !found
	})
	return found
}
