package check

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// notes say what of the session does not follow the cell's redefinitions.
func (p *plan) notes(v *view) []string {
	if p.world == nil {
		return nil // nothing is made of the cell
	}
	return append(p.stuckNotes(v), p.keptNotes(v)...)
}

func (p *plan) stuckNotes(v *view) []string {
	var out []string
	for d, why := range p.stuck {
		if d.recv != "" {
			if typ := v.base(d.recv); typ == nil || !typ.isType() {
				continue // the name is no type any more: there is nothing to follow
			}
		}
		why = strings.ReplaceAll(why, "\n\t\t", "; ")
		if earlier := p.earlier(d, v); earlier != "" {
			out = append(out, fmt.Sprintf("%s keeps using the earlier %s: %s", d.key, earlier, why))
			continue
		}
		out = append(out, fmt.Sprintf("%s stays as it was: %s", d.key, why))
	}
	sort.Strings(out)
	return out
}

// earlier names what d mentions that the view has in another version.
func (p *plan) earlier(d *decl, v *view) string {
	seen := map[string]bool{}
	for _, r := range d.refs {
		if r.to == nil {
			continue
		}
		if key, _ := r.to.ident(); !v.live(r.to) && key != d.key {
			seen[key] = true
		}
	}
	return list(sortedKeys(seen))
}

// keptNotes name the variables whose type has been redeclared.
func (p *plan) keptNotes(v *view) []string {
	kept := map[*decl][]string{}
	for t := range p.world.made(p.superseded(v)) {
		x, ok := t.(*variable)
		if !ok || !v.live(x) {
			continue
		}
		key := x.key
		mentions(x.typ, x.via, func(to target) {
			d, ok := to.(*decl)
			if ok && p.s.view.live(d) && !v.live(d) {
				kept[d] = append(kept[d], key)
			}
		})
	}
	var out []string
	for d, vars := range kept {
		verb := "keeps"
		if len(vars) > 1 {
			verb = "keep"
		}
		sort.Strings(vars)
		out = append(out, fmt.Sprintf("%s %s the earlier type %s (of In[%d])", list(slices.Compact(vars)), verb, d.key, d.n))
	}
	sort.Strings(out)
	return out
}

// superseded are the types that the cell declares anew.
func (p *plan) superseded(v *view) []target {
	var out []target
	for key := range v.names {
		if d, ok := p.s.view.name(key).(*decl); ok && v != p.s.view && d.isType() && !v.live(d) {
			out = append(out, d)
		}
	}
	return out
}

// list joins names as in a sentence: a, b and c.
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
