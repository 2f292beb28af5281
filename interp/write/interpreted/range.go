package interpreted

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

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
		f.rangeChan(s, label)
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
		f.out("for range %s {", x)
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
	f.checkStop()
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
