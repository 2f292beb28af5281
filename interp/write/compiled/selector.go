package compiled

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/parago/parago/interp/agree"
)

// selector writes a qualified name, a field or a method.
func (w *writer) selector(x *ast.SelectorExpr) (string, bool) {
	sel := w.u.Info.Selections[x]
	if sel == nil {
		return w.qualified(x)
	}
	if fn, ok := sel.Obj().(*types.Func); ok {
		return w.methodSel(x, sel, fn), true
	}
	return w.field(x, sel)
}

// qualified writes a name of a package.
func (w *writer) qualified(x *ast.SelectorExpr) (string, bool) {
	id, ok := x.X.(*ast.Ident)
	if !ok {
		return "", false
	}
	p, ok := w.u.Info.Uses[id].(*types.PkgName)
	if !ok {
		return "", false
	}
	path := p.Imported().Path()
	if s := agree.StandIn(path + "." + x.Sel.Name); s != "" {
		return w.rt() + s, true
	}
	return w.pkg(path) + "." + x.Sel.Name, true
}

// methodSel writes x.m, or T.m.
func (w *writer) methodSel(x *ast.SelectorExpr, sel *types.Selection, fn *types.Func) string {
	name := fn.Name()
	if session(fn.Pkg()) {
		name = methodName(name)
	}
	if sel.Kind() == types.MethodExpr {
		return w.text(x.X) + "." + name
	}
	// A method that is promoted by way of a field that another package hides.
	path := sel.Index()
	if base, ok := w.walk(x.X, sel.Recv(), path[:len(path)-1]); ok {
		return base + "." + name
	}
	return w.gap(x, name)
}

// gap is a selector with another name behind the dot, laid out as it stands.
func (w *writer) gap(x *ast.SelectorExpr, name string) string {
	return w.text(x.X) + w.src.text[w.at(x.X.End()):w.at(x.Sel.Pos())] + name
}

// field writes x.f.
func (w *writer) field(x *ast.SelectorExpr, sel *types.Selection) (string, bool) {
	if s, ok := w.walk(x.X, sel.Recv(), sel.Index()); ok {
		return s, true
	}
	return w.gap(x, x.Sel.Name), true
}

// walk writes the path through fields explicitly if one of them is hidden by another package.
func (w *writer) walk(x ast.Expr, t types.Type, path []int) (string, bool) {
	if !w.hides(t, path) {
		return "", false
	}
	base := w.text(x)
	addressable := w.u.Info.Types[x].Addressable()
	for _, i := range path {
		pointer := false
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t, pointer = p.Elem(), true
		}
		st := t.Underlying().(*types.Struct)
		v := st.Field(i)
		access := w.accessor(t, v)
		switch {
		case access == "":
			base = "(" + base + ")." + v.Name()
			addressable = addressable || pointer
		case pointer:
			base = fmt.Sprintf("(*%s(%s))", access, base)
			addressable = true
		case addressable:
			base = fmt.Sprintf("(*%s(&%s))", access, base)
		default:
			base = fmt.Sprintf("(*%s(%sPtr(%s)))", access, w.rt(), base)
			addressable = true
		}
		t = v.Type()
	}
	return base, true
}

// hides reports whether a field on the path belongs to another package that hides it.
func (w *writer) hides(t types.Type, path []int) bool {
	for _, i := range path {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return false
		}
		v := st.Field(i)
		if w.accessor(t, v) != "" {
			return true
		}
		t = v.Type()
	}
	return false
}

// accessor is the function that reaches a field which is hidden here, "" if it is not.
func (w *writer) accessor(t types.Type, v *types.Var) string {
	if v.Exported() || !session(v.Pkg()) {
		return ""
	}
	if st, ok := types.Unalias(t).(*types.Struct); ok {
		return w.anonymousAccessor(st, v)
	}
	it := w.structItem(w.u, t)
	if it == nil {
		return ""
	}
	h := w.home(it.name)
	if h == "" {
		return ""
	}
	access := w.pkg(h) + "." + accessorName(it.name, v.Name())
	if n, ok := types.Unalias(t).(*types.Named); ok {
		if own := w.namedItem(w.u, n); own != it { // a type made of the struct: it has the same fields
			if target, ok := w.typ(w.u, rootType(w, n, it)); ok {
				return "func(p *" + mustType(w, t) + ") *" + mustType(w, v.Type()) + " { return " + access + "((*" + target + ")(p)) }"
			}
		}
	}
	return access
}

func mustType(w *writer, t types.Type) string {
	s, ok := w.typ(w.u, t)
	if !ok {
		panic(problem{fmt.Errorf("internal error: %s has no name here", t)})
	}
	return s
}

func accessorName(typ, field string) string { return export + typ + mark + field }

// namedItem is the declaration of a named type.
func (f *file) namedItem(u interface {
	Name(types.Object) string
}, n *types.Named) *item {
	return f.p.items[u.Name(n.Origin().Obj())]
}

// structItem is the declaration in whose text the struct of a type stands, nil if it is in none:
// of type B A, where A is a struct, it is that of A.
func (w *writer) structItem(u interface {
	Name(types.Object) string
}, t types.Type) *item {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil
	}
	it := w.namedItem(u, n)
	for it != nil {
		spec, ok := it.typeSpec()
		if !ok {
			return nil
		}
		rhs := ast.Unparen(spec.Type)
		if _, ok := rhs.(*ast.StructType); ok {
			return it
		}
		next := it.unit.Info.Types[rhs].Type
		nn, ok := types.Unalias(next).(*types.Named)
		if !ok {
			return nil
		}
		it = w.namedItem(it.unit, nn)
	}
	return nil
}

// rootType is the type of the struct's declaration, as n's fields are its.
func rootType(w *writer, n *types.Named, it *item) types.Type {
	if tn, ok := w.u.Pkg.Scope().Lookup(it.decl.Key).(*types.TypeName); ok && w.u.Name(tn) == it.name {
		return tn.Type()
	}
	return n
}
