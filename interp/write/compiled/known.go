package compiled

import (
	"go/ast"
	"go/types"
	"maps"

	"github.com/parago/parago/interp/check"
)

// Known is what packages of earlier cells hold, as one cell means it. It is what package
// glue asks for.
type Known struct {
	g *Generator
	f *file
}

// Known returns what is there for a cell.
func (g *Generator) Known(u *check.Unit) *Known {
	p := &Package{items: g.items}
	return &Known{g, newFile(g, p, u, nil)}
}

// Func reports whether a function is compiled.
func (k *Known) Func(name string) bool { return k.Home(name) != "" }

// Type reports whether a type, with the methods that it has now, is compiled.
func (k *Known) Type(name string) bool { return k.Home(name) != "" }

// Var reports whether a variable is there.
func (k *Known) Var(name string) bool { return k.g.vars[name] }

// Source is the declaration of a function and what its check has found out, nil for what is none.
func (k *Known) Source(d *check.Decl) (*ast.FuncDecl, *types.Info) { return k.f.sourceOf(d) }

// Home is the package that holds a declaration, "" if none does.
func (k *Known) Home(name string) string {
	if k.f.p.items[name] == nil {
		return ""
	}
	if _, ok := k.f.depth[name]; !ok {
		k.f.place(k.f.graph.components([]string{name}))
	}
	return k.f.homeOf(k.f.depth[name])
}

// Needs are the packages of some declarations with all that they import, in load order.
func (k *Known) Needs(names ...string) []string {
	homes := map[string]bool{}
	for _, name := range names {
		if h := k.Home(name); h != "" {
			homes[h] = true
		}
	}
	return k.g.closure(sorted(homes))
}

// Note is Generate for a cell that somebody else runs: it holds what later cells must
// know of it. The variables are those that are there afterwards.
func (g *Generator) Note(u *check.Unit, text string, n int, vars []string) *Package {
	p := g.note(u, text, n)
	var nodes []ast.Node
	for _, s := range u.Stmts {
		nodes = append(nodes, s)
	}
	if u.Result != nil {
		nodes = append(nodes, u.Result)
	}
	maps.Copy(g.shared, usageOf(u, nodes).shared)
	p.Vars = vars
	return p
}

// Forget says that no cell can mean some declarations any more.
func (g *Generator) Forget(names []string) {
	for _, name := range names {
		delete(g.items, name)
	}
}

// Lost says that the session process has ended: no variable is there any more, and no value that keeps
// an earlier function.
func (g *Generator) Lost() { g.vars, g.kept = map[string]bool{}, map[string]bool{} }

// note begins a Package with what a cell declares. The Generator hears of that at once: versions
// that nobody commits are named by nobody, and a variable may be held for shared that is not.
func (g *Generator) note(u *check.Unit, text string, n int) *Package {
	src := newSource(text)
	p := &Package{items: g.items, homes: map[string]string{}, Files: map[string]int{src.file: n}, src: src}
	if len(u.Decls) > 0 {
		g.texts[u.Fset] = src
	}
	for _, d := range u.Decls {
		g.items[d.Name] = &item{name: d.Name, decl: d, unit: u, src: g.texts[d.Fset]}
		for v := range mentionsOf(u, d.Node).vars {
			g.shared[v] = true
		}
	}
	return p
}
