package compiled

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/agree"
)

// run writes what the cell does: its statements, its result, its main.
func (f *file) run() {
	w := f.writer(f.u, f.u.Fset, f.src)
	w.copies(f.nodes)
	w.outlive(f.nodes...)
	w.travels(f.nodes...)
	w.changes(f.nodes...)
	w.reshapes(f.nodes...)
	var b strings.Builder
	vars := 0 // a package's variables have their values before its init functions run
	for vars < len(f.u.Stmts) && isVar(f.u.Stmts[vars]) {
		b.WriteString(w.topStmt(f.u.Stmts[vars]))
		vars++
	}
	for _, in := range f.u.Inits {
		b.WriteString(w.directive(in.Pos()) + "func() " + w.between(w.at(in.Body.Pos()), w.at(in.Body.End()), in.Body) + "()\n")
	}
	for _, s := range f.u.Stmts[vars:] {
		b.WriteString(w.topStmt(s))
	}
	if f.u.Result != nil {
		b.WriteString(w.result(f.u.Result))
	}
	if f.u.RunMain {
		for _, d := range f.u.Decls {
			if d.Key == "main" {
				fmt.Fprintf(&b, "\n%s()\n", f.function(d.Name))
			}
		}
	}
	fmt.Fprintf(&f.body, "\nfunc %srun() {%s\n%s\n}\n", export+mark, w.loads(), b.String())
	f.settle()
	f.tables(true)
}

func isVar(s ast.Stmt) bool {
	_, ok := s.(*ast.DeclStmt)
	return ok
}

// topStmt writes a statement of the cell's own level: its variables are the session's, and
// an error that a call returns and nobody looks at ends the cell.
func (w *writer) topStmt(s ast.Stmt) string {
	switch s := s.(type) {
	case *ast.DeclStmt:
		if g, ok := s.Decl.(*ast.GenDecl); ok && g.Tok == token.VAR {
			return w.varDecl(g)
		}
	case *ast.LabeledStmt:
		if inner, ok := s.Stmt.(*ast.DeclStmt); ok {
			return w.directive(s.Pos()) + s.Label.Name + ":\n" + w.topStmt(inner)
		}
	case *ast.ExprStmt:
		call, ok := ast.Unparen(s.X).(*ast.CallExpr)
		if !ok || w.u.Info.Types[call.Fun].IsType() || !w.endsInError(call) || w.harmless(call) {
			break
		}
		_, blanks := w.values(call)
		return fmt.Sprintf("%sif %serr%s := %s; err%s != nil { %sFail(err%s); return }\n", w.directive(s.Pos()), blanks, mark, w.text(call), mark, w.rt(), mark)
	}
	return w.directive(s.Pos()) + w.text(s) + "\n"
}

// values is the number of a call's results, and blanks for all but the last.
func (w *writer) values(call *ast.CallExpr) (int, string) {
	if t, ok := w.typeOf(call).(*types.Tuple); ok {
		return t.Len(), strings.Repeat("_, ", max(0, t.Len()-1))
	}
	return 1, ""
}

// harmless calls are those whose error nobody ever looks at.
func (w *writer) harmless(call *ast.CallExpr) bool {
	fn := w.callee(call)
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "fmt" && strings.Contains(fn.Name(), "rint")
}

// endsInError says whether the call's last result is an error.
func (w *writer) endsInError(call *ast.CallExpr) bool {
	t := w.typeOf(call)
	if tuple, ok := t.(*types.Tuple); ok {
		if tuple.Len() == 0 {
			return false
		}
		t = tuple.At(tuple.Len() - 1).Type()
	}
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// varDecl writes a var statement: the variables begin anew.
func (w *writer) varDecl(g *ast.GenDecl) string {
	var b strings.Builder
	for _, spec := range g.Specs {
		v := spec.(*ast.ValueSpec)
		b.WriteString(w.directive(v.Pos()))
		if len(v.Values) == 0 {
			for _, id := range v.Names {
				if id.Name == "_" {
					continue
				}
				at := w.pointer(id)
				fmt.Fprintf(&b, "*%s = %s\n", at, w.zero(w.u.Info.Defs[id].Type()))
				if _, copy := w.copyOf(id); copy != "" {
					fmt.Fprintf(&b, "%s = *%s\n", copy, at)
				}
			}
			continue
		}
		b.WriteString(w.initialise(v))
	}
	return b.String()
}

// zero is the zero value of a variable.
func (w *writer) zero(t types.Type) string {
	text := mustType(w, t, token.NoPos)
	if !agree.Incomplete(t) {
		return "*new(" + text + ")"
	}
	w.zeros++
	name := fmt.Sprintf("%szero%s%d", export, mark, w.zeros)
	fmt.Fprintf(&w.head, "var %s %s\n", name, text)
	return name
}

// pointer is the storage of the session variable that an identifier declares.
func (w *writer) pointer(id *ast.Ident) string {
	_, v := w.u.Lookup(w.u.Info.Defs[id])
	if v == nil {
		fail(w.fset.Position(id.Pos()), "internal error: %s is no session variable", id.Name)
	}
	return w.storage(&sessionVar{v, w.u})
}

// initialise writes names = values. The blank identifier takes any value that has a type.
func (w *writer) initialise(v *ast.ValueSpec) string {
	if text, ok := w.fill(v); ok {
		return text
	}
	var lhs []string
	for _, id := range v.Names {
		if id.Name == "_" {
			lhs = append(lhs, "_")
			continue
		}
		lhs = append(lhs, "*"+w.pointer(id))
	}
	first, last := v.Values[0], v.Values[len(v.Values)-1]
	rhs := ""
	switch {
	case len(v.Values) == 1 && len(v.Names) == 2 && w.isRecv(first):
		rhs = fmt.Sprintf("%sRecv2(%s)", w.rt(), w.text(ast.Unparen(first).(*ast.UnaryExpr).X))
	case v.Type != nil && len(v.Values) == len(v.Names):
		var out []string
		for i, x := range v.Values {
			text := w.text(x)
			if v.Names[i].Name == "_" {
				text = "(" + w.text(v.Type) + ")(" + text + ")"
			}
			out = append(out, text)
		}
		rhs = strings.Join(out, ", ")
	default:
		rhs = w.between(w.at(first.Pos()), w.at(last.End()), exprs(v.Values)...)
	}
	text := strings.Join(lhs, ", ") + " = " + rhs + "\n"
	for _, id := range v.Names {
		if name, copy := w.copyOf(id); copy != "" {
			text += fmt.Sprintf("%s = *%s\n", copy, export+name)
		}
	}
	return text
}

// fill writes name = T{…} field by field, if a T may be neither in the heap nor on the stack.
func (w *writer) fill(v *ast.ValueSpec) (string, bool) {
	if len(v.Names) != 1 || v.Names[0].Name == "_" {
		return "", false
	}
	t := w.u.Info.Defs[v.Names[0]].Type()
	lit, ok := ast.Unparen(v.Values[0]).(*ast.CompositeLit)
	if !ok || !agree.Incomplete(t) {
		return "", false
	}
	paths, ok := w.elements(lit)
	if !ok {
		return "", false
	}
	at := w.pointer(v.Names[0])
	text := fmt.Sprintf("*%s = %s\n", at, w.zero(t))
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		text += w.directive(e.Pos()) + w.through("(*"+at+")", true, t, paths[i], e.Pos()) + " = " + w.text(e) + "\n"
	}
	return text, true
}

// result hands the last expression's values to the session.
func (w *writer) result(e ast.Expr) string {
	tv := w.u.Info.Types[e]
	at := w.directive(e.Pos())
	call, isCall := ast.Unparen(e).(*ast.CallExpr)
	switch {
	case tv.IsVoid():
		return at + w.text(e) + "\n"
	case tv.IsBuiltin() || tv.IsType():
		fail(w.fset.Position(e.Pos()), "this expression is no value")
	case !isCall || w.u.Info.Types[call.Fun].IsType() || !w.endsInError(call):
		return fmt.Sprintf("%s%sResult(%s)\n", at, w.rt(), w.text(e))
	case w.harmless(call):
		return at + w.text(e) + "\n"
	}
	n, _ := w.values(call)
	var names []string
	for i := range n - 1 {
		names = append(names, fmt.Sprintf("v%s%d", mark, i))
	}
	fail := fmt.Sprintf("if err%s != nil { %sFail(err%s); return }", mark, w.rt(), mark)
	if n == 1 {
		return fmt.Sprintf("%sif err%s := %s; err%s != nil { %sFail(err%s); return }\n", at, mark, w.text(e), mark, w.rt(), mark)
	}
	vs := strings.Join(names, ", ")
	return fmt.Sprintf("%s{ %s, err%s := %s; %s; %sResult(%s) }\n", at, vs, mark, w.text(e), fail, w.rt(), vs)
}
