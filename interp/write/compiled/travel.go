package compiled

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/parago/parago/interp/agree"
	"github.com/parago/parago/interp/check"
)

// A function value may come to be handed to another process from wherever it is held: a variable, a
// field, the result of another function. Those that may are written so that the process finds out what they
// are (hold.go). All others stay as they are, so that the compiler sees into them: what is called,
// deferred or given to a function that only calls it, and a local variable's that is only called.

// travels notes the expressions of a text whose values are functions that may travel.
func (w *writer) travels(roots ...ast.Node) {
	t := &travel{writer: w, locals: map[*types.Var]*local{}, kept: map[*types.Var]bool{}}
	for _, n := range roots {
		t.list(n, nil)
	}
	for again := true; again; { // a local one that a literal calls travels if the literal does
		t.found = map[ast.Expr]bool{}
		for _, n := range roots {
			t.visit(n)
		}
		again = false
		for v, l := range t.locals {
			if !t.kept[v] && (l.value || l.calledBy(t.found)) {
				t.kept[v], again = true, true
			}
		}
	}
	w.travel = t.found
}

type travel struct {
	*writer
	found  map[ast.Expr]bool
	locals map[*types.Var]*local
	kept   map[*types.Var]bool // locals whose functions may travel
}

// A local is a variable of a function that holds functions.
type local struct {
	value bool // it is used otherwise than called and assigned to
	by    []*ast.FuncLit
}

// calledBy reports whether a literal among found calls it, in which it was not declared.
func (l *local) calledBy(found map[ast.Expr]bool) bool {
	for _, lit := range l.by {
		if found[lit] {
			return true
		}
	}
	return false
}

// list notes how local variables that hold functions are used, in a node within such literals.
func (t *travel) list(root ast.Node, around []*ast.FuncLit) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			t.list(n.Body, append(around[:len(around):len(around)], n))
			return false
		case *ast.CallExpr:
			if id, ok := ast.Unparen(n.Fun).(*ast.Ident); ok && t.called(id, around) {
				for _, a := range n.Args {
					t.list(a, around)
				}
				return false
			}
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if id, ok := l.(*ast.Ident); !ok || t.local(id) == nil {
					t.list(l, around)
				}
			}
			for _, r := range n.Rhs {
				t.list(r, around)
			}
			return false
		case *ast.Ident:
			if l := t.local(n); l != nil && t.u.Info.Uses[n] != nil {
				l.value = true
			}
		}
		return true
	})
}

// local is what is known of the variable that a name stands for, nil if that is none of a function's
// which holds functions.
func (t *travel) local(id *ast.Ident) *local {
	v, ok := t.u.Info.ObjectOf(id).(*types.Var)
	if !ok || v.IsField() || !isFunc(v.Type()) || !session(v.Pkg()) {
		return nil
	}
	if _, s := t.u.Lookup(v); s != nil {
		return nil
	}
	if t.locals[v] == nil {
		t.locals[v] = &local{}
	}
	return t.locals[v]
}

// called notes a call of a local variable.
func (t *travel) called(id *ast.Ident, around []*ast.FuncLit) bool {
	l := t.local(id)
	if l == nil {
		return false
	}
	v := t.u.Info.ObjectOf(id)
	for _, lit := range around {
		if v.Pos() < lit.Pos() || v.Pos() >= lit.End() {
			l.by = append(l.by, lit)
		}
	}
	return true
}

func isFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// visit looks for functions that are values.
func (t *travel) visit(root ast.Node) {
	if root == nil {
		return
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			t.call(n)
			return false
		case *ast.RangeStmt:
			t.stays(n.X)
			for _, part := range []ast.Node{n.Key, n.Value, n.Body} {
				t.visitIf(part)
			}
			return false
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				t.visit(l)
				if i < len(n.Rhs) {
					t.becomes(l, n.Rhs[i], len(n.Lhs) == len(n.Rhs))
				}
			}
			return false
		case *ast.ValueSpec:
			for i, x := range n.Values {
				t.becomes(n.Names[min(i, len(n.Names)-1)], x, len(n.Names) == len(n.Values))
			}
			return false
		case *ast.FuncLit:
			t.found[n] = true
			t.visit(n.Body)
			return false
		case *ast.SelectorExpr:
			if t.isFunction(n, n.Sel) {
				t.found[n] = true
				t.visitIf(t.receiverOf(n))
				return false
			}
		case *ast.IndexExpr, *ast.IndexListExpr:
			if fun, _ := t.instantiated(n.(ast.Expr)); fun != nil {
				t.found[n.(ast.Expr)] = true
				return false
			}
		case *ast.Ident:
			if t.isFunction(n, n) {
				t.found[n] = true
			}
		case *ast.KeyValueExpr:
			if id, ok := n.Key.(*ast.Ident); !ok || !t.isField(id) {
				t.visit(n.Key)
			}
			t.visit(n.Value)
			return false
		}
		return true
	})
}

func (t *travel) visitIf(n ast.Node) {
	if e, ok := n.(ast.Expr); ok && e == nil || n == nil {
		return
	}
	t.visit(n)
}

func (t *travel) isField(id *ast.Ident) bool {
	v, ok := t.u.Info.Uses[id].(*types.Var)
	return ok && v.IsField()
}

// receiverOf is x of a method value x.m.
func (t *travel) receiverOf(x *ast.SelectorExpr) ast.Node {
	if t.isMethodValue(x) {
		return x.X
	}
	return nil
}

// isFunction reports whether an expression names a function that the process does not know by itself, as it
// does the functions of cells.
func (t *travel) isFunction(x ast.Expr, id *ast.Ident) bool {
	fn, ok := t.u.Info.Uses[id].(*types.Func)
	if !ok {
		return false
	}
	if _, ok := x.(*ast.Ident); ok && session(fn.Pkg()) {
		_, generic := t.u.Info.Instances[id]
		return generic
	}
	return true
}

// becomes looks at what a variable is set to.
func (t *travel) becomes(to ast.Expr, x ast.Expr, one bool) {
	if id, ok := to.(*ast.Ident); ok && one {
		if l := t.local(id); l != nil && !t.kept[t.u.Info.ObjectOf(id).(*types.Var)] {
			t.stays(x)
			return
		}
	}
	t.visit(x)
}

// stays looks at a function that is only called.
func (t *travel) stays(x ast.Expr) {
	switch x := ast.Unparen(x).(type) {
	case *ast.FuncLit:
		t.visit(x.Body)
	case *ast.SelectorExpr:
		if t.isFunction(x, x.Sel) {
			t.visitIf(t.receiverOf(x))
			return
		}
		t.visit(x)
	case *ast.IndexExpr, *ast.IndexListExpr:
		switch fun, _ := t.instantiated(x); fun := fun.(type) {
		case nil:
			t.visit(x)
		case *ast.SelectorExpr:
			t.visitIf(t.receiverOf(fun))
		}
	case *ast.Ident:
	default:
		t.visit(x)
	}
}

// call looks at a call and at what it is given.
func (t *travel) call(c *ast.CallExpr) {
	t.stays(c.Fun)
	for i, a := range c.Args {
		if t.onlyCalls(c, i) {
			t.stays(a)
		} else {
			t.visit(a)
		}
	}
}

// onlyCalls reports whether a call does no more with a function that it is given than to call it.
func (t *travel) onlyCalls(c *ast.CallExpr, i int) bool {
	fn := t.callee(c)
	if fn == nil {
		return false
	}
	if x, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr); ok && t.u.Info.Selections[x] != nil && t.u.Info.Selections[x].Kind() == types.MethodExpr {
		return false
	}
	if session(fn.Pkg()) {
		return t.calls(t.u, fn, i, nil)
	}
	return !crosses(fn, i) && takesFunc(fn, i)
}

// crosses reports whether an argument of a function of the library runs in another process.
func crosses(fn *types.Func, i int) bool {
	at, ok := agree.Argument(fn)
	return ok && at == i
}

// takesFunc reports whether a function of a library is given a function as such, and not as a value of any
// type that it may hand on.
func takesFunc(fn *types.Func, i int) bool {
	sig := fn.Signature()
	last := sig.Params().Len() - 1
	if last < 0 {
		return false
	}
	p := sig.Params().At(min(i, last)).Type()
	if s, ok := p.(*types.Slice); ok && sig.Variadic() && i >= last {
		p = s.Elem()
	}
	_, param := types.Unalias(p).(*types.TypeParam)
	return !param && isFunc(p)
}

// calls reports whether a function of the session's only calls its i-th argument, or has it called so. Above are
// the functions that ask.
func (f *file) calls(u *check.Unit, fn *types.Func, i int, above []*ast.Ident) bool {
	d, _ := u.Lookup(fn.Origin())
	if d == nil || f.p.items[d.Name] == nil {
		return false
	}
	it := f.p.items[d.Name]
	decl, ok := it.decl.Node.(*ast.FuncDecl)
	if !ok || decl.Body == nil {
		return false
	}
	id := parameter(decl, i)
	if id == nil {
		return false
	}
	for _, asks := range above {
		if asks == id {
			return true
		}
	}
	v := it.unit.Info.Defs[id]
	return v != nil && f.onlyCalled(it.unit, v, decl.Body, append(above, id))
}

// onlyCalled reports whether a variable is only called in a piece of text, outside of literals.
func (f *file) onlyCalled(u *check.Unit, v types.Object, root ast.Node, above []*ast.Ident) bool {
	ok := true
	is := func(x ast.Expr) bool {
		id, named := ast.Unparen(x).(*ast.Ident)
		return named && u.Info.Uses[id] == v
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			for i, a := range n.Args {
				if !is(a) {
					ok = ok && f.onlyCalled(u, v, a, above)
					continue
				}
				fn := calleeOf(u, n)
				ok = ok && fn != nil && (session(fn.Pkg()) && f.calls(u, fn, i, above) || !session(fn.Pkg()) && !crosses(fn, i) && takesFunc(fn, i))
			}
			if !is(n.Fun) {
				ok = ok && f.onlyCalled(u, v, n.Fun, above)
			}
			return false
		case *ast.RangeStmt:
			if is(n.X) {
				ok = ok && f.onlyCalled(u, v, n.Body, above)
				return false
			}
		case *ast.BinaryExpr:
			if (n.Op == token.EQL || n.Op == token.NEQ) && (is(n.X) || is(n.Y)) { // with nil
				return false
			}
		case *ast.FuncLit:
			ok = ok && !mentionsVar(u, v, n)
			return false
		case *ast.Ident:
			ok = ok && u.Info.Uses[n] != v
		}
		return ok
	})
	return ok
}

func mentionsVar(u *check.Unit, v types.Object, root ast.Node) (found bool) {
	ast.Inspect(root, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && u.Info.Uses[id] == v
		return !found
	})
	return found
}

// parameter is the name of a function's i-th parameter, nil if it has none or is one of many.
func parameter(fn *ast.FuncDecl, i int) *ast.Ident {
	for _, f := range fn.Type.Params.List {
		if _, variadic := f.Type.(*ast.Ellipsis); variadic || len(f.Names) == 0 {
			return nil
		}
		if i < len(f.Names) {
			return f.Names[i]
		}
		i -= len(f.Names)
	}
	return nil
}
