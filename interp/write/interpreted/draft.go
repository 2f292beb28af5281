package interpreted

import (
	"sort"
	"strings"
)

// A draft is a Decl in the making. deps are the names that must be loaded before its
// text, needs those that must be there when it runs.
type draft struct {
	Decl
	deps  map[string]bool
	needs map[string]bool
	imps  map[string]string
}

func newDraft(name string) *draft {
	return &draft{Decl: Decl{Name: name}, deps: map[string]bool{}, needs: map[string]bool{}, imps: map[string]string{}}
}

// add puts a finished draft among the cell's declarations.
func (c *cell) add(d *draft) {
	if c.decls[d.Name] == nil {
		c.order = append(c.order, d.Name)
	}
	c.decls[d.Name] = d
}

// ordered returns the drafts so that each stands after those that its text mentions.
// Those that mention each other are evaluated together: the first has the text of all.
func (c *cell) ordered() []Decl {
	var out []Decl
	for _, group := range components(c.order, c.decls) {
		if len(group) == 1 {
			out = append(out, c.decls[group[0]].finished())
			continue
		}
		lead := c.decls[group[0]]
		var text []string
		sort.SliceStable(group, func(i, j int) bool { // types first
			return strings.HasPrefix(c.decls[group[i]].Text, "type") && !strings.HasPrefix(c.decls[group[j]].Text, "type")
		})
		for _, name := range group {
			d := c.decls[name]
			text = append(text, d.Text)
			if d != lead {
				d.Text = ""
				d.needs[lead.Name] = true
				lead.needs[name] = true
				for a, p := range d.imps {
					lead.imps[a] = p
				}
			}
		}
		lead.Text = strings.Join(text, "\n")
		out = append(out, lead.finished())
		for _, name := range group {
			if c.decls[name] != lead {
				out = append(out, c.decls[name].finished())
			}
		}
	}
	return out
}

func (d *draft) finished() Decl {
	d.Imports = d.importList()
	delete(d.needs, d.Name)
	d.Needs = keysOf(d.needs)
	return d.Decl
}

func (d *draft) importList() []Import {
	var out []Import
	for _, a := range keysOf(d.imps) {
		out = append(out, Import{a, d.imps[a]})
	}
	return out
}

func keysOf[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// components are the strongly connected components of deps, dependencies first (Tarjan).
func components(order []string, decls map[string]*draft) [][]string {
	index, low, on := map[string]int{}, map[string]int{}, map[string]bool{}
	var stack []string
	var out [][]string
	var visit func(string)
	visit = func(n string) {
		index[n] = len(index) + 1
		low[n] = index[n]
		stack = append(stack, n)
		on[n] = true
		for _, m := range keysOf(decls[n].deps) {
			if decls[m] == nil {
				continue
			}
			if index[m] == 0 {
				visit(m)
				low[n] = min(low[n], low[m])
			} else if on[m] {
				low[n] = min(low[n], index[m])
			}
		}
		if low[n] == index[n] {
			var group []string
			for {
				m := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				on[m] = false
				group = append(group, m)
				if m == n {
					break
				}
			}
			out = append(out, group)
		}
	}
	for _, n := range order {
		if index[n] == 0 {
			visit(n)
		}
	}
	return out
}
