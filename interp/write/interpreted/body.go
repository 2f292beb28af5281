package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// body writes what runs: inits, statements, the result and main.
func (c *cell) body(p *Program) {
	u := c.unit
	if len(u.Stmts) == 0 && u.Result == nil && !u.RunMain && len(u.Inits) == 0 {
		return
	}
	p.Entry = fmt.Sprintf("cell۰%d", u.N)
	d := newDraft("")
	f := c.writer(d, u.Info, u.Fset, nil)
	var list []ast.Stmt
	list = append(list, u.Stmts...)
	empty := types.NewSignatureType(nil, nil, nil, nil, nil, false)
	ft := &ast.FuncType{Params: &ast.FieldList{}}
	for _, in := range u.Inits {
		f.head = append(f.head, "\nfunc"+f.funcRest(in.Type, empty, nil, in.Body)+"()")
	}
	f.tail = func() {
		f.result()
		if u.RunMain {
			f.out("\n%s()", f.mainName())
		}
	}
	text := "func " + p.Entry + f.funcRest(ft, empty, nil, &ast.BlockStmt{List: list})
	p.Cell, p.Sites = text+"\n", d.Sites
	for a, path := range d.imps {
		c.imports[a] = path
	}
}

func (f *writer) mainName() string {
	for _, d := range f.unit.Decls {
		if d.Key == "main" {
			return f.mention(f.name(d.Obj))
		}
	}
	return "main"
}

// topStmt writes a statement of the cell's own level: an error that a call returns and
// nobody looks at ends the cell.
func (f *writer) topStmt(s ast.Stmt) {
	x, ok := s.(*ast.ExprStmt)
	if !ok {
		f.stmt(s, "")
		return
	}
	call, ok := ast.Unparen(x.X).(*ast.CallExpr)
	if !ok || f.info.Types[call].IsType() || !f.endsInError(call) || f.harmless(call) {
		f.stmt(s, "")
		return
	}
	f.directive(s.Pos())
	f.mark(s)
	vs, _ := f.values(call)
	f.failIf(vs[len(vs)-1])
}

// harmless calls are those whose error nobody ever looks at.
func (f *writer) harmless(call *ast.CallExpr) bool {
	fn, ok := f.callee(call).(*types.Func)
	return ok && fn.Pkg() != nil && fn.Pkg().Path() == "fmt" && strings.Contains(fn.Name(), "rint")
}

func (f *writer) failIf(v string) {
	f.out("if %s != nil { ", v)
	f.remark()
	f.out("parago۰.Fail(%s); return }; ", v)
}

// endsInError says whether the call's last result is an error.
func (f *writer) endsInError(call *ast.CallExpr) bool {
	t := f.typeOf(call)
	if tuple, ok := t.(*types.Tuple); ok {
		if tuple.Len() == 0 {
			return false
		}
		t = tuple.At(tuple.Len() - 1).Type()
	}
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// values evaluates a call into variables.
func (f *writer) values(call ast.Expr) ([]string, []types.Type) {
	text, ts := f.tuple(call)
	var vs []string
	for range ts {
		vs = append(vs, f.temp("v"))
	}
	f.out("%s := %s; ", strings.Join(vs, ", "), text)
	for _, v := range vs {
		f.out("_ = %s; ", v)
	}
	return vs, ts
}

// result hands the last expression's values to the session.
func (f *writer) result() {
	e := f.unit.Result
	if e == nil {
		return
	}
	f.directive(e.Pos())
	f.mark(&ast.ExprStmt{X: e})
	tv := f.info.Types[e]
	if tv.IsVoid() {
		f.exprStmt(e)
		return
	}
	if tv.IsNil() {
		f.out("parago۰.Result(nil)")
		return
	}
	any := types.NewInterfaceType(nil, nil)
	call, isCall := ast.Unparen(e).(*ast.CallExpr)
	if !isCall || f.info.Types[call.Fun].IsType() {
		if tv.IsBuiltin() || tv.IsType() {
			f.no(e, "this expression", "it is no value")
		}
		f.out("parago۰.Result(%s)", f.conv(e, any))
		return
	}
	if name := f.builtinName(call); name != "" {
		f.out("parago۰.Result(%s)", f.conv(e, any))
		return
	}
	vs, ts := f.values(call)
	if f.endsInError(call) {
		f.failIf(vs[len(vs)-1])
		vs, ts = vs[:len(vs)-1], ts[:len(ts)-1]
		if len(vs) == 0 || f.harmless(call) {
			return
		}
	}
	for i := range vs {
		vs[i] = f.convText(vs[i], ts[i], any)
	}
	f.out("parago۰.Result(%s)", strings.Join(vs, ", "))
}
