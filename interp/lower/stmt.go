package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A target is a statement that break and continue can mean.
type target struct {
	label    string
	loop     bool
	sel      bool   // select: the interpreter loses its way when a branch leaves it
	cont     string // label at the end of the loop's body
	brk      string // label after the statement
	mustCont bool   // continue must go to cont: something stands there
	usedCont bool
	usedBrk  bool
}

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
		ch := f.underlying(f.typeOf(s.Chan)).(*types.Chan)
		f.out("%s <- %s", f.expr(s.Chan), f.conv(s.Value, ch.Elem()))
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
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.ARROW {
		f.out("<-%s", f.expr(u.X))
		return
	}
	f.out("%s", f.expr(e))
}

// callStmt is a call whose results nobody wants.
func (f *writer) callStmt(call *ast.CallExpr) string { return f.expr(call) }

func (f *writer) lvalue(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok && id.Name == "_" {
		return "_"
	}
	return f.expr(e)
}

// assign writes = := and op=.
func (f *writer) assign(s *ast.AssignStmt) {
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		f.out("%s %s %s", f.lvalue(s.Lhs[0]), s.Tok, f.expr(s.Rhs[0]))
		return
	}
	if len(s.Rhs) == 1 && len(s.Lhs) > 1 {
		f.assignTuple(s)
		return
	}
	if len(s.Lhs) == 1 {
		f.assignOne(s.Lhs[0], s.Rhs[0], s.Tok == token.DEFINE)
		return
	}
	if s.Tok == token.DEFINE && f.allNew(s.Lhs) {
		for i, l := range s.Lhs { // new names: no right side can mean them
			f.assignOne(l, s.Rhs[i], true)
			f.out("; ")
		}
		return
	}
	lhs := slices.Clone(s.Lhs)
	settle := f.settler(lhs)
	settle.settled(lhs, true)
	var vs []string
	for i, r := range s.Rhs {
		v, t := f.temp("v"), f.lhsType(s.Lhs[i], r)
		f.out("var %s %s = %s; ", v, f.typ(t), f.conv(r, t))
		vs = append(vs, v)
	}
	settle.settled(lhs, false)
	for i, l := range lhs {
		f.store(l, vs[i], s.Tok == token.DEFINE)
	}
}

func (f *writer) isNew(l ast.Expr) bool {
	id, ok := l.(*ast.Ident)
	return ok && (id.Name == "_" || f.info.Defs[id] != nil)
}

func (f *writer) allNew(ls []ast.Expr) bool {
	for _, l := range ls {
		if !f.isNew(l) || f.info.Defs[l.(*ast.Ident)] != nil && f.isSessionVar(f.info.Defs[l.(*ast.Ident)]) {
			return false
		}
	}
	return true
}

// lhsType is the type that a right side is converted to.
func (f *writer) lhsType(l, r ast.Expr) types.Type {
	if id, ok := l.(*ast.Ident); ok {
		if id.Name == "_" {
			return types.Default(f.typeOf(r))
		}
		if o := f.info.ObjectOf(id); o != nil {
			return f.subst(o.Type())
		}
	}
	return f.typeOf(l)
}

// assignOne writes l = r or l := r.
func (f *writer) assignOne(l, r ast.Expr, define bool) {
	id, _ := l.(*ast.Ident)
	t := f.lhsType(l, r)
	if id != nil && id.Name == "_" {
		if f.info.Types[r].IsNil() {
			return
		}
		f.out("_ = %s", f.expr(r))
		return
	}
	v := f.conv(r, t)
	if define && f.info.Defs[id] != nil {
		f.define(id, v, t)
		return
	}
	f.out("%s = %s", f.lvalue(l), v)
}

// define declares a local variable, or sets a session variable.
func (f *writer) define(id *ast.Ident, v string, t types.Type) {
	o := f.info.Defs[id].(*types.Var)
	name := f.variableName(o)
	if f.isSessionVar(o) {
		f.out("%s = %s", name, v)
		return
	}
	// With its type: the interpreter's own idea of an expression's type is not always Go's.
	f.out("var %s %s = %s", name, f.typ(t), v)
}

func (f *writer) isSessionVar(o types.Object) bool {
	if f.unit.Name(o) != "" {
		return true
	}
	return o.Pkg() != nil && o.Parent() == o.Pkg().Scope()
}

// store puts text into a new or known variable.
func (f *writer) store(l ast.Expr, text string, define bool) {
	id, ok := l.(*ast.Ident)
	switch {
	case ok && id.Name == "_":
		f.out("_ = %s; ", text)
	case ok && define && f.info.Defs[id] != nil:
		f.define(id, text, f.info.Defs[id].Type())
		f.out("; ")
	default:
		f.out("%s = %s; ", f.lvalue(l), text)
	}
}

// assignTuple writes a, b = f() and the comma-ok forms.
func (f *writer) assignTuple(s *ast.AssignStmt) {
	lhs := slices.Clone(s.Lhs)
	settle := f.settler(lhs)
	settle.settled(lhs, true)
	text, ts := f.tuple(s.Rhs[0])
	var vs []string
	for range s.Lhs {
		vs = append(vs, f.temp("v"))
	}
	for i, l := range s.Lhs {
		if id, ok := l.(*ast.Ident); ok && id.Name == "_" {
			vs[i] = "_"
		}
	}
	if strings.Join(vs, "") == strings.Repeat("_", len(vs)) {
		f.out("%s = %s", strings.Join(vs, ", "), text)
		return
	}
	f.out("%s := %s; ", strings.Join(vs, ", "), text)
	settle.settled(lhs, false)
	for i, l := range lhs {
		if vs[i] != "_" {
			t := ts[i]
			if id, ok := l.(*ast.Ident); !ok || f.info.Defs[id] == nil || s.Tok == token.ASSIGN {
				t = f.lhsType(l, s.Rhs[0])
			}
			f.store(l, f.convText(vs[i], ts[i], t), s.Tok == token.DEFINE)
		}
	}
}

// tuple writes an expression of several values.
func (f *writer) tuple(e ast.Expr) (string, []types.Type) {
	e = ast.Unparen(e)
	boolean := types.Type(types.Typ[types.Bool])
	switch x := e.(type) {
	case *ast.CallExpr:
		var ts []types.Type
		if t, ok := f.typeOf(x).(*types.Tuple); ok {
			for v := range t.Variables() {
				ts = append(ts, v.Type())
			}
		} else {
			ts = append(ts, f.typeOf(x))
		}
		return f.expr(x), ts
	case *ast.TypeAssertExpr:
		return f.assertion(x, true), []types.Type{f.typeOf(x.Type), boolean}
	case *ast.IndexExpr:
		m := f.underlying(f.typeOf(x.X)).(*types.Map)
		return f.operand(x.X) + "[" + f.conv(x.Index, m.Key()) + "]", []types.Type{m.Elem(), boolean}
	case *ast.UnaryExpr:
		return "<-" + f.expr(x.X), []types.Type{f.underlying(f.typeOf(x.X)).(*types.Chan).Elem(), boolean}
	}
	f.no(e, "this assignment", "not known to the lowering")
	return "", nil
}

func (f *writer) declStmt(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return // constants are folded, types written where they are used
	}
	for _, s := range d.Specs {
		v := s.(*ast.ValueSpec)
		f.varSpec(v)
	}
}

func (f *writer) varSpec(v *ast.ValueSpec) {
	if len(v.Values) == 1 && len(v.Names) > 1 {
		var ls []ast.Expr
		for _, n := range v.Names {
			ls = append(ls, n)
		}
		f.tupleVars(v, ls)
		return
	}
	if len(v.Values) > 1 {
		var vs []string
		for i, r := range v.Values {
			t := f.lhsType(v.Names[i], r)
			n := f.temp("v")
			f.out("var %s %s = %s; ", n, f.typ(t), f.conv(r, t))
			vs = append(vs, n)
		}
		for i, n := range v.Names {
			f.store(n, vs[i], true)
		}
		return
	}
	for i, n := range v.Names {
		o := f.info.Defs[n]
		if len(v.Values) > 0 {
			f.assignOne(n, v.Values[i], true)
			f.out("; ")
			continue
		}
		if n.Name == "_" {
			continue
		}
		name := f.variableName(o.(*types.Var))
		if f.isSessionVar(o) {
			z := f.temp("z")
			f.out("var %s %s; %s = %s; ", z, f.typ(o.Type()), name, z)
			continue
		}
		f.out("var %s %s; ", name, f.typ(o.Type()))
	}
}

func (f *writer) tupleVars(v *ast.ValueSpec, ls []ast.Expr) {
	text, ts := f.tuple(v.Values[0])
	var vs []string
	for _, l := range ls {
		if l.(*ast.Ident).Name == "_" {
			vs = append(vs, "_")
			continue
		}
		vs = append(vs, f.temp("v"))
	}
	if strings.Join(vs, "") == strings.Repeat("_", len(vs)) {
		f.out("%s = %s", strings.Join(vs, ", "), text)
		return
	}
	f.out("%s := %s; ", strings.Join(vs, ", "), text)
	for i, l := range ls {
		if vs[i] != "_" {
			f.store(l, f.convText(vs[i], ts[i], f.lhsType(l, v.Values[0])), true)
		}
	}
}

// returnStmt leaves the user's function, through all frames that it has become.
func (f *writer) returnStmt(s *ast.ReturnStmt) {
	fr := f.fn
	if len(s.Results) == 0 {
		f.leave(fr)
		return
	}
	if fr.results == nil && fr.up == nil {
		f.out("return %s", strings.Join(f.returned(s, fr.sig), ", "))
		return
	}
	root := fr
	for root.up != nil {
		root = root.up
	}
	vals := f.returned(s, root.sig)
	f.out("%s = %s; ", strings.Join(root.results, ", "), strings.Join(vals, ", "))
	f.leave(fr)
}

// leave returns from frame fr; the results are in their variables.
func (f *writer) leave(fr *frame) {
	switch {
	case fr.yield:
		fr.returns = true
		f.out("%s = %d; return false", fr.state, returned)
	case fr.scoped || len(fr.results) == 0:
		f.out("return")
	default:
		f.out("return %s", strings.Join(fr.results, ", "))
	}
}

// returned are the results of a return statement, converted.
func (f *writer) returned(s *ast.ReturnStmt, sig *types.Signature) []string {
	var vals []string
	n := sig.Results().Len()
	if len(s.Results) == 1 && n > 1 {
		text, ts := f.tuple(s.Results[0])
		for range ts {
			vals = append(vals, f.temp("v"))
		}
		f.out("%s := %s; ", strings.Join(vals, ", "), text)
		for i := range vals {
			vals[i] = f.convText(vals[i], ts[i], sig.Results().At(i).Type())
		}
		return vals
	}
	for i, r := range s.Results {
		v := f.conv(r, sig.Results().At(i).Type())
		if n > 1 { // in order, and free of the interpreter's own conversions
			t := f.temp("v")
			f.out("var %s %s = %s; ", t, f.typ(sig.Results().At(i).Type()), v)
			v = t
		}
		vals = append(vals, v)
	}
	return vals
}

func (f *writer) branch(s *ast.BranchStmt) {
	label := ""
	if s.Label != nil {
		label = s.Label.Name
	}
	switch s.Tok {
	case token.GOTO:
		for fr := f.fn; fr != nil; fr = fr.up {
			if fr.yield {
				f.no(s, "goto in a range over a function", "it may leave the body")
			}
		}
		f.out("goto %s۰L", label)
	case token.FALLTHROUGH:
		f.out("fallthrough")
	default:
		f.jump(s, f.fn, s.Tok.String(), label)
	}
}

// jump writes break or continue from frame fr.
func (f *writer) jump(s ast.Node, fr *frame, tok, label string) {
	left := false // a select is left on the way
	for i := len(fr.targets) - 1; i >= 0; i-- {
		t := fr.targets[i]
		if label != "" && t.label != label || label == "" && tok == "continue" && !t.loop {
			left = left || t.sel
			continue
		}
		inner := i == len(fr.targets)-1
		switch {
		case tok == "continue" && (t.mustCont || left || !inner):
			t.usedCont = true
			f.out("goto %s", t.cont)
		case tok == "break" && (left || !inner || t.sel):
			t.usedBrk = true
			f.out("goto %s", t.brk)
		default:
			f.out("%s", tok)
		}
		return
	}
	if !fr.yield {
		f.no(s, tok+" "+label, "no statement to leave")
	}
	if label == "" || label == fr.ownLabel() {
		if tok == "break" {
			f.out("%s = %d; return false", fr.state, broken)
		} else {
			f.out("return true")
		}
		return
	}
	fr.exits = append(fr.exits, exit{tok, label})
	f.out("%s = %d; return false", fr.state, len(fr.exits))
}

func (fr *frame) ownLabel() string { return fr.label }

func (f *writer) push(t *target) *target {
	f.fn.targets = append(f.fn.targets, t)
	t.cont, t.brk = f.temp("cont"), f.temp("brk")
	return t
}

func (f *writer) pop() { f.fn.targets = f.fn.targets[:len(f.fn.targets)-1] }

// after writes the label behind a statement, if a branch goes there.
func (f *writer) after(t *target) {
	if t.usedBrk {
		f.out("\n%s: {}", t.brk)
	}
}

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
