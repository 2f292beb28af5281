package lower

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"strconv"
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
		return f.funcLit(e)
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

// constant writes a constant of a type.
func (f *writer) constant(v constant.Value, t types.Type) string {
	t = types.Default(f.subst(t))
	b, ok := t.Underlying().(*types.Basic)
	if !ok { // an interface: the default type
		switch v.Kind() {
		case constant.Bool:
			b = types.Typ[types.Bool]
		case constant.String:
			b = types.Typ[types.String]
		case constant.Int:
			b = types.Typ[types.Int]
		case constant.Float:
			b = types.Typ[types.Float64]
		default:
			b = types.Typ[types.Complex128]
		}
		t = b
	}
	lit := constantText(v, b)
	tt := f.typ(t)
	switch tt {
	case "int", "string", "bool":
		return lit
	case "float64":
		if strings.HasPrefix(lit, "-") || strings.ContainsAny(lit, ".e") {
			return "float64(" + lit + ")"
		}
		return lit
	}
	return tt + "(" + lit + ")"
}

func constantText(v constant.Value, b *types.Basic) string {
	switch {
	case b.Info()&types.IsBoolean != 0:
		return strconv.FormatBool(constant.BoolVal(v))
	case b.Info()&types.IsString != 0:
		return strconv.Quote(constant.StringVal(v))
	case b.Info()&types.IsInteger != 0, b.Kind() == types.UnsafePointer:
		s := constant.ToInt(v).ExactString()
		if strings.HasPrefix(s, "-") {
			return "(" + s + ")"
		}
		return s
	case b.Info()&types.IsFloat != 0:
		x, _ := constant.Float64Val(v)
		return floatText(x)
	}
	c := constant.ToComplex(v)
	re, _ := constant.Float64Val(constant.Real(c))
	im, _ := constant.Float64Val(constant.Imag(c))
	return "complex(" + floatText(re) + ", " + floatText(im) + ")"
}

func floatText(x float64) string {
	s := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") && !math.IsInf(x, 0) {
		s += ".0"
	}
	if x < 0 {
		return "(" + s + ")"
	}
	return s
}

func (f *writer) ident(e *ast.Ident) string {
	o := f.info.ObjectOf(e)
	switch o := o.(type) {
	case *types.Var:
		return f.variableName(o)
	case *types.Func:
		if o.Signature().TypeParams().Len() > 0 {
			return f.instance(e)
		}
		return f.function0(o)
	case *types.Nil:
		return "nil"
	case *types.TypeName:
		return f.typ(o.Type())
	}
	f.no(e, e.Name, "not known to the lowering")
	return ""
}

// variableName is a local, session or package variable.
func (f *writer) variableName(o *types.Var) string {
	if o.Pkg() != nil && o.Parent() == o.Pkg().Scope() {
		if !f.session(o) {
			return f.pkg(o.Pkg().Path()) + "." + o.Name()
		}
		return f.mention(f.name(o))
	}
	if n := f.unit.Name(o); n != "" {
		return f.mention(n)
	}
	return f.local(o)
}

// function0 is a function that is not generic, as a value or callee.
func (f *writer) function0(o *types.Func) string {
	if f.library.owns(o) {
		return f.libraryFunc(o, nil)
	}
	if !f.session(o) {
		return f.pkg(o.Pkg().Path()) + "." + o.Name()
	}
	return f.mention(f.name(o))
}

func (f *writer) selector(e *ast.SelectorExpr) string {
	if id, ok := e.X.(*ast.Ident); ok {
		if _, ok := f.info.Uses[id].(*types.PkgName); ok {
			return f.qualified(e)
		}
	}
	s := f.info.Selections[e]
	if s == nil {
		return f.qualified(e)
	}
	switch s.Kind() {
	case types.FieldVal:
		text, _ := f.path(e.X, s)
		return text
	case types.MethodVal:
		return f.methodValue(e, s)
	}
	return f.methodExpr(e, s)
}

func (f *writer) qualified(e *ast.SelectorExpr) string {
	switch o := f.info.Uses[e.Sel].(type) {
	case *types.Func:
		if o.Signature().TypeParams().Len() > 0 {
			return f.instance(e)
		}
		return f.function0(o)
	case *types.TypeName:
		return f.typ(o.Type())
	default:
		return f.pkg(o.Pkg().Path()) + "." + o.Name()
	}
}

// path writes the way from x along a selection's fields. For a method it ends at
// the embedded field that has it. The type is that of the text.
func (f *writer) path(x ast.Expr, s *types.Selection) (string, types.Type) {
	text, t := f.operand(x), f.typeOf(x)
	idx := f.indexPath(s, t)
	if s.Kind() != types.FieldVal {
		idx = idx[:len(idx)-1]
	}
	for _, i := range idx {
		u := f.underlying(t)
		if p, ok := u.(*types.Pointer); ok {
			t = p.Elem()
			u = f.underlying(t)
		}
		st, ok := u.(*types.Struct)
		if !ok {
			f.no(x, "a field of "+t.String(), "not known to the lowering")
		}
		if n, ok := types.Unalias(t).(*types.Named); ok && !f.ours(n) {
			text += "." + st.Field(i).Name()
		} else {
			text += "." + fieldName(st, i)
		}
		t = st.Field(i).Type()
	}
	return text, f.subst(t)
}

// indexPath is the selection's path; in an instance it is looked up again, since a
// type parameter's methods are those of the argument.
func (f *writer) indexPath(s *types.Selection, t types.Type) []int {
	if _, ok := types.Unalias(derefType(s.Recv())).(*types.TypeParam); !ok {
		return s.Index()
	}
	_, idx, _ := types.LookupFieldOrMethod(t, true, s.Obj().Pkg(), s.Obj().Name())
	if idx == nil {
		return s.Index()
	}
	return idx
}

func derefType(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// operand writes x so that a selector or index can follow.
func (f *writer) operand(x ast.Expr) string {
	text := f.expr(x)
	switch ast.Unparen(x).(type) {
	case *ast.StarExpr, *ast.UnaryExpr, *ast.BinaryExpr, *ast.CompositeLit, *ast.FuncLit:
		return "(" + text + ")"
	}
	return text
}

func (f *writer) index(e *ast.IndexExpr) string {
	if tv := f.info.Types[e.X]; tv.IsType() || isGenericFunc(f.info, e.X) {
		if tv.IsType() {
			return f.typ(f.typeOf(e))
		}
		return f.instance(e.X)
	}
	xt := f.typeOf(e.X)
	x := f.operand(e.X)
	if m, ok := f.underlying(xt).(*types.Map); ok {
		return x + "[" + f.conv(e.Index, m.Key()) + "]"
	}
	i := f.expr(e.Index)
	if f.checks() && (f.info.Types[e.Index].Value == nil || !isArray(xt)) {
		if simple(e.X) {
			if t := f.typ(f.typeOf(e.Index)); t != "int" {
				i = "int(" + i + ")"
			}
			return x + "[parago۰.Index(" + i + ", len(" + x + "))]"
		}
	}
	return x + "[" + i + "]"
}

func isArray(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Array:
		return true
	case *types.Pointer:
		return isArray(t.Elem())
	}
	return false
}

func isGenericFunc(info *types.Info, e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		_, ok := info.Instances[e]
		return ok
	case *ast.SelectorExpr:
		_, ok := info.Instances[e.Sel]
		return ok
	}
	return false
}

func (f *writer) slice(e *ast.SliceExpr) string {
	x := f.operand(e.X)
	low, high, limit := "", "", ""
	if e.Low != nil {
		low = f.expr(e.Low)
	}
	if e.High != nil {
		high = f.expr(e.High)
	}
	if e.Slice3 {
		limit = ":" + f.expr(e.Max)
	}
	if f.checksSlices() && !e.Slice3 && simple(e.X) && (e.High == nil || simple(e.High)) && (low != "" || high != "") {
		low = f.checkedLow(e, x, low, high)
	}
	return x + "[" + low + ":" + high + limit + "]"
}

// checkedLow is the low index of a slice expression, behind a check of both.
func (f *writer) checkedLow(e *ast.SliceExpr, x, low, high string) string {
	size := "cap(" + x + ")"
	what := "capacity"
	if _, ok := f.underlying(f.typeOf(e.X)).(*types.Slice); !ok {
		size, what = "len("+x+")", "length"
	}
	if low == "" {
		low = "0"
	}
	if high == "" {
		high = "len(" + x + ")"
	}
	return fmt.Sprintf("parago۰.Low(int(%s), int(%s), %s, %q)", low, high, size, what)
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
		if _, ok := f.underlying(f.typeOf(x.X)).(*types.Pointer); ok { // to an array
			return "&(*" + f.operand(x.X) + ")[" + f.expr(x.Index) + "]"
		}
	}
	return e.Op.String() + f.grouped(e.X)
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

// receive writes <-c by way of a variable: the interpreter loses the value of a receive
// that stands in a condition or a return.
func (f *writer) receive(e *ast.UnaryExpr) string {
	ct := f.typeOf(e.X)
	h := "recv۰" + mangle(f.typ(ct))
	return f.helper(h, func(w *writer) string {
		elem := f.underlying(ct).(*types.Chan).Elem()
		return fmt.Sprintf("func %s(c %s) %s { var v %s = <-c; return v }", h, w.typ(ct), w.typ(elem), w.typ(elem))
	}) + "(" + f.expr(e.X) + ")"
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

func (f *writer) composite(e *ast.CompositeLit) string {
	t := f.typeOf(e)
	amp := ""
	if p, ok := f.underlying(t).(*types.Pointer); ok {
		amp, t = "&", f.subst(p.Elem())
	}
	text := f.typ(t) + "{"
	u := f.underlying(t)
	native := false
	if n, ok := types.Unalias(t).(*types.Named); ok && !f.ours(n) {
		native = true
	}
	var items []string
	for i, el := range e.Elts {
		items = append(items, f.element(el, i, u, native))
	}
	return amp + text + strings.Join(items, ", ") + "}"
}

func (f *writer) element(el ast.Expr, i int, u types.Type, native bool) string {
	kv, keyed := el.(*ast.KeyValueExpr)
	switch u := u.(type) {
	case *types.Struct:
		name := func(i int) string {
			if native {
				return u.Field(i).Name()
			}
			return fieldName(u, i)
		}
		if !keyed {
			return name(i) + ": " + f.conv(el, u.Field(i).Type())
		}
		for j := range u.NumFields() {
			if u.Field(j).Name() == kv.Key.(*ast.Ident).Name {
				return name(j) + ": " + f.conv(kv.Value, u.Field(j).Type())
			}
		}
	case *types.Map:
		return f.conv(kv.Key, u.Key()) + ": " + f.conv(kv.Value, u.Elem())
	case *types.Slice:
		return f.indexed(el, kv, u.Elem())
	case *types.Array:
		return f.indexed(el, kv, u.Elem())
	}
	f.no(el, "this composite literal", "not known to the lowering")
	return ""
}

func (f *writer) indexed(el ast.Expr, kv *ast.KeyValueExpr, elem types.Type) string {
	if kv == nil {
		return f.conv(el, elem)
	}
	return f.info.Types[kv.Key].Value.ExactString() + ": " + f.conv(kv.Value, elem)
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
