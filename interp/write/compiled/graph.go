package compiled

import (
	"go/ast"
	"go/types"
	"maps"

	"github.com/parago/parago/interp/check"
)

// A mentions is what a piece of text uses of the session's.
type mentions struct {
	decls map[string]bool
	vars  map[string]*sessionVar
}

// A sessionVar is a variable as a unit sees it.
type sessionVar struct {
	*check.Var
	u *check.Unit
}

// mentionsOf finds what nodes of a unit use. Constants are written where they are used,
// so what counts of them is their type.
func mentionsOf(u *check.Unit, nodes ...ast.Node) mentions {
	m := mentions{map[string]bool{}, map[string]*sessionVar{}}
	for _, n := range nodes {
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				m.object(u, u.Info.Uses[n])
				if s, ok := u.Info.Defs[n].(*types.Var); ok {
					m.typ(u, s.Type())
				}
			case ast.Expr:
				if tv, ok := u.Info.Types[n]; ok && tv.Type != nil { // an elided or inferred type
					m.typ(u, tv.Type)
				}
			}
			return true
		})
	}
	return m
}

func (m mentions) object(u *check.Unit, o types.Object) {
	if o == nil {
		return
	}
	switch d, v := u.Lookup(o); {
	case v != nil:
		m.vars[v.Name] = &sessionVar{v, u}
		m.typ(u, v.Obj.Type())
	case d == nil:
	default:
		if c, ok := o.(*types.Const); ok {
			m.typ(u, c.Type())
			return
		}
		m.decls[d.Name] = true
	}
}

// typ adds the session's types in t.
func (m mentions) typ(u *check.Unit, t types.Type) {
	var seen map[types.Type]bool
	var visit func(t types.Type)
	list := func(ts *types.TypeList) {
		for t := range ts.Types() {
			visit(t)
		}
	}
	visit = func(t types.Type) {
		switch t := t.(type) {
		case *types.Basic, nil:
			return
		case *types.Named:
			if o := t.Obj(); o.Pkg() == u.Pkg && o.Parent() == u.Pkg.Scope() {
				m.object(u, t.Origin().Obj())
			}
			list(t.TypeArgs())
			return
		case *types.Alias:
			if o := t.Obj(); o.Pkg() == u.Pkg && o.Parent() == u.Pkg.Scope() {
				m.object(u, t.Origin().Obj())
			}
			list(t.TypeArgs())
			visit(t.Rhs())
			return
		}
		if seen[t] {
			return
		}
		if seen == nil {
			seen = map[types.Type]bool{}
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Pointer:
			visit(t.Elem())
		case *types.Slice:
			visit(t.Elem())
		case *types.Array:
			visit(t.Elem())
		case *types.Chan:
			visit(t.Elem())
		case *types.Map:
			visit(t.Key())
			visit(t.Elem())
		case *types.Struct:
			for f := range t.Fields() {
				visit(f.Type())
			}
		case *types.Tuple:
			for v := range t.Variables() {
				visit(v.Type())
			}
		case *types.Signature:
			visit(t.Params())
			visit(t.Results())
		case *types.Interface:
			for m := range t.ExplicitMethods() {
				visit(m.Type())
			}
			for e := range t.EmbeddedTypes() {
				visit(e)
			}
		case *types.Union:
			for e := range t.Terms() {
				visit(e.Type())
			}
		}
	}
	visit(t)
}

// A graph is who mentions whom, among what one cell needs.
type graph struct {
	p     *Package
	u     *check.Unit
	known map[string]mentions

	touched map[string]map[string]*sessionVar // by items, also by way of others; shared within a group
}

func newGraph(p *Package, u *check.Unit) *graph {
	return &graph{p: p, u: u, known: map[string]mentions{}, touched: map[string]map[string]*sessionVar{}}
}

// of is what an item mentions; a type mentions its methods.
func (g *graph) of(name string) mentions {
	if m, ok := g.known[name]; ok {
		return m
	}
	m := mentions{map[string]bool{}, map[string]*sessionVar{}}
	if it := g.p.items[name]; it != nil {
		m = mentionsOf(it.unit, it.decl.Node)
		for _, method := range g.u.Methods(it.decl) {
			m.decls[method] = true
		}
	}
	g.known[name] = m
	return m
}

// components are the groups of items that mention each other, among all that can be
// reached from roots; each stands behind those that it mentions.
func (g *graph) components(roots []string) [][]string {
	var out [][]string
	index, low := map[string]int{}, map[string]int{}
	on := map[string]bool{}
	var stack []string
	var visit func(v string)
	visit = func(v string) {
		index[v] = len(index) + 1
		low[v] = index[v]
		stack, on[v] = append(stack, v), true
		for _, w := range sorted(g.of(v).decls) {
			if index[w] == 0 {
				visit(w)
				low[v] = min(low[v], low[w])
			} else if on[w] {
				low[v] = min(low[v], index[w])
			}
		}
		if low[v] != index[v] {
			return
		}
		var group []string
		for {
			w := stack[len(stack)-1]
			stack, on[w] = stack[:len(stack)-1], false
			group = append(group, w)
			if w == v {
				break
			}
		}
		out = append(out, group)
	}
	for _, r := range roots {
		if index[r] == 0 {
			visit(r)
		}
	}
	return out
}

// reach is the variables that what is mentioned may touch, also by way of others.
func (g *graph) reach(m mentions) map[string]*sessionVar {
	out := map[string]*sessionVar{}
	maps.Copy(out, m.vars)
	for _, d := range sorted(m.decls) {
		if g.touched[d] == nil {
			for _, group := range g.components([]string{d}) {
				g.touch(group)
			}
		}
		for name, v := range g.touched[d] {
			if out[name] == nil {
				out[name] = v
			}
		}
	}
	return out
}

// touch notes which variables the items of a group may touch, unless that is known. Groups come in
// the order of components.
func (g *graph) touch(group []string) {
	if g.touched[group[0]] != nil {
		return
	}
	all := mentions{map[string]bool{}, map[string]*sessionVar{}}
	for _, name := range group {
		g.touched[name] = all.vars // known from here on: they mention each other
		maps.Copy(all.decls, g.of(name).decls)
		maps.Copy(all.vars, g.of(name).vars)
	}
	vars := g.reach(all)
	for _, name := range group {
		g.touched[name] = vars
	}
}
