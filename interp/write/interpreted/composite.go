package interpreted

import (
	"go/ast"
	"go/types"
	"strings"
)

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
	if st, ok := u.(*types.Struct); ok && promotes(e, st) {
		return amp + text + f.nested(f.keyed(e, st), st, native) + "}"
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
