package interpreted

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// expr writes an expression. Its value has the type that go/types found.
func (f *writer) expr(e ast.Expr) string {
	tv := f.info.Types[e]
	if tv.Value != nil {
		return f.constant(tv.Value, f.typeOf(e))
	}
	if tv.IsNil() {
		return "nil"
	}
	switch e := e.(type) {
	case *ast.Ident:
		return f.ident(e)
	case *ast.ParenExpr:
		return f.grouped(e.X)
	case *ast.BasicLit:
		return e.Value
	case *ast.FuncLit:
		return f.ownLit(e)
	case *ast.CompositeLit:
		return f.composite(e)
	case *ast.SelectorExpr:
		return f.selector(e)
	case *ast.IndexExpr:
		return f.index(e)
	case *ast.IndexListExpr:
		return f.instance(e.X)
	case *ast.SliceExpr:
		return f.slice(e)
	case *ast.TypeAssertExpr:
		return f.assertion(e, false)
	case *ast.CallExpr:
		return f.call(e)
	case *ast.StarExpr:
		return "*" + f.expr(e.X)
	case *ast.UnaryExpr:
		return f.unary(e)
	case *ast.BinaryExpr:
		return f.binary(e)
	}
	f.no(e, fmt.Sprintf("%T", e), "not known to the lowering")
	return ""
}

func (f *writer) unary(e *ast.UnaryExpr) string {
	if e.Op == token.AND {
		if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok {
			if _, ok := f.underlying(f.typeOf(lit)).(*types.Struct); !ok {
				// The interpreter takes the address of struct literals only.
				t := f.typ(f.typeOf(lit))
				return "func() *" + t + " { v := " + f.composite(lit) + "; return &v }()"
			}
			return "&" + f.composite(lit)
		}
	}
	if e.Op == token.ARROW {
		return f.receive(e)
	}
	if x, ok := ast.Unparen(e.X).(*ast.IndexExpr); ok && e.Op == token.AND {
		_, ok := f.underlying(f.typeOf(x.X)).(*types.Pointer) // to an array
		array := ""
		if ok {
			array = f.operand(x.X)
		}
		switch {
		case ok && f.info.Types[x.Index].Value != nil:
			return "&(*" + array + ")[" + f.expr(x.Index) + "]"
		case ok && simple(x.X):
			return fmt.Sprintf("&(*%s)[parago۰.Index(%s, len(%[1]s))]", array, f.bound(x.Index))
		}
	}
	if e.Op == token.AND {
		return addressOf(f.grouped(ast.Unparen(e.X)))
	}
	return e.Op.String() + f.grouped(e.X)
}

// addressOf writes &x. The interpreter takes no address of what a helper's pointer points to (elementOnce): that is the
// pointer.
func addressOf(x string) string {
	inner := x
	for strings.HasPrefix(inner, "((") && closes(inner) {
		inner = inner[1 : len(inner)-1]
	}
	if strings.HasPrefix(inner, "(*"+onceName) && closes(inner) {
		return inner[2 : len(inner)-1]
	}
	return "&" + x
}

// closes reports whether the parenthesis with which a text begins is closed at its end.
func closes(text string) bool {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i == len(text)-1
			}
		case '"', '\'', '`':
			return false // a literal may have parentheses of its own
		}
	}
	return false
}

// grouped writes x as an operand. A name stands without parentheses: the interpreter loses
// its way where a condition of && or || begins with a name in them.
func (f *writer) grouped(x ast.Expr) string {
	text := f.expr(x)
	if _, ok := ast.Unparen(x).(*ast.Ident); ok && token.IsIdentifier(text) {
		return text
	}
	return "(" + text + ")"
}

func (f *writer) binary(e *ast.BinaryExpr) string {
	xt, yt := f.typeOf(e.X), f.typeOf(e.Y)
	xnil, ynil := f.info.Types[e.X].IsNil(), f.info.Types[e.Y].IsNil()
	if (e.Op == token.EQL || e.Op == token.NEQ) && !xnil && !ynil && (isInterface(xt) || isInterface(yt)) {
		s := f.equal(e.X, e.Y)
		if e.Op == token.NEQ {
			return "!" + s
		}
		return s
	}
	x, y := f.expr(e.X), f.expr(e.Y)
	if a, ok := f.underlying(xt).(*types.Chan); ok && !xnil && !ynil && f.typ(xt) != f.typ(yt) { // of two directions
		t := xt
		if a.Dir() == types.SendRecv {
			t = yt
		}
		x, y = "("+f.typ(t)+")("+x+")", "("+f.typ(t)+")("+y+")"
	}
	switch e.Op {
	case token.SHL, token.SHR:
		if f.info.Types[e.X].Value != nil { // an untyped operand confuses the interpreter
			x = f.typ(xt) + "(" + x + ")"
		}
		return "(" + x + " " + e.Op.String() + " " + y + ")"
	}
	if ynil || xnil {
		return "(" + x + " " + e.Op.String() + " " + y + ")"
	}
	return "(" + x + " " + e.Op.String() + " " + y + ")"
}

// ownLit writes a function literal as a value. When such a function ends, the interpreter
// sets the place where it was made to what was there before. In a loop that place may hold
// the next round's function by then, if the function ran in a goroutine. So
// each round makes it in a call of its own, whose places nobody reads afterwards.
func (f *writer) ownLit(e *ast.FuncLit) string {
	text := f.funcLit(e)
	if !slices.ContainsFunc(f.fn.targets, func(t *target) bool { return t.loop }) {
		return text
	}
	return "func() " + f.typ(f.typeOf(e)) + " { return " + text + " }()"
}

// funcLit writes a function literal.
func (f *writer) funcLit(e *ast.FuncLit) string {
	sig := f.typeOf(e).(*types.Signature)
	return "func" + f.funcRest(e.Type, sig, nil, e.Body)
}

// paramNames are the emitted names of the parameters; the blank and the absent have one too.
func (f *writer) paramNames(ft *ast.FieldList) []string {
	var names []string
	if ft == nil {
		return nil
	}
	for _, fd := range ft.List {
		if len(fd.Names) == 0 {
			names = append(names, f.temp("p"))
		}
		for _, id := range fd.Names {
			if o := f.info.Defs[id]; o != nil && id.Name != "_" {
				names = append(names, f.local(o))
			} else {
				names = append(names, f.temp("p"))
			}
		}
	}
	return names
}
