package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"strings"

	"github.com/parago/parago/interp/agree"
)

// The effects of a function, a literal or a declaration, are what it does to variables from outside.
type effects struct {
	writes []loss          // the first to each
	reads  map[string]bool // names of variables whose value it uses
	calls  []string        // declarations
}

// lost finds the writes of a function, and of those that it calls, to variables that none of them reads. A
// function that is not declared in of is of a package.
func lost(e *effects, of map[string]*effects) (all []loss) {
	var writes []loss
	reads, seen := map[string]bool{}, map[*effects]bool{}
	var follow func(e *effects)
	follow = func(e *effects) {
		if e == nil || seen[e] {
			return
		}
		seen[e] = true
		maps.Copy(reads, e.reads)
		writes = append(writes, e.writes...)
		for _, name := range e.calls {
			follow(of[name])
		}
	}
	follow(e)
	for _, w := range writes {
		if !reads[w.name] {
			reads[w.name] = true // it is told once
			all = append(all, w)
		}
	}
	return all
}

// effectsOf looks at a function. Name tells by which name a function that it calls is declared.
func effectsOf(info *types.Info, fn ast.Node, name func(*types.Func) string) *effects {
	w := &writes{info: info, fn: fn, name: name, own: map[types.Object]bool{}, seen: map[types.Object]bool{}}
	w.reads = map[string]bool{}
	ast.Inspect(fn, w.visit)
	return &w.effects
}

type writes struct {
	effects
	info *types.Info
	fn   ast.Node
	name func(*types.Func) string
	own  map[types.Object]bool // written by the statement that is looked at, where mentions are no reads
	seen map[types.Object]bool
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
	case *ast.ExprStmt:
		if call, ok := ast.Unparen(n.X).(*ast.CallExpr); ok {
			if to := changed(w.info, call); to != nil {
				w.assign(n, []ast.Expr{to})
				return false
			}
		}
	case *ast.CallExpr:
		if fn := named(w.info, n.Fun); fn != nil {
			w.calls = append(w.calls, w.name(fn.Origin()))
		}
	case *ast.Ident:
		if v, ok := w.info.Uses[n].(*types.Var); ok && !w.own[v] {
			w.reads[n.Name] = true
		}
	}
	return true
}

// assign notes what a statement writes, and what else it mentions.
func (w *writes) assign(stmt ast.Node, to []ast.Expr) {
	var mine []types.Object
	for _, x := range to {
		id := agree.Root(x)
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
			w.writes = append(w.writes, loss{id.Pos(), id.Name})
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
	case *ast.ExprStmt:
		all = append(all, s.X)
	}
	return all
}

// changers are functions, and methods by their types, that change their first argument or receiver: the
// beginnings of their names. That of a call whose result nobody wants is a write.
var changers = map[string][]string{
	"builtin":             {"copy", "delete", "clear"},
	"sort":                {"Ints", "Strings", "Float64s", "Slice", "Sort", "Stable"},
	"slices":              {"Sort", "Reverse"},
	"maps":                {"Copy", "DeleteFunc", "Insert"},
	"sync/atomic":         {"Add", "Store", "Swap", "CompareAndSwap", "And", "Or"},
	"sync.Map":            {"Store", "Swap", "Delete", "Clear", "LoadOrStore", "CompareAnd"},
	"bytes.Buffer":        {"Write", "ReadFrom", "Truncate", "Reset"},
	"strings.Builder":     {"Write", "Reset"},
	"container/list.List": {"Push", "Insert", "Move", "Remove", "Init"},
	"container/heap":      {"Push", "Pop", "Init", "Fix", "Remove"},
	"math/big.Int":        {"Add", "Sub", "Mul", "Div", "Quo", "Exp", "Set", "Neg", "Lsh", "Rsh"},
	"math/big.Float":      {"Add", "Sub", "Mul", "Quo", "Set", "Neg"},
	"math/big.Rat":        {"Add", "Sub", "Mul", "Quo", "Set", "Neg", "Inv"},
	"net/url.Values":      {"Add", "Set", "Del"},
	"net/http.Header":     {"Add", "Set", "Del"},
}

// changed is the expression that a call changes, nil if none is known.
func changed(info *types.Info, call *ast.CallExpr) ast.Expr {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if _, ok := info.Uses[id].(*types.Builtin); ok && begins(id.Name, changers["builtin"]) {
			return call.Args[0]
		}
	}
	fn := named(info, call.Fun)
	if fn == nil || fn.Pkg() == nil {
		return nil
	}
	if fn.Signature().Recv() == nil {
		if fn.Pkg().Path() == "fmt" && strings.HasPrefix(fn.Name(), "Fprint") && isText(info.TypeOf(call.Args[0])) {
			return call.Args[0]
		}
		if len(call.Args) > 0 && begins(fn.Name(), changers[fn.Pkg().Path()]) {
			return call.Args[0]
		}
		return nil
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	of := fn.Pkg().Path()
	if of != "sync/atomic" {
		of += "." + receiver(fn)
	}
	if begins(fn.Name(), changers[of]) {
		return sel.X
	}
	return nil
}

// isText tells whether what is written to a t stays in the process.
func isText(t types.Type) bool {
	text := types.TypeString(t, nil)
	return text == "*bytes.Buffer" || text == "*strings.Builder"
}

// receiver is the name of the type whose method fn is.
func receiver(fn *types.Func) string {
	t := fn.Signature().Recv().Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

func begins(name string, with []string) bool {
	for _, w := range with {
		if strings.HasPrefix(name, w) {
			return true
		}
	}
	return false
}
