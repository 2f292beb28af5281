package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// forStmt writes a loop. Its variables stand before it, since the interpreter's own
// are copies that the body cannot change; if the body keeps them (in a literal, by
// address), each round has its own.
func (f *writer) forStmt(s *ast.ForStmt, label string) {
	t := &target{label: label, loop: true}
	kept := f.keptVars(s)
	f.out("{")
	if s.Init != nil {
		f.stmt(s.Init, "")
	}
	if len(kept) > 0 {
		f.perRound(s, t, kept)
	} else {
		f.out("\nfor ;")
		if s.Cond != nil {
			f.out(" %s", f.expr(s.Cond))
		}
		f.out(";")
		post := f.post(s.Post)
		t.mustCont = post == "" && s.Post != nil
		if post != "" {
			f.out(" %s", post)
		}
		f.out(" {")
		f.loopBody(s.Body, t)
		if t.mustCont {
			f.stmt(s.Post, "")
		}
		f.out("\n}")
	}
	f.after(t)
	f.out("\n}")
}

// post writes a simple post statement, "" if it needs more than one statement.
func (f *writer) post(s ast.Stmt) string {
	switch s := s.(type) {
	case *ast.IncDecStmt:
		return f.lvalue(s.X) + s.Tok.String()
	case *ast.AssignStmt:
		if s.Tok != token.ASSIGN {
			return f.lvalue(s.Lhs[0]) + " " + s.Tok.String() + " " + f.expr(s.Rhs[0])
		}
		if len(s.Lhs) == 1 {
			return f.lvalue(s.Lhs[0]) + " = " + f.conv(s.Rhs[0], f.lhsType(s.Lhs[0], s.Rhs[0]))
		}
	case *ast.ExprStmt:
		return f.expr(s.X)
	}
	return ""
}

// loopBody writes the body and, where a branch goes there, the label at its end.
func (f *writer) loopBody(body *ast.BlockStmt, t *target) {
	if len(body.List) == 0 {
		f.out("\n_ = 0") // the interpreter ends a function at an empty body
	}
	f.push(t)
	f.block(body.List)
	f.pop()
	if t.usedCont {
		f.out("\n%s: {}", t.cont)
	}
}

// perRound writes for i۰h := …; cond; post { i := i۰h; body; i۰h = i }.
func (f *writer) perRound(s *ast.ForStmt, t *target, kept []*types.Var) {
	var heads []string
	for _, v := range kept {
		heads = append(heads, f.local(v))
	}
	f.out("\nfor ;")
	if s.Cond != nil {
		f.out(" %s", f.expr(s.Cond))
	}
	f.out("; {")
	for i, v := range kept {
		f.vars[v] = f.temp(v.Name())
		f.out("\nvar %s %s = %s", f.vars[v], f.typ(v.Type()), heads[i])
	}
	t.mustCont = true
	f.loopBody(s.Body, t)
	for i, v := range kept {
		f.out("\n%s = %s", heads[i], f.vars[v])
		f.vars[v] = heads[i]
	}
	if s.Post != nil {
		f.stmt(s.Post, "")
	}
	f.out("\n}")
}

// keptVars are the loop's variables that something in it can keep.
func (f *writer) keptVars(s *ast.ForStmt) []*types.Var {
	a, ok := s.Init.(*ast.AssignStmt)
	if !ok || a.Tok != token.DEFINE {
		return nil
	}
	var kept []*types.Var
	for _, l := range a.Lhs {
		id := l.(*ast.Ident)
		v, ok := f.info.Defs[id].(*types.Var)
		if !ok || id.Name == "_" || f.isSessionVar(v) {
			continue
		}
		if f.keeps(s.Body, v) {
			kept = append(kept, v)
		}
		for _, n := range []ast.Node{s.Cond, s.Post} {
			if !isNilNode(n) && f.keeps(n, v) {
				f.no(n, "a closure over "+v.Name()+" in the head of a loop", "each round has its own "+v.Name())
			}
		}
	}
	return kept
}

func isNilNode(n ast.Node) bool {
	switch n := n.(type) {
	case ast.Expr:
		return n == nil
	case ast.Stmt:
		return n == nil
	}
	return true
}

// keeps says whether code in n can keep v beyond the round: a literal mentions it, or
// its address is taken.
func (f *writer) keeps(n ast.Node, v *types.Var) (yes bool) {
	mentions := func(n ast.Node) bool {
		found := false
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && f.info.Uses[id] == v {
				found = true
			}
			return !found
		})
		return found
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			yes = yes || mentions(n)
			return false
		case *ast.UnaryExpr:
			if n.Op == token.AND && mentions(n.X) {
				yes = true
			}
		case *ast.SliceExpr:
			if isArray(f.typeOf(n.X)) && mentions(n.X) {
				yes = true
			}
		case *ast.SelectorExpr:
			if f.takesAddress(n) && mentions(n.X) {
				yes = true
			}
		case *ast.DeferStmt, *ast.GoStmt:
			yes = yes || mentions(n)
		case *ast.RangeStmt:
			if _, ok := f.underlying(f.typeOf(n.X)).(*types.Signature); ok {
				yes = yes || mentions(n)
			}
		}
		return !yes
	})
	return yes
}

// takesAddress says whether x.M takes the address of x for its receiver.
func (f *writer) takesAddress(n *ast.SelectorExpr) bool {
	s := f.info.Selections[n]
	if s == nil || s.Kind() != types.MethodVal || isInterface(f.typeOf(n.X)) {
		return false
	}
	_, isPtr := f.underlying(f.typeOf(n.X)).(*types.Pointer)
	recv := s.Obj().(*types.Func).Signature().Recv()
	_, ptrMethod := types.Unalias(recv.Type()).(*types.Pointer)
	return ptrMethod && !isPtr
}

// rangeStmt writes a range loop by what it ranges over.
func (f *writer) rangeStmt(s *ast.RangeStmt, label string) {
	if _, ok := s.Value.(*ast.Ident); s.Tok == token.ASSIGN && s.Value != nil && !ok {
		f.no(s.Value, "a range that assigns to an element", "its index would be the new one")
	}
	u := f.underlying(f.typeOf(s.X))
	if tp, ok := types.Unalias(f.info.Types[s.X].Type).(*types.TypeParam); ok {
		u = f.underlying(f.subst(tp))
	}
	switch u := u.(type) {
	case *types.Basic:
		if u.Info()&types.IsInteger != 0 {
			f.rangeInt(s, label)
			return
		}
		f.rangeString(s, label)
	case *types.Slice:
		f.rangeNative(s, label, types.Typ[types.Int], u.Elem())
	case *types.Array:
		f.rangeNative(s, label, types.Typ[types.Int], u.Elem())
	case *types.Pointer:
		f.rangeNative(s, label, types.Typ[types.Int], f.underlying(u.Elem()).(*types.Array).Elem())
	case *types.Map:
		f.rangeNative(s, label, u.Key(), u.Elem())
	case *types.Chan:
		f.rangeNative(s, label, u.Elem(), nil)
	case *types.Signature:
		f.rangeFunc(s, label, u)
	default:
		f.no(s, "this range", "not known to the lowering")
	}
}

// rangeNative ranges with variables of our own and hands them to the user's.
func (f *writer) rangeNative(s *ast.RangeStmt, label string, kt, vt types.Type) {
	t := &target{label: label, loop: true}
	x := f.temp("x") // evaluated once
	key, val := f.rangeName(s.Key), f.rangeName(s.Value)
	f.out("{ var %s %s = %s; ", x, f.typ(f.typeOf(s.X)), f.expr(s.X))
	if p, ok := f.underlying(f.typeOf(s.X)).(*types.Pointer); ok && val == "" { // it may be nil
		f.out("_ = %s; ", x)
		x = fmt.Sprintf("make([]bool, %d)", f.underlying(p.Elem()).(*types.Array).Len())
	}
	switch {
	case key == "" && val == "":
		if vt == nil || isChan(f.underlying(f.typeOf(s.X))) {
			k := f.temp("k")
			f.out("for %s := range %s { _ = %s", k, x, k)
		} else {
			f.out("for range %s {", x)
		}
	case val == "":
		f.out("for %s := range %s {", key, x)
	case key == "":
		f.out("for _, %s := range %s {", val, x)
	default:
		f.out("for %s, %s := range %s {", key, val, x)
	}
	f.rangeVars(s, key, val, kt, vt)
	f.loopBody(s.Body, t)
	f.out("\n}")
	f.after(t)
	f.out("\n}")
}

// rangeString decodes the string rune by rune: the interpreter loses count where it is
// no UTF-8.
func (f *writer) rangeString(s *ast.RangeStmt, label string) {
	t := &target{label: label, loop: true}
	x, at, next, r := f.temp("s"), f.temp("i"), f.temp("i"), f.temp("r")
	f.out("{ var %s string = string(%s); var %s int = 0; for ; %s < len(%s); {", x, f.expr(s.X), next, next, x)
	f.out(" var %s int = %s; %s, n := parago۰.Rune(%s, %s); %s += n; _ = %s", at, next, r, x, next, next, r)
	key, val := "", ""
	if f.rangeName(s.Key) != "" {
		key = at
	}
	if f.rangeName(s.Value) != "" {
		val = r
	}
	f.out(";")
	f.rangeVars(s, key, val, types.Typ[types.Int], types.Typ[types.Int32])
	f.loopBody(s.Body, t)
	f.out("\n}")
	f.after(t)
	f.out("\n}")
}

func isChan(t types.Type) bool { _, ok := t.(*types.Chan); return ok }

// rangeName is a name of our own for a range variable, "" if there is none.
func (f *writer) rangeName(e ast.Expr) string {
	if e == nil {
		return ""
	}
	if id, ok := e.(*ast.Ident); ok && id.Name == "_" {
		return ""
	}
	return f.temp("e")
}

// rangeVars sets the user's variables at the start of a round.
func (f *writer) rangeVars(s *ast.RangeStmt, key, val string, kt, vt types.Type) {
	set := func(e ast.Expr, name string, t types.Type) {
		if name == "" {
			return
		}
		to := t
		if s.Tok == token.ASSIGN {
			to = f.typeOf(e)
		}
		f.out(" ")
		f.store(e, f.convText(name, t, to), s.Tok == token.DEFINE)
	}
	set(s.Key, key, kt)
	set(s.Value, val, vt)
}

// rangeInt counts.
func (f *writer) rangeInt(s *ast.RangeStmt, label string) {
	t := &target{label: label, loop: true}
	it := types.Default(f.typeOf(s.X))
	if s.Key != nil {
		if kt := f.typeOf(s.Key); kt != types.Typ[types.Invalid] {
			it = kt
		}
	}
	i, n := f.temp("i"), f.temp("n")
	tt := f.typ(it)
	f.out("{ var %s %s = %s; var %s %s = 0; for ; %s < %s; %s++ {", n, tt, f.conv(s.X, it), i, tt, i, n, i)
	if f.rangeName(s.Key) != "" {
		f.out(" ")
		f.store(s.Key, i, s.Tok == token.DEFINE)
	}
	f.loopBody(s.Body, t)
	f.out("\n}")
	f.after(t)
	f.out("\n}")
}

// States of a range over a function besides the numbers of its exits.
const (
	goesOn    = 0
	returned  = -1
	broken    = -2
	exhausted = -3
)

// rangeFunc calls the function with the body as a literal.
func (f *writer) rangeFunc(s *ast.RangeStmt, label string, sig *types.Signature) {
	yield := f.underlying(sig.Params().At(0).Type()).(*types.Signature)
	fr := &frame{up: f.fn, yield: true, state: f.temp("st"), label: label, results: f.fn.results, sig: f.fn.sig, defers: f.fn.defers}
	var params, names []string
	for i := range yield.Params().Len() {
		n := f.temp("e")
		names = append(names, n)
		params = append(params, n+" "+f.typ(yield.Params().At(i).Type()))
	}
	seq := f.operand(s.X)
	f.out("{ var %s int = 0; %s(func(", fr.state, seq)
	for i, p := range params {
		if i > 0 {
			f.out(", ")
		}
		f.out("%s", p)
	}
	f.out(") bool {")
	key, val := "", ""
	var kt, vt types.Type
	if len(names) > 0 && f.rangeName(s.Key) != "" {
		key, kt = names[0], yield.Params().At(0).Type()
	}
	if len(names) > 1 && f.rangeName(s.Value) != "" {
		val, vt = names[1], yield.Params().At(1).Type()
	}
	up := f.fn
	f.fn = fr
	f.out("\nif %s != %d { parago۰.Ended(%s) }; ", fr.state, goesOn, fr.state)
	f.rangeVars(s, key, val, kt, vt)
	f.block(s.Body.List)
	f.fn = up
	f.out("\nreturn true })")
	f.out("\nif %s == %d { %s = %d }", fr.state, goesOn, fr.state, exhausted)
	if fr.returns {
		f.out("\nif %s == %d { ", fr.state, returned)
		f.leave(up)
		f.out(" }")
	}
	for i, e := range fr.exits {
		f.out("\nif %s == %d { ", fr.state, i+1)
		f.jump(s, up, e.tok, e.label)
		f.out(" }")
	}
	f.out("\n}")
}

// switchStmt writes an expression switch.
func (f *writer) switchStmt(s *ast.SwitchStmt, label string) {
	t := &target{label: label}
	f.out("{")
	if s.Init != nil {
		f.stmt(s.Init, "")
	}
	tag, tagType := "", types.Type(types.Typ[types.Bool])
	if s.Tag != nil {
		tagType = types.Default(f.typeOf(s.Tag))
		tag = f.temp("t")
		f.out("\nvar %s %s = %s", tag, f.typ(tagType), f.conv(s.Tag, tagType))
	}
	f.out("\nswitch {")
	f.push(t)
	for _, c := range s.Body.List {
		cc := c.(*ast.CaseClause)
		if cc.List == nil {
			f.out("\ndefault:")
		} else {
			f.out("\ncase ")
			for i, e := range cc.List {
				if i > 0 {
					f.out(" || ")
				}
				f.out("%s", f.caseCond(tag, tagType, e))
			}
			f.out(":")
		}
		f.block(cc.Body)
	}
	f.pop()
	f.out("\n}")
	f.after(t)
	f.out("\n}")
}

func (f *writer) caseCond(tag string, tagType types.Type, e ast.Expr) string {
	if tag == "" {
		return f.expr(e)
	}
	if f.info.Types[e].IsNil() {
		return tag + " == nil"
	}
	if isInterface(tagType) || isInterface(f.typeOf(e)) {
		a := types.NewInterfaceType(nil, nil)
		return fmt.Sprintf("parago۰.Equal(%s, %s)", f.convText(tag, tagType, a), f.conv(e, a))
	}
	return "(" + tag + " == " + f.conv(e, tagType) + ")"
}

// typeSwitch asks which case fits, then takes the value out.
func (f *writer) typeSwitch(s *ast.TypeSwitchStmt, label string) {
	t := &target{label: label}
	f.out("{")
	if s.Init != nil {
		f.stmt(s.Init, "")
	}
	var x ast.Expr
	named := false
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		x = a.X.(*ast.TypeAssertExpr).X
	case *ast.AssignStmt:
		x, named = a.Rhs[0].(*ast.TypeAssertExpr).X, true
	}
	xt := f.typeOf(x)
	v, n := f.temp("x"), f.temp("n")
	f.out("\nvar %s %s = %s; var %s int = parago۰.Case(%s", v, f.typ(xt), f.expr(x), n, v)
	for _, c := range s.Body.List {
		if l := c.(*ast.CaseClause).List; l != nil {
			f.out(", %q", f.caseKey(l))
		}
	}
	f.out(")\nswitch {")
	f.push(t)
	i := 0
	for _, c := range s.Body.List {
		cc := c.(*ast.CaseClause)
		if cc.List == nil {
			f.out("\ndefault:")
		} else {
			f.out("\ncase %s == %d:", n, i)
			i++
		}
		if named {
			f.caseVar(cc, v, xt)
		}
		f.block(cc.Body)
	}
	f.pop()
	f.out("\n}")
	f.after(t)
	f.out("\n}")
}

func (f *writer) caseKey(list []ast.Expr) string {
	s := ""
	for i, e := range list {
		if i > 0 {
			s += "|"
		}
		if f.info.Types[e].IsNil() {
			s += "nil"
		} else {
			s += f.key(f.typeOf(e))
		}
	}
	return s
}

// caseVar declares the variable of a type switch in one clause.
func (f *writer) caseVar(cc *ast.CaseClause, x string, xt types.Type) {
	o, ok := f.info.Implicits[cc].(*types.Var)
	if !ok {
		return
	}
	t := f.subst(o.Type())
	name := f.local(o)
	if len(cc.List) == 1 && !f.info.Types[cc.List[0]].IsNil() {
		f.out(" var %s %s; parago۰.Unbox(%s, %q, &%s); _ = %s", name, f.typ(t), x, f.key(t), name, name)
		return
	}
	f.out(" var %s %s = %s; _ = %s", name, f.typ(t), f.convText(x, xt, t), name)
}

// selectStmt writes a select with variables of our own.
func (f *writer) selectStmt(s *ast.SelectStmt, label string) {
	t := &target{label: label, sel: true}
	f.out("{ ")
	var clauses []func()
	for _, c := range s.Body.List {
		clauses = append(clauses, f.comm(c.(*ast.CommClause)))
	}
	f.out("\nselect {")
	f.push(t)
	for i, c := range s.Body.List {
		clauses[i]()
		f.block(c.(*ast.CommClause).Body)
	}
	f.pop()
	f.out("\n}")
	f.after(t)
	f.out("\n}")
}

// comm evaluates the operands of a clause and returns what writes its head.
func (f *writer) comm(c *ast.CommClause) func() {
	operand := func(e ast.Expr, t types.Type) string {
		v := f.temp("c")
		f.out("var %s %s = %s; ", v, f.typ(t), f.conv(e, t))
		return v
	}
	recv := func(e ast.Expr) (string, types.Type) {
		u := ast.Unparen(e).(*ast.UnaryExpr)
		ct := f.typeOf(u.X)
		return operand(u.X, ct), f.underlying(ct).(*types.Chan).Elem()
	}
	switch m := c.Comm.(type) {
	case nil:
		return func() { f.out("\ndefault:") }
	case *ast.SendStmt:
		ct := f.typeOf(m.Chan)
		ch := operand(m.Chan, ct)
		v := operand(m.Value, f.underlying(ct).(*types.Chan).Elem())
		return func() { f.out("\ncase %s <- %s:", ch, v) }
	case *ast.ExprStmt:
		ch, _ := recv(m.X)
		return func() { f.out("\ncase <-%s:", ch) }
	case *ast.AssignStmt:
		ch, et := recv(m.Rhs[0])
		return func() {
			v, ok := f.temp("v"), f.temp("ok")
			if len(m.Lhs) == 1 {
				f.out("\ncase %s := <-%s: _ = %s; ", v, ch, v)
			} else {
				f.out("\ncase %s, %s := <-%s: _ = %s; _ = %s; ", v, ok, ch, v, ok)
			}
			for i, l := range m.Lhs {
				name, t := v, et
				if i == 1 {
					name, t = ok, types.Typ[types.Bool]
				}
				to := t
				if m.Tok == token.ASSIGN {
					to = f.lhsType(l, m.Rhs[0])
					if id, isID := l.(*ast.Ident); isID && id.Name == "_" {
						continue
					}
				}
				f.store(l, f.convText(name, t, to), m.Tok == token.DEFINE)
			}
		}
	}
	f.no(c, "this select clause", "not known to the lowering")
	return nil
}
