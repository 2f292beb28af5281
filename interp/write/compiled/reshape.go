package compiled

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Two struct types with the same unexported fields are convertible in one program, and one of them
// that has no name is assignable to the other. In cells they may be of two packages, so
// that the compiler takes them for different. Then the value is handed over by its memory, which
// is the same: rt.As[To](value).

// reshapes finds expressions that become values of such another type without a conversion.
func (w *writer) reshapes(nodes ...ast.Node) {
	for _, n := range nodes {
		w.reshapesIn(n, nil)
	}
}

// reshapesIn looks at a piece of a function with these results.
func (w *writer) reshapesIn(root ast.Node, results *types.Tuple) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if fn, ok := w.u.Info.Defs[n.Name].(*types.Func); ok && n.Body != nil {
				w.reshapesIn(n.Body, fn.Signature().Results())
			}
			return false
		case *ast.FuncLit:
			if sig, ok := w.typeOf(n).(*types.Signature); ok {
				w.reshapesIn(n.Body, sig.Results())
			}
			return false
		case *ast.ReturnStmt:
			if results != nil && len(n.Results) == results.Len() {
				for i, e := range n.Results {
					w.becomes(e, results.At(i).Type())
				}
			}
		case *ast.AssignStmt:
			if len(n.Lhs) == len(n.Rhs) && (n.Tok == token.ASSIGN || n.Tok == token.DEFINE) {
				for i, e := range n.Rhs {
					w.becomes(e, w.typeOf(n.Lhs[i]))
				}
			}
		case *ast.ValueSpec:
			if n.Type != nil && len(n.Names) == len(n.Values) {
				for _, e := range n.Values {
					w.becomes(e, w.typeOf(n.Type))
				}
			}
		case *ast.SendStmt:
			if c, ok := w.typeOf(n.Chan).Underlying().(*types.Chan); ok {
				w.becomes(n.Value, c.Elem())
			}
		case *ast.IndexExpr:
			if m, ok := w.typeOf(n.X).Underlying().(*types.Map); ok {
				w.becomes(n.Index, m.Key())
			}
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				w.becomes(n.Y, w.typeOf(n.X))
			}
		case *ast.SwitchStmt:
			w.cases(n)
		case *ast.CallExpr:
			w.passes(n)
		case *ast.CompositeLit:
			w.fills(n)
		}
		return true
	})
}

// cases looks at what a switch compares with.
func (w *writer) cases(s *ast.SwitchStmt) {
	if s.Tag == nil {
		return
	}
	for _, c := range s.Body.List {
		for _, e := range c.(*ast.CaseClause).List {
			w.becomes(e, w.typeOf(s.Tag))
		}
	}
}

// passes looks at the arguments of a call.
func (w *writer) passes(e *ast.CallExpr) {
	sig, ok := w.typeOf(e.Fun).Underlying().(*types.Signature)
	if !ok || w.u.Info.Types[e.Fun].IsType() {
		return
	}
	last := sig.Params().Len() - 1
	for i, a := range e.Args {
		switch {
		case i >= last && sig.Variadic() && !e.Ellipsis.IsValid():
			if s, ok := sig.Params().At(last).Type().(*types.Slice); ok {
				w.becomes(a, s.Elem())
			}
		case i <= last:
			w.becomes(a, sig.Params().At(i).Type())
		}
	}
}

// fills looks at the elements of a literal.
func (w *writer) fills(x *ast.CompositeLit) {
	switch t := deref(w.typeOf(x)).Underlying().(type) {
	case *types.Struct:
		paths, _ := w.elements(x)
		for i, path := range paths {
			w.becomes(value(x.Elts[i]), fieldType(t, path))
		}
	case *types.Map:
		for _, e := range x.Elts {
			w.becomes(e.(*ast.KeyValueExpr).Key, t.Key())
			w.becomes(value(e), t.Elem())
		}
	case interface{ Elem() types.Type }: // of a slice or an array
		for _, e := range x.Elts {
			w.becomes(value(e), t.Elem())
		}
	}
}

// value is that of an element of a literal.
func value(e ast.Expr) ast.Expr {
	if kv, ok := e.(*ast.KeyValueExpr); ok {
		return kv.Value
	}
	return e
}

// becomes notes an expression that becomes a value of another struct type.
func (w *writer) becomes(e ast.Expr, to types.Type) {
	from := w.typeOf(e)
	if to != nil && isStruct(from) && isStruct(to) && w.apart(from, to, e.Pos()) {
		w.reshaped[e] = to
	}
}

func isStruct(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// reshape writes such an expression.
func (w *writer) reshape(e ast.Expr, to types.Type) string {
	delete(w.reshaped, e)
	defer func() { w.reshaped[e] = to }()
	return w.rt() + "As[" + mustType(w, to, e.Pos()) + "](" + w.text(e) + ")"
}

// conversion writes T(x) where the two types are of different packages.
func (w *writer) conversion(e *ast.CallExpr) (string, bool) {
	if len(e.Args) != 1 || !w.u.Info.Types[e.Fun].IsType() || !w.apart(w.typeOf(e.Args[0]), w.typeOf(e.Fun), e.Pos()) {
		return "", false
	}
	return w.rt() + "As[" + w.text(ast.Unparen(e.Fun)) + "](" + w.text(e.Args[0]) + ")", true
}

// apart reports whether two types are made of the same for the language but not for the compiler:
// of unexported fields that several packages declare.
func (w *writer) apart(from, to types.Type, at token.Pos) bool {
	if types.Identical(from, to) {
		return false
	}
	from, to = core(from), core(to)
	if p, ok := from.Underlying().(*types.Pointer); ok && isPointer(to) {
		from, to = core(p.Elem()), core(deref(to))
	}
	if !types.IdenticalIgnoreTags(from.Underlying(), to.Underlying()) {
		return false
	}
	packages := map[string]bool{}
	w.spelled(from, at, packages)
	w.spelled(to, at, packages)
	return len(packages) > 1
}

// core is what all types of a type parameter are made of, if that is one type. Of another type it
// is that type.
func core(t types.Type) types.Type {
	p, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return t
	}
	in := p.Constraint().Underlying().(*types.Interface)
	if in.NumEmbeddeds() != 1 {
		return t
	}
	switch e := in.EmbeddedType(0).(type) {
	case *types.Union:
		if e.Len() == 1 {
			return e.Term(0).Type()
		}
	case *types.Named:
		if !types.IsInterface(e) {
			return e
		}
	}
	return t
}

// spelled adds the packages in which the unexported fields of a type are declared, and of what
// it is made of without a name.
func (w *writer) spelled(t types.Type, at token.Pos, in map[string]bool) {
	t = types.Unalias(t)
	if n, ok := t.(*types.Named); ok {
		st, ok := n.Underlying().(*types.Struct)
		if !ok {
			w.unnamed(n.Underlying(), at, in)
			return
		}
		if hasHidden(st) && session(n.Obj().Pkg()) {
			switch root := w.rootOf(n, at); {
			case root.unnamed != nil:
				w.unnamed(root.unnamed, at, in)
			case root.item != nil:
				in[w.home(root.item.name)] = true
			default:
				in[""] = true
			}
		}
		for v := range st.Fields() {
			w.unnamed(v.Type(), at, in)
		}
		return
	}
	w.unnamed(t, at, in)
}

// unnamed is spelled for a type that may be a name, which is then the same everywhere.
func (w *writer) unnamed(t types.Type, at token.Pos, in map[string]bool) {
	switch t := types.Unalias(t).(type) {
	case *types.Struct:
		if s, ok := w.shape(t); ok && hasHidden(t) {
			in[w.homeOf(s.name)] = true
		}
		for v := range t.Fields() {
			w.unnamed(v.Type(), at, in)
		}
	case *types.Map:
		w.unnamed(t.Key(), at, in)
		w.unnamed(t.Elem(), at, in)
	case *types.Signature:
		for _, list := range []*types.Tuple{t.Params(), t.Results()} {
			for v := range list.Variables() {
				w.unnamed(v.Type(), at, in)
			}
		}
	case interface{ Elem() types.Type }: // a pointer, slice, array or channel
		w.unnamed(t.Elem(), at, in)
	}
}
