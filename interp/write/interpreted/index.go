package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"
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
	if !e.Slice3 && simple(e.X) && (e.High == nil || simple(e.High)) && (low != "" || high != "") {
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
