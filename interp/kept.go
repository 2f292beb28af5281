package interp

import (
	"go/ast"
	"go/types"

	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/write/outlive"
)

// A keeper knows the functions that interpreted cells have put where they live on: function literals
// call the ones that they were written with, whatever is declared later. It says so.
type keeper struct {
	kept    map[string]bool // keys of declarations
	sources map[string]keptSource
}

type keptSource struct {
	fn   *ast.FuncDecl
	info *types.Info
}

func newKeeper() *keeper {
	return &keeper{kept: map[string]bool{}, sources: map[string]keptSource{}}
}

// notes say which of the functions that a cell declares anew others go on without.
func (k *keeper) notes(u *check.Unit) []string {
	var keys []string
	for _, d := range u.Decls {
		if k.kept[d.Key] {
			keys = append(keys, d.Key)
		}
	}
	return outlive.Note(keys)
}

// add notes what a cell has put away.
func (k *keeper) add(u *check.Unit) {
	var roots []ast.Node
	for _, d := range u.Decls {
		if fn, ok := d.Node.(*ast.FuncDecl); ok {
			k.sources[d.Name] = keptSource{fn, u.Info}
			roots = append(roots, fn)
		}
	}
	for _, s := range u.Stmts {
		roots = append(roots, s)
	}
	if u.Result != nil {
		roots = append(roots, u.Result)
	}
	find := outlive.Finder{
		Unit:   u,
		Named:  func(x ast.Expr) bool { return k.named(u, x) != "" },
		Source: func(d *check.Decl) (*ast.FuncDecl, *types.Info) { s := k.sources[d.Name]; return s.fn, s.info },
	}
	for n := range find.Find(roots...) {
		k.kept[k.named(u, n.(ast.Expr))] = true
	}
}

// named is the key of the function or method that an expression names, "" if it names none.
func (k *keeper) named(u *check.Unit, x ast.Expr) string {
	var fn *types.Func
	switch x := x.(type) {
	case *ast.Ident:
		fn, _ = u.Info.Uses[x].(*types.Func)
	case *ast.SelectorExpr:
		if sel := u.Info.Selections[x]; sel != nil {
			fn, _ = sel.Obj().(*types.Func)
		}
	}
	if fn == nil {
		return ""
	}
	d, _ := u.Lookup(fn)
	if d == nil {
		return ""
	}
	return d.Key
}
