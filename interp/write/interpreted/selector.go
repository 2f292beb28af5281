package interpreted

import (
	"go/ast"
	"go/types"
)

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
// the embedded field that has it, or before one of a compiled type that the interpreter
// could not look into. The type is that of the text.
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
			if s.Kind() != types.FieldVal && !st.Field(i).Exported() {
				return text, n
			}
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
