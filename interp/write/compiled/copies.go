package compiled

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"

	"github.com/parago/parago/interp/check"
)

// A loop at the top level of a cell would read its variables from memory in each round. So a
// variable that only statements of the top level can reach has a copy in the cell's function:
// it is read from there and written to both places, so that its value survives whatever
// ends the cell.

// A usage is how cells use session variables, by name.
type usage struct {
	shared map[string]bool // others than statements of the top level can reach it
	odd    map[string]bool // of one cell: written where no second write can stand
}

// usageOf looks at the statements of a cell.
func usageOf(u *check.Unit, nodes []ast.Node) usage {
	use := usage{map[string]bool{}, map[string]bool{}}
	for _, n := range nodes {
		use.visit(u, n, nil)
	}
	return use
}

// visit walks with the nodes around, the innermost last.
func (use usage) visit(u *check.Unit, root ast.Node, around []ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			around = around[:len(around)-1]
			return false
		}
		if id, ok := n.(*ast.Ident); ok {
			if o, ok := u.Info.ObjectOf(id).(*types.Var); ok && !o.IsField() {
				if _, v := u.Lookup(o); v != nil {
					use.note(u, id, v, around)
				}
			}
		}
		around = append(around, n)
		return true
	})
}

func (use usage) note(u *check.Unit, id *ast.Ident, v *check.Var, around []ast.Node) {
	var inner ast.Node = id
	for i := len(around) - 1; i >= 0; i-- {
		switch n := around[i].(type) {
		case *ast.FuncLit:
			use.shared[v.Name] = true
		case *ast.UnaryExpr:
			if n.Op == token.AND && ast.Unparen(n.X) == inner {
				use.shared[v.Name] = true
			}
		case *ast.SelectorExpr:
			if sel := u.Info.Selections[n]; sel != nil && n.X == inner && sel.Kind() == types.MethodVal {
				if fn, ok := sel.Obj().(*types.Func); ok && isPointer(fn.Signature().Recv().Type()) && !isPointer(sel.Recv()) {
					use.shared[v.Name] = true
				}
			}
		case *ast.RangeStmt:
			if n.Key == inner || n.Value == inner {
				use.odd[v.Name] = true
			}
		case *ast.CommClause:
			if s, ok := n.Comm.(*ast.AssignStmt); ok && s == inner && writes(s, id) {
				use.odd[v.Name] = true
			}
		case *ast.ForStmt:
			use.header(n.Init, inner, id, v)
			use.header(n.Post, inner, id, v)
		case *ast.IfStmt:
			use.header(n.Init, inner, id, v)
		case *ast.SwitchStmt:
			use.header(n.Init, inner, id, v)
		case *ast.TypeSwitchStmt:
			use.header(n.Init, inner, id, v)
		}
		if p, ok := around[i].(*ast.ParenExpr); ok && p.X == inner {
			inner = p
			continue
		}
		inner = around[i]
	}
}

// header looks at a statement that must stay one: what it assigns must be easy to write twice.
func (use usage) header(s ast.Stmt, inner ast.Node, id *ast.Ident, v *check.Var) {
	if s == nil || ast.Node(s) != inner || !writes(s, id) {
		return
	}
	if a, ok := s.(*ast.AssignStmt); ok && (len(a.Lhs) != 1 || len(a.Rhs) != 1 || !isSimple(a.Rhs[0])) {
		use.odd[v.Name] = true
	}
}

// writes reports whether a statement assigns to a name itself.
func writes(s ast.Stmt, id *ast.Ident) bool {
	switch s := s.(type) {
	case *ast.IncDecStmt:
		return ast.Unparen(s.X) == ast.Expr(id)
	case *ast.AssignStmt:
		for _, l := range s.Lhs {
			if ast.Unparen(l) == ast.Expr(id) {
				return true
			}
		}
	}
	return false
}

// isSimple reports whether an expression may be evaluated twice.
func isSimple(x ast.Expr) bool {
	simple := true
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr, *ast.FuncLit, *ast.CompositeLit:
			simple = false
		case *ast.UnaryExpr:
			simple = simple && n.Op != token.ARROW
		}
		return simple
	})
	return simple
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// inRegister reports whether a variable of a type is worth a copy.
func inRegister(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Kind() != types.Invalid
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature:
		return true
	}
	return false
}

// share notes what the Generator must remember of a cell: which variables others can reach.
func (f *file) share(nodes []ast.Node) usage {
	use := usageOf(f.u, nodes)
	maps.Copy(f.gen.shared, use.shared)
	return use
}

// copies chooses the variables that get a copy, if the cell has a loop.
func (w *writer) copies(nodes []ast.Node) {
	use := w.share(nodes)
	loops := false
	for _, n := range nodes {
		ast.Inspect(n, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ForStmt, *ast.RangeStmt:
				loops = true
			}
			return !loops
		})
	}
	if !loops {
		return
	}
	for name, v := range mentionsOf(w.u, nodes...).vars {
		if !w.gen.shared[name] && !use.odd[name] && inRegister(v.Obj.Type()) {
			w.copied[name] = export + "copy" + mark + name
		}
	}
}

// loads writes the definitions of the copies.
func (w *writer) loads() string {
	out := ""
	for _, name := range sorted(w.copied) {
		out += fmt.Sprintf("\n%s := %s; %s := *%[1]s; _ = %[3]s", place(name), export+name, w.copied[name])
	}
	return out
}

// place is the local name of the pointer to a variable's storage: the package's own would be
// read each time.
func place(name string) string { return export + "at" + mark + name }

// stored writes a statement that assigns to copies, with the second write behind it.
func (w *writer) stored(s ast.Stmt, text string) string {
	for _, l := range targets(s) {
		if name, copy := w.copyOf(l); copy != "" {
			text += fmt.Sprintf("; *%s = %s", place(name), copy)
		}
	}
	return text
}

func targets(s ast.Stmt) []ast.Expr {
	switch s := s.(type) {
	case *ast.IncDecStmt:
		return []ast.Expr{s.X}
	case *ast.AssignStmt:
		return s.Lhs
	}
	return nil
}

// copyOf is the copy of the variable that an expression is, "" if there is none.
func (w *writer) copyOf(x ast.Expr) (name, copy string) {
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok || len(w.copied) == 0 {
		return "", ""
	}
	o := w.u.Info.ObjectOf(id)
	if o == nil {
		return "", ""
	}
	_, v := w.u.Lookup(o)
	if v == nil {
		return "", ""
	}
	return v.Name, w.copied[v.Name]
}

// both writes a statement that must stay one, as an assignment to both places.
func (w *writer) both(s ast.Stmt) (string, bool) {
	ts := targets(s)
	if len(ts) != 1 {
		return "", false
	}
	name, copy := w.copyOf(ts[0])
	if copy == "" {
		return "", false
	}
	value := ""
	switch s := s.(type) {
	case *ast.IncDecStmt:
		value = copy + " " + s.Tok.String()[:1] + " 1"
	case *ast.AssignStmt:
		value = w.text(s.Rhs[0])
		if op := s.Tok.String(); s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
			value = copy + " " + op[:len(op)-1] + " (" + value + ")"
		}
	}
	return fmt.Sprintf("%s, *%s = %s, %[3]s", copy, place(name), value), true
}
