package compiled

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/parago/parago/interp/check"
)

// A function that may call itself checks whether its cell is to stop, before the first
// statement from which that can happen: what it decides without costs nothing. The same check
// finds that it has called itself too often.

// guard notes the statements of a function before which a check is to stand.
func (w *writer) guard(body *ast.BlockStmt) {
	for _, s := range body.List {
		if !w.mayRecur(s) {
			continue
		}
		i, ok := s.(*ast.IfStmt)
		if !ok || w.decides(i) {
			w.ahead[s] = true
			return
		}
		for i != nil {
			w.guard(i.Body)
			switch e := i.Else.(type) {
			case *ast.BlockStmt:
				w.guard(e)
				i = nil
			case *ast.IfStmt:
				i = e
			default:
				i = nil
			}
		}
	}
}

// decides reports whether the conditions of an if, or of those in its else, may recur.
func (w *writer) decides(i *ast.IfStmt) bool {
	if i.Init != nil && w.mayRecur(i.Init) || w.mayRecur(i.Cond) {
		return true
	}
	e, ok := i.Else.(*ast.IfStmt)
	return ok && w.decides(e)
}

// mayRecur reports whether a call in a node can come back to the function that is written:
// it calls a function that can, or one that only the run can tell. Literals count when they
// are called.
func (w *writer) mayRecur(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			found = found || w.callRecurs(n)
		case *ast.RangeStmt:
			_, iterates := w.typeOf(n.X).Underlying().(*types.Signature)
			found = found || iterates
		}
		return !found
	})
	return found
}

func (w *writer) callRecurs(call *ast.CallExpr) bool {
	callee := ast.Unparen(call.Fun)
	if generic, _ := w.instantiated(callee); generic != nil {
		callee = generic
	}
	switch fun := callee.(type) {
	case *ast.Ident:
		switch o := w.u.Info.Uses[fun].(type) {
		case *types.Var:
			return true
		case *types.Func: // of a library's, by way of a dot import
			return w.inCycle(o) || !session(o.Pkg()) && w.callsBack(call)
		}
	case *ast.SelectorExpr:
		sel := w.u.Info.Selections[fun]
		if sel == nil { // a package's
			return !w.u.Info.Types[fun].IsType() && w.callsBack(call)
		}
		if _, ok := sel.Obj().(*types.Var); ok {
			return true
		}
		fn, _ := sel.Obj().(*types.Func)
		if types.IsInterface(sel.Recv()) {
			return true
		}
		return w.inCycle(fn) || !session(fn.Pkg()) && (check.CallsBack(sel.Recv()) || w.callsBack(call))
	case *ast.FuncLit:
		return false // it has checks of its own
	default:
		return !w.u.Info.Types[call.Fun].IsType()
	}
	return false
}

// callsBack reports whether what a function of a library is given may make it call a cell's.
func (w *writer) callsBack(call *ast.CallExpr) bool {
	return slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return check.CallsBack(w.typeOf(a)) })
}

// inCycle reports whether a function of a cell, and the one that is written, may call themselves,
// by way of others or not.
func (w *writer) inCycle(fn *types.Func) bool {
	if fn == nil || w.item == nil || !w.recurs[w.item.name] {
		return false
	}
	d, _ := w.u.Lookup(fn)
	return d != nil && w.recurs[d.Name]
}
