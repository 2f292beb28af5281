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
	declared := map[types.Object]*ast.FuncDecl{}
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				declared[pass.TypesInfo.Defs[fn.Name]] = fn
			}
		}
	}
	here := serials{}
	for _, f := range pass.Files {
		here.find(pass.TypesInfo, f)
	}
	for _, f := range pass.Files {
		here.crossing(pass.TypesInfo, f, func(arg ast.Expr, lit *ast.FuncLit, fn *types.Func) {
			if lit != nil {
				for _, w := range lost(pass.TypesInfo, lit) {
					pass.Reportf(w.pos, "%s", w)
				}
			} else if d := declared[fn]; d != nil {
				for _, w := range lost(pass.TypesInfo, d) {
					pass.Reportf(arg.Pos(), "%s", w)
				}
			}
		})
	}
	return nil, nil
}

// Losses say the same of cells that run. They remember what earlier cells have declared. The zero
// value is ready.
type Losses struct {
	of      map[string][]loss // by declaration
	serials serials
}

// Notes returns what there is to say of the calls in a cell, a line each.
func (l *Losses) Notes(u *check.Unit) (notes []string) {
	if l.of == nil {
		l.of, l.serials = map[string][]loss{}, serials{}
	}
	var roots []ast.Node
	for _, d := range u.Decls {
		if fn, ok := d.Node.(*ast.FuncDecl); ok && fn.Body != nil {
			l.of[d.Name] = lost(u.Info, fn)
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
	for _, n := range roots {
		l.serials.find(u.Info, n)
	}
	for _, n := range roots {
		l.serials.crossing(u.Info, n, func(arg ast.Expr, lit *ast.FuncLit, fn *types.Func) {
			if lit != nil {
				say(arg.Pos(), lost(u.Info, lit))
			} else if d, _ := u.Lookup(fn); d != nil {
				say(arg.Pos(), l.of[d.Name])
			}
		})
	}
	return notes
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

// crossing calls f for the arguments in a text that run in another process and are a literal or name a
// function.
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

// lost finds the first write to each variable from outside that a function, a literal or a declaration,
// writes and does not read.
func lost(info *types.Info, fn ast.Node) (all []loss) {
	w := &writes{info: info, fn: fn, read: map[types.Object]bool{}, own: map[types.Object]bool{}, seen: map[types.Object]bool{}}
	ast.Inspect(fn, w.visit)
	for _, x := range w.found {
		if !w.read[x.object] {
			all = append(all, x.loss)
		}
	}
	return all
}

type writes struct {
	info  *types.Info
	fn    ast.Node
	own   map[types.Object]bool // written by the statement that is looked at, where mentions are no reads
	read  map[types.Object]bool
	seen  map[types.Object]bool
	found []written
}

type written struct {
	loss
	object types.Object
}

func (w *writes) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			w.assign(n, n.Lhs)
			return false
		}
	case *ast.IncDecStmt:
		w.assign(n, []ast.Expr{n.X})
		return false
	case *ast.Ident:
		if v, ok := w.info.Uses[n].(*types.Var); ok && !w.own[v] {
			w.read[v] = true
		}
	}
	return true
}

// assign notes what a statement writes, and what else it mentions.
func (w *writes) assign(stmt ast.Node, to []ast.Expr) {
	var mine []types.Object
	for _, x := range to {
		id := root(x)
		v, ok := w.info.Uses[id].(*types.Var)
		if !ok || v.IsField() || w.fn.Pos() <= v.Pos() && v.Pos() < w.fn.End() {
			continue
		}
		if !w.own[v] {
			w.own[v] = true
			mine = append(mine, v)
		}
		if !w.seen[v] {
			w.seen[v] = true
			w.found = append(w.found, written{loss{id.Pos(), id.Name}, v})
		}
	}
	for _, part := range parts(stmt) {
		ast.Inspect(part, w.visit)
	}
	for _, v := range mine {
		delete(w.own, v)
	}
}

// parts are the expressions of a statement that writes.
func parts(stmt ast.Node) (all []ast.Node) {
	switch s := stmt.(type) {
	case *ast.AssignStmt:
		for _, x := range append(append([]ast.Expr{}, s.Lhs...), s.Rhs...) {
			all = append(all, x)
		}
	case *ast.IncDecStmt:
		all = append(all, s.X)
	}
	return all
}

// root is the variable that a write to x changes, nil if that is none that has a name.
func root(x ast.Expr) *ast.Ident {
	for {
		switch e := ast.Unparen(x).(type) {
		case *ast.Ident:
			return e
		case *ast.IndexExpr:
			x = e.X
		case *ast.SelectorExpr:
			x = e.X
		case *ast.StarExpr:
			x = e.X
		default:
			return nil
		}
	}
}
