package compiled

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/parago/parago/interp/agree"
)

// selector writes a qualified name, a field or a method.
func (w *writer) selector(x *ast.SelectorExpr) (string, bool) {
	sel := w.u.Info.Selections[x]
	if sel == nil {
		return w.qualified(x)
	}
	if s, ok := w.plainMethod(x, nil); ok {
		return s, true
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
	if !w.hides(t, path, x.Pos()) {
		return "", false
	}
	return w.through(w.text(x), w.u.Info.Types[x].Addressable(), t, path, x.Pos()), true
}

// through writes the path from a value of type t through its fields.
func (w *writer) through(base string, addressable bool, t types.Type, path []int, at token.Pos) string {
	for _, i := range path {
		pointer := false
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t, pointer = p.Elem(), true
		}
		st := t.Underlying().(*types.Struct)
		v := st.Field(i)
		access := w.accessor(t, v, at)
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
	return base
}

// hides reports whether a field on the path belongs to another package that hides it.
func (w *writer) hides(t types.Type, path []int, at token.Pos) bool {
	for _, i := range path {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return false
		}
		v := st.Field(i)
		if w.accessor(t, v, at) != "" {
			return true
		}
		t = v.Type()
	}
	return false
}

// accessor is the function that reaches a field which is hidden here, "" if it is not.
func (w *writer) accessor(t types.Type, v *types.Var, at token.Pos) string {
	if v.Exported() || !session(v.Pkg()) {
		return ""
	}
	if st, ok := types.Unalias(t).(*types.Struct); ok {
		return w.anonymousAccessor(st, v)
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return ""
	}
	root := w.rootOf(n, at)
	access := ""
	switch {
	case root.unnamed != nil:
		access = w.anonymousAccessor(root.unnamed, v)
	case root.item != nil && w.home(root.item.name) != "":
		access = w.pkg(w.home(root.item.name)) + "." + accessorName(root.item.name, v.Name())
	}
	if access == "" || !root.made {
		return access
	}
	return "func(p *" + mustType(w, t, at) + ") *" + mustType(w, v.Type(), at) + " { return " + access + "((*" + root.name() + ")(p)) }"
}

func mustType(w *writer, t types.Type, at token.Pos) string {
	s, ok := w.typeAt(at, t)
	if !ok {
		panic(problem{fmt.Errorf("internal error: %s has no name here", t)})
	}
	return s
}

func accessorName(typ, field string) string { return export + typ + mark + field }

// A root is the declaration in whose text the struct of a type stands: of type B A, where A is a
// struct, it is that of A.
type root struct {
	item    *item         // nil: the struct is no cell's
	unnamed *types.Struct // what an alias stands for, in place of an item
	made    bool          // the type is another one, made of the struct
	name    func() string // of the struct's type, with its type arguments
}

// rootOf follows the declarations from a type to its struct.
func (w *writer) rootOf(n *types.Named, at token.Pos) root {
	tw := &typeWriter{file: w.file, u: w.u, ok: true, at: at}
	for made := false; ; made = true {
		o := n.Origin().Obj()
		it := w.p.items[tw.u.Name(o)]
		rhs := w.definition(o, it)
		if rhs == nil {
			return root{}
		}
		if _, ok := rhs.(*ast.StructType); ok {
			return root{item: it, made: made, name: func() string {
				return tw.named(n.Obj(), n.TypeArgs(), o)
			}}
		}
		if it != nil {
			tw = tw.inside(it, n)
		}
		switch next := types.Unalias(tw.u.Info.Types[rhs].Type).(type) {
		case *types.Named:
			n = next
		case *types.Struct:
			return root{unnamed: next, made: true, name: func() string { return tw.write(next) }}
		default:
			return root{}
		}
	}
}

// definition is what a type is made of in its declaration: that of an item or, if it is nil, one in
// the text that is written.
func (w *writer) definition(o *types.TypeName, it *item) ast.Expr {
	if it != nil {
		if spec, ok := it.typeSpec(); ok {
			return ast.Unparen(spec.Type)
		}
		return nil
	}
	nodes := w.nodes
	if w.item != nil {
		nodes = []ast.Node{w.item.decl.Node}
	}
	var found ast.Expr
	for _, n := range nodes {
		ast.Inspect(n, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && w.u.Info.Defs[spec.Name] == types.Object(o) {
				found = ast.Unparen(spec.Type)
			}
			return found == nil
		})
	}
	return found
}

// inside is a writer for the text of a type's declaration, where its parameters are what they are
// for the instance n.
func (w *typeWriter) inside(it *item, n *types.Named) *typeWriter {
	next := &typeWriter{file: w.file, u: it.unit, ok: true, at: w.at, args: map[*types.TypeParam]string{}}
	own, ok := it.decl.Obj.Type().(*types.Named)
	if !ok {
		return next
	}
	for i := range n.TypeArgs().Len() {
		arg := &typeWriter{file: w.file, u: w.u, ok: true, at: w.at, args: w.args}
		next.args[own.TypeParams().At(i)] = arg.write(n.TypeArgs().At(i))
	}
	return next
}
