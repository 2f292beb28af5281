package interpreted

import (
	"fmt"
	"go/ast"
)

func (f *writer) block(list []ast.Stmt) {
	for _, s := range list {
		f.stmt(s, "")
	}
}

// stmt writes a statement; label is the one in front of it.
func (f *writer) stmt(s ast.Stmt, label string) {
	switch s := s.(type) {
	case *ast.EmptyStmt:
		return
	case *ast.BlockStmt:
		f.out("\n{")
		f.block(s.List)
		f.out("\n}")
		return
	case *ast.LabeledStmt:
		f.labeled(s)
		return
	}
	f.directive(s.Pos())
	if label == "" {
		f.mark(s)
	}
	f.checkAhead(s)
	switch s := s.(type) {
	case *ast.ExprStmt:
		f.exprStmt(s.X)
	case *ast.AssignStmt:
		f.assign(s)
	case *ast.IncDecStmt:
		f.out("%s%s", f.lvalue(s.X), s.Tok)
	case *ast.DeclStmt:
		f.declStmt(s.Decl.(*ast.GenDecl))
	case *ast.ReturnStmt:
		f.returnStmt(s)
	case *ast.BranchStmt:
		f.branch(s)
	case *ast.IfStmt:
		f.ifStmt(s)
	case *ast.ForStmt:
		f.forStmt(s, label)
	case *ast.RangeStmt:
		f.rangeStmt(s, label)
	case *ast.SwitchStmt:
		f.switchStmt(s, label)
	case *ast.TypeSwitchStmt:
		f.typeSwitch(s, label)
	case *ast.SelectStmt:
		f.selectStmt(s, label)
	case *ast.SendStmt:
		f.sendStmt(s)
	case *ast.DeferStmt:
		f.deferStmt(s)
	case *ast.GoStmt:
		f.goStmt(s)
	default:
		f.no(s, fmt.Sprintf("%T", s), "not known to the lowering")
	}
}

func (f *writer) labeled(s *ast.LabeledStmt) {
	f.out("\n")
	f.mark(s.Stmt) // a label stands right before its loop
	f.out("%s۰L: ", s.Label.Name)
	switch s.Stmt.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		f.stmt(s.Stmt, s.Label.Name)
	default:
		f.out("{}")
		f.stmt(s.Stmt, s.Label.Name)
	}
}

func (f *writer) exprStmt(e ast.Expr) {
	e = ast.Unparen(e)
	if call, ok := e.(*ast.CallExpr); ok {
		f.out("%s", f.callStmt(call))
		return
	}
	f.out("%s", f.expr(e))
}

// callStmt is a call whose results nobody wants.
func (f *writer) callStmt(call *ast.CallExpr) string { return f.expr(call) }

func (f *writer) ifStmt(s *ast.IfStmt) {
	if s.Init != nil {
		f.out("{")
		f.stmt(s.Init, "")
		f.out("\n")
	}
	f.out("if %s {", f.expr(s.Cond))
	f.block(s.Body.List)
	f.out("\n}")
	switch e := s.Else.(type) {
	case *ast.BlockStmt:
		f.out(" else {")
		f.block(e.List)
		f.out("\n}")
	case *ast.IfStmt:
		f.out(" else {")
		f.stmt(e, "")
		f.out("\n}")
	}
	if s.Init != nil {
		f.out("\n}")
	}
}
