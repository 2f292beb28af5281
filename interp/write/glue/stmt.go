package glue

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// top writes a statement of the cell's own level: an error that a call returns and nobody
// looks at ends the cell.
func (w *writer) top(s ast.Stmt) {
	if x, ok := s.(*ast.ExprStmt); ok {
		if call, ok := ast.Unparen(x.X).(*ast.CallExpr); ok && w.endsInError(call) && !w.harmless(call) {
			w.at(s)
			vs := w.call(call)
			w.failIf(vs[len(vs)-1])
			return
		}
	}
	w.stmt(s)
}

func (w *writer) failIf(v string) {
	w.out("if %s != nil {\nfail۰(%s)\nreturn\n}\n", v, v)
}

// harmless calls are those whose error nobody ever looks at.
func (w *writer) harmless(call *ast.CallExpr) bool {
	fn := w.callee(call)
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "fmt" && strings.Contains(fn.Name(), "rint")
}

// endsInError says whether the call's last result is an error.
func (w *writer) endsInError(call *ast.CallExpr) bool {
	tv := w.info.Types[call]
	if tv.IsVoid() || w.info.Types[call.Fun].IsType() {
		return false
	}
	t := tv.Type
	if tuple, ok := t.(*types.Tuple); ok {
		if tuple.Len() == 0 {
			return false
		}
		t = tuple.At(tuple.Len() - 1).Type()
	}
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// result hands the last expression's values over.
func (w *writer) result(e ast.Expr) {
	if e == nil {
		return
	}
	w.at(e)
	tv := w.info.Types[e]
	call, isCall := ast.Unparen(e).(*ast.CallExpr)
	switch {
	case tv.IsVoid():
		w.call(call)
	case tv.IsNil():
		w.out("%s\n", w.native("Result", "nil"))
	case !isCall || w.info.Types[call.Fun].IsType() || w.builtin(call) != "":
		w.out("%s\n", w.native("Result", w.value(e, anyType)))
	default:
		vs := w.call(call)
		for _, t := range w.results(call) {
			w.boxes(t, anyType)
		}
		if w.endsInError(call) {
			if w.harmless(call) {
				return
			}
			last := len(vs) - 1
			w.failIf(vs[last])
			if vs = vs[:last]; len(vs) == 0 {
				return
			}
		}
		w.out("%s\n", w.native("Result", vs...))
	}
}

var anyType = types.NewInterfaceType(nil, nil)

// stmt writes any statement.
func (w *writer) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.EmptyStmt:
	case *ast.BlockStmt:
		w.block(s)
	case *ast.IfStmt:
		w.ifStmt(s)
	case *ast.ExprStmt:
		w.at(s)
		w.exprStmt(s.X)
	case *ast.DeclStmt:
		w.at(s)
		w.varDecl(s.Decl.(*ast.GenDecl))
	case *ast.IncDecStmt:
		w.at(s)
		op := token.ADD
		if s.Tok == token.DEC {
			op = token.SUB
		}
		w.update(s.X, op, nil)
	case *ast.AssignStmt:
		w.at(s)
		w.assignStmt(s)
	default:
		w.no("a statement that is not on the list: %T", s)
	}
}

func (w *writer) block(b *ast.BlockStmt) {
	for _, s := range b.List {
		w.stmt(s)
	}
}

// exprStmt writes a call, or a value that nobody looks at.
func (w *writer) exprStmt(e ast.Expr) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if ok && !w.info.Types[call.Fun].IsType() {
		w.call(call)
		return
	}
	if tv := w.info.Types[e]; tv.Value == nil && !tv.IsNil() {
		w.keep(w.expr(e))
	}
}

func (w *writer) ifStmt(s *ast.IfStmt) {
	if s.Init != nil {
		w.stmt(s.Init)
	}
	w.at(s)
	w.out("if %s {\n", w.keep(w.expr(s.Cond)))
	w.block(s.Body)
	w.line = 0
	switch e := s.Else.(type) {
	case *ast.BlockStmt:
		w.out("} else {\n")
		w.block(e)
	case *ast.IfStmt:
		w.out("} else {\n")
		w.ifStmt(e)
	}
	w.line = 0
	w.out("}\n")
}

// varDecl writes a var statement. Constants are written where they are used.
func (w *writer) varDecl(d *ast.GenDecl) {
	switch d.Tok {
	case token.CONST:
		return
	case token.VAR:
	default:
		w.no("a declaration inside a block")
	}
	for _, spec := range d.Specs {
		v := spec.(*ast.ValueSpec)
		var names []ast.Expr
		for _, id := range v.Names {
			names = append(names, id)
		}
		if len(v.Values) > 0 {
			w.assign(names, v.Values)
			continue
		}
		for _, id := range v.Names {
			if id.Name != "_" {
				w.set(id, w.zeroOf(w.info.Defs[id].Type()))
			}
		}
	}
}

// zeroOf is the zero value of a type.
func (w *writer) zeroOf(t types.Type) string {
	if b, ok := types.Unalias(t).(*types.Basic); ok {
		switch info := b.Info(); {
		case info&types.IsBoolean != 0:
			return "false"
		case info&types.IsString != 0:
			return `""`
		case info&types.IsNumeric != 0:
			return b.Name() + "(0)"
		}
	}
	return w.zero(t)
}
