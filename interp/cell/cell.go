package cell

import (
	"go/ast"
	"go/token"
)

// A Cell is a parsed cell. Positions are those of the source: Fset.Position gives
// the file name In[N], the line and the column that the user sees.
type Cell struct {
	N      int
	Source string
	Fset   *token.FileSet

	Imports []*ast.ImportSpec // in order
	Decls   []ast.Decl        // functions, methods, types and constants of the top level, in order
	Stmts   []ast.Stmt        // all else, in order; top-level var declarations and := stand here
	// Result is the last expression, nil if there is none or ";" follows it.
	// It is not among Stmts. A last call is a Result too, also one of no value.
	Result  ast.Expr
	HasMain bool // func main() is declared: it is run, once, after Stmts
}

// An Error is a syntax error.
type Error struct {
	Pos token.Position // Filename In[N]
	Msg string         // the parser's words
}

func (e *Error) Error() string { return e.Pos.String() + ": " + e.Msg }
