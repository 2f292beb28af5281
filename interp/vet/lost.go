package vet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/parago/parago/interp/agree"
	"github.com/parago/parago/interp/check"
)

// A function that runs in another process has variables of its own there: what it adds to a total
// or puts into a map is lost. Only variables that it writes and never reads count: what it reads again
// may be a cache, which is of use there.

// lostAnalyzer says so of calls of procpool.
func lostAnalyzer() *analysis.Analyzer {
	return &analysis.Analyzer{Name: "lostwrites", Doc: "check for writes to variables that a worker has a copy of", Run: findLost}
}

func findLost(pass *analysis.Pass) (any, error) {
	of := map[string]*effects{}
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				if is, ok := pass.TypesInfo.Defs[fn.Name].(*types.Func); ok {
					of[is.FullName()] = effectsOf(pass.TypesInfo, fn, (*types.Func).FullName)
				}
			}
		}
	}
	here, held := serials{}, literals{}
	for _, f := range pass.Files {
		here.find(pass.TypesInfo, f)
		held.find(pass.TypesInfo, f)
	}
	for _, f := range pass.Files {
		held.crossing(pass.TypesInfo, here, f, func(arg ast.Expr, lit *ast.FuncLit, fn *types.Func) {
			var e *effects
			if lit != nil {
				e = effectsOf(pass.TypesInfo, lit, (*types.Func).FullName)
			} else if fn != nil {
				e = of[fn.FullName()]
			}
			for _, w := range lost(e, of) {
				at := arg.Pos()
				if lit == arg && lit.Pos() <= w.pos && w.pos < lit.End() {
					at = w.pos
				}
				pass.Reportf(at, "%s", w)
			}
		})
	}
	return nil, nil
}

// Losses say the same of cells that run. They remember what earlier cells have declared. The zero
// value is ready.
type Losses struct {
	of      map[string]*effects   // by declaration
	held    map[string][]*effects // of literals, by the session's variable that was set to them last
	serials serials
}

// Notes returns what there is to say of the calls in a cell, a line each.
func (l *Losses) Notes(u *check.Unit) (notes []string) {
	if l.of == nil {
		l.of, l.held, l.serials = map[string]*effects{}, map[string][]*effects{}, serials{}
	}
	declared := func(fn *types.Func) string {
		if d, _ := u.Lookup(fn); d != nil {
			return d.Name
		}
		return ""
	}
	var roots []ast.Node
	for _, d := range u.Decls {
		if fn, ok := d.Node.(*ast.FuncDecl); ok && fn.Body != nil {
			l.of[d.Name] = effectsOf(u.Info, fn, declared)
			if d.N == u.N {
				roots = append(roots, fn)
			}
		}
	}
	for _, s := range u.Stmts {
		roots = append(roots, s)
	}
	if u.Result != nil {
		roots = append(roots, u.Result)
	}
	say := func(at token.Pos, losses []loss) {
		for _, w := range losses {
			p := u.Fset.Position(at)
			notes = append(notes, fmt.Sprintf("%s:%d: %s", p.Filename, p.Line, w))
		}
	}
	held := literals{}
	for _, n := range roots {
		l.serials.find(u.Info, n)
		held.find(u.Info, n)
	}
	for v, lits := range held {
		if _, s := u.Lookup(v); s != nil {
			l.held[s.Name] = nil
			for _, lit := range lits {
				l.held[s.Name] = append(l.held[s.Name], effectsOf(u.Info, lit, declared))
			}
		}
	}
	for _, n := range roots {
		held.crossing(u.Info, l.serials, n, func(arg ast.Expr, lit *ast.FuncLit, fn *types.Func) {
			if v := variable(u.Info, arg); v != nil && lit == nil {
				if _, s := u.Lookup(v); s != nil && held[v] == nil { // of an earlier cell
					for _, e := range l.held[s.Name] {
						say(arg.Pos(), lost(e, l.of))
					}
				}
			} else if lit != nil {
				say(arg.Pos(), lost(effectsOf(u.Info, lit, declared), l.of))
			} else {
				say(arg.Pos(), lost(l.of[declared(fn)], l.of))
			}
		})
	}
	return notes
}

// literals are what variables of a text are set to.
type literals map[*types.Var][]*ast.FuncLit

// find notes variables that are set to literals.
func (l literals) find(info *types.Info, root ast.Node) {
	note := func(to ast.Expr, x ast.Expr) {
		lit, isLit := ast.Unparen(x).(*ast.FuncLit)
		if v := variable(info, to); v != nil && isLit {
			l[v] = append(l[v], lit)
		}
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, to := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) {
					note(to, n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i, x := range n.Values {
				if len(n.Names) == len(n.Values) {
					note(n.Names[i], x)
				}
			}
		}
		return true
	})
}

// variable is the variable that an expression names, nil if none.
func variable(info *types.Info, x ast.Expr) *types.Var {
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := info.ObjectOf(id).(*types.Var)
	return v
}

// crossing is that of serials, and calls f for each literal that a variable was set to which is such an argument,
// with no literal if that was elsewhere.
func (l literals) crossing(info *types.Info, s serials, root ast.Node, f func(arg ast.Expr, lit *ast.FuncLit, fn *types.Func)) {
	s.crossing(info, root, func(arg ast.Expr, lit *ast.FuncLit, fn *types.Func) {
		v := variable(info, arg)
		if v == nil || len(l[v]) == 0 {
			f(arg, lit, fn)
			return
		}
		for _, lit := range l[v] {
			f(arg, lit, nil)
		}
	})
}

// keeps are the functions of procpool whose argument is to leave something in its process.
var keeps = map[string]bool{"Initializer": true, "Spawn": true}

// serials are the names of pools that run their tasks in this process, where nothing is lost.
type serials map[string]bool

// find notes variables that are set to a new pool.
func (s serials) find(info *types.Info, root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, x := range n.Lhs {
				if id, ok := x.(*ast.Ident); ok && len(n.Lhs) == len(n.Rhs) {
					s.set(info, id, n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i, x := range n.Values {
				if len(n.Names) == len(n.Values) {
					s.set(info, n.Names[i], x)
				}
			}
		}
		return true
	})
}

func (s serials) set(info *types.Info, name *ast.Ident, to ast.Expr) {
	if is, ok := isSerial(info, to); ok {
		s[name.Name] = is
	}
}

// isSerial tells whether an expression makes such a pool, if it makes one at all.
func isSerial(info *types.Info, x ast.Expr) (is, ok bool) {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok || !isNamed(info, call.Fun, "NewPool") {
		return false, false
	}
	for _, a := range call.Args {
		if option, ok := ast.Unparen(a).(*ast.CallExpr); ok && isNamed(info, option.Fun, "Serial") {
			return true, true
		}
	}
	return false, true
}

func isNamed(info *types.Info, x ast.Expr, name string) bool {
	fn := named(info, x)
	return fn != nil && fn.Name() == name && agree.InProcpool(fn.Pkg())
}

// crossing calls f for the arguments in a text that run in another process and are a literal, or name a
// function or a variable.
func (s serials) crossing(info *types.Info, root ast.Node, f func(arg ast.Expr, lit *ast.FuncLit, fn *types.Func)) {
	ast.Inspect(root, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		callee := named(info, call.Fun)
		at, ok := agree.Argument(callee)
		if !ok || at >= len(call.Args) || keeps[callee.Name()] {
			return true
		}
		if id, ok := ast.Unparen(call.Args[0]).(*ast.Ident); ok && s[id.Name] {
			return true
		}
		if is, _ := isSerial(info, call.Args[0]); is {
			return true
		}
		arg := ast.Unparen(call.Args[at])
		if lit, ok := arg.(*ast.FuncLit); ok {
			f(arg, lit, nil)
		} else if fn := named(info, arg); fn != nil {
			f(arg, nil, fn)
		} else if variable(info, arg) != nil {
			f(arg, nil, nil)
		}
		return true
	})
}

// named is the function that an expression names, nil if none.
func named(info *types.Info, x ast.Expr) *types.Func {
	x = ast.Unparen(x)
	switch i := x.(type) {
	case *ast.IndexExpr:
		x = i.X
	case *ast.IndexListExpr:
		x = i.X
	}
	var id *ast.Ident
	switch x := x.(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		id = x.Sel
	}
	fn, _ := info.Uses[id].(*types.Func)
	return fn
}

// A loss is a write that is lost.
type loss struct {
	pos  token.Pos
	name string
}

func (w loss) String() string {
	return w.name + " is written in another process, which has its own, unless the pool is Serial: return the value, or use procpool.NewValue"
}
