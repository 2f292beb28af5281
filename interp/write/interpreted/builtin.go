package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// builtinName is the name of the builtin that a call calls, "" if none.
func (f *writer) builtinName(call *ast.CallExpr) string {
	var id *ast.Ident
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return ""
	}
	if b, ok := f.info.Uses[id].(*types.Builtin); ok {
		return b.Name()
	}
	return ""
}

// builtin writes a call of a predeclared function.
func (f *writer) builtin(e *ast.CallExpr, name string) string {
	if f.spreads(e) != nil {
		f.no(e, name+" of a call with several results", "name the results first")
	}
	arg := func(i int) string { return f.expr(e.Args[i]) }
	switch name {
	case "len", "cap", "real", "imag", "close", "copy":
		var as []string
		for i := range e.Args {
			as = append(as, arg(i))
		}
		return name + "(" + strings.Join(as, ", ") + ")"
	case "complex":
		return "complex(" + arg(0) + ", " + arg(1) + ")"
	case "append":
		return f.appendCall(e)
	case "delete":
		m := f.underlying(f.typeOf(e.Args[0])).(*types.Map)
		return "delete(" + arg(0) + ", " + f.conv(e.Args[1], m.Key()) + ")"
	case "make":
		as := []string{f.typ(f.typeOf(e.Args[0]))}
		for i := range e.Args[1:] {
			as = append(as, arg(i+1))
		}
		if len(as) == 3 && f.info.Types[e.Args[2]].Value == nil { // the interpreter takes any capacity
			t := as[0]
			return "func(n, c int) " + t + " { return make(" + t + ", parago۰.Make(n, c), c) }(int(" + as[1] + "), int(" + as[2] + "))"
		}
		return "make(" + strings.Join(as, ", ") + ")"
	case "new":
		return f.newCall(e)
	case "panic":
		return "parago۰.Panic(" + f.conv(e.Args[0], types.NewInterfaceType(nil, nil)) + ")"
	case "recover":
		if d := f.recovers()[e]; d != "" {
			return d + ".Recover()"
		}
		return "parago۰.Recover()"
	case "print", "println":
		var as []string
		for i, a := range e.Args {
			if t := f.typeOf(a); isInterface(t) {
				f.no(e, name+" of an interface", "it would print other addresses")
			}
			as = append(as, arg(i))
		}
		return "parago۰." + strings.ToUpper(name[:1]) + name[1:] + "(" + strings.Join(as, ", ") + ")"
	case "min", "max":
		return f.minMax(e, name)
	case "clear":
		return f.clearCall(e)
	}
	f.no(e, name, "not known to the lowering")
	return ""
}

func (f *writer) appendCall(e *ast.CallExpr) string {
	st := f.typeOf(e)
	s, ok := f.underlying(st).(*types.Slice)
	if !ok {
		f.no(e, "append", "not known to the lowering")
	}
	first := f.conv(e.Args[0], st)
	if f.info.Types[e.Args[0]].IsNil() {
		first = f.typ(st) + "{}"
	}
	if len(e.Args) == 1 {
		return "(" + first + ")"
	}
	as := []string{first}
	for i, a := range e.Args[1:] {
		if e.Ellipsis.IsValid() && i == len(e.Args)-2 {
			as = append(as, f.expr(a)+"...")
			continue
		}
		as = append(as, f.conv(a, s.Elem()))
	}
	return "append(" + strings.Join(as, ", ") + ")"
}

func (f *writer) newCall(e *ast.CallExpr) string {
	if f.info.Types[e.Args[0]].IsType() {
		return "new(" + f.typ(f.typeOf(e.Args[0])) + ")"
	}
	t := f.typeOf(e).Underlying().(*types.Pointer).Elem()
	tt := f.typ(t)
	return "func(v " + tt + ") *" + tt + " { return &v }(" + f.conv(e.Args[0], t) + ")"
}

func (f *writer) minMax(e *ast.CallExpr, name string) string {
	t := f.typeOf(e)
	h := name + "۰" + mangle(f.typ(t))
	fn := f.helper(h, func(w *writer) string { return minMaxText(h, name, w.typ(t), t) })
	var as []string
	for _, a := range e.Args {
		as = append(as, f.conv(a, t))
	}
	return fn + "(" + strings.Join(as, ", ") + ")"
}

// minMaxText is min or max of one type; a NaN wins, and -0 is below 0.
func minMaxText(h, name, tt string, t types.Type) string {
	op := "<"
	if name == "max" {
		op = ">"
	}
	cond := "x " + op + " r"
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsFloat != 0 {
		zero := "1/x < 1/r"
		if name == "max" {
			zero = "1/x > 1/r"
		}
		cond = "x != x || " + cond + " || x == 0 && r == 0 && " + zero
		return fmt.Sprintf("func %s(r %s, xs ...%s) %s { for _, x := range xs { if r == r && (%s) { r = x } }; return r }", h, tt, tt, tt, cond)
	}
	return fmt.Sprintf("func %s(r %s, xs ...%s) %s { for _, x := range xs { if %s { r = x } }; return r }", h, tt, tt, tt, cond)
}

func (f *writer) clearCall(e *ast.CallExpr) string {
	t := f.typeOf(e.Args[0])
	tt := f.typ(t)
	x := f.expr(e.Args[0])
	switch u := f.underlying(t).(type) {
	case *types.Map:
		_ = u
		return "parago۰.Clear(" + x + ")" // also keys that are not equal to themselves
	case *types.Slice:
		return "func(s " + tt + ") { var z " + f.typ(u.Elem()) + "; for i := range s { s[i] = z } }(" + x + ")"
	}
	f.no(e, "clear", "not known to the lowering")
	return ""
}
