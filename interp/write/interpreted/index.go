package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

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
		if t := f.typ(f.typeOf(e.Index)); t != "int" {
			i = "int(" + i + ")"
		}
		if simple(e.X) {
			return x + "[parago۰.Index(" + i + ", len(" + x + "))]"
		}
		return f.elementOnce(e, x, i)
	}
	return x + "[" + i + "]"
}

// onceName is what the names of such helpers begin with.
const onceName = "at۰"

// elementOnce writes the call of a helper that has an element of what can be evaluated only once: a pointer to
// it, as it may be assigned to, but for that of a string, or of an array that has no address. An array that has one is
// not copied.
func (f *writer) elementOnce(e *ast.IndexExpr, x, i string) string {
	xt := f.typeOf(e.X)
	if _, ok := f.underlying(xt).(*types.Array); ok && f.info.Types[e.X].Addressable() {
		xt, x = types.NewPointer(xt), addressOf(x)
	}
	t := f.typ(xt)
	args := "(" + x + ", " + i + "))"
	value := func(elem types.Type) string {
		return "(" + f.helper(onceName+mangle(t), func(w *writer) string {
			return fmt.Sprintf("func "+onceName+"%s(x %s, i int) %s { return x[parago۰.Index(i, len(x))] }", mangle(t), w.typ(xt), w.typ(elem))
		}) + args
	}
	switch u := f.underlying(xt).(type) {
	case *types.Basic:
		return value(types.Typ[types.Byte])
	case *types.Array:
		return value(u.Elem())
	}
	elem, of := f.typeOf(e), "x"
	if isArray(xt) {
		of = "(*x)"
	}
	return "(*" + f.helper(onceName+mangle(t), func(w *writer) string {
		return fmt.Sprintf("func "+onceName+"%s(x %s, i int) *%s { parago۰.Index(i, len(x)); return &%s[i] }", mangle(t), w.typ(xt), w.typ(elem), of)
	}) + args
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
	low, high, limit := f.bound(e.Low), f.bound(e.High), f.bound(e.Max)
	once := simple(e.X) && (e.High == nil || simple(e.High)) && (e.Max == nil || simple(e.Max))
	switch {
	case low == "" && high == "": // of what is nil, if it is a pointer
		return x + "[:]"
	case once:
		return f.cut(e, x, low, high, limit)
	case !f.copies(f.typeOf(e.X)):
		return f.cutOnce(e, x, low, high, limit)
	}
	if limit != "" {
		limit = ":" + limit
	}
	return x + "[" + low + ":" + high + limit + "]"
}

// copies reports whether a value of a type is copied when it is given away.
func (f *writer) copies(t types.Type) bool {
	_, ok := f.underlying(t).(*types.Array)
	return ok
}

// bound is an index of a slice expression as an int, "" if it is not there.
func (f *writer) bound(e ast.Expr) string {
	switch {
	case e == nil:
		return ""
	case f.info.Types[e].Value != nil || f.typ(f.typeOf(e)) == "int":
		return f.expr(e)
	}
	return "int(" + f.expr(e) + ")"
}

// cut writes a slice expression with a check of its indices, which it mentions twice.
func (f *writer) cut(e *ast.SliceExpr, x, low, high, limit string) string {
	size := "cap(" + x + ")"
	what := "capacity"
	if _, ok := f.underlying(f.typeOf(e.X)).(*types.Slice); !ok {
		size, what = "len("+x+")", "length"
	}
	if low == "" {
		low = "0"
	}
	if limit != "" {
		return fmt.Sprintf("%s[parago۰.Low3(%s, %s, %s, %s, %q):%[3]s:%[4]s]", x, low, high, limit, size, what)
	}
	last := high
	if last == "" {
		last = "len(" + x + ")"
	}
	return fmt.Sprintf("%s[parago۰.Low(%s, %s, %s, %q):%s]", x, low, last, size, what, high)
}

// cutOnce writes a slice expression whose parts can be evaluated only once: a helper gets them.
func (f *writer) cutOnce(e *ast.SliceExpr, x, low, high, limit string) string {
	xt, t := f.typeOf(e.X), f.typeOf(e)
	name, params, args := "cut۰", "", []string{x}
	text := [3]string{}
	for i, bound := range []string{low, high, limit} {
		if bound == "" {
			continue
		}
		text[i] = string("ijk"[i])
		name += text[i]
		params += ", " + text[i] + " int"
		args = append(args, bound)
	}
	name += "۰" + mangle(f.typ(xt))
	return f.helper(name, func(w *writer) string {
		return fmt.Sprintf("func %s(x %s%s) %s { return %s }", name, w.typ(xt), params, w.typ(t), w.cut(e, "x", text[0], text[1], text[2]))
	}) + "(" + strings.Join(args, ", ") + ")"
}
