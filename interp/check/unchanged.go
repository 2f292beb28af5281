package check

import (
	"go/ast"
	"slices"
)

// dropUnchanged takes out what the cell declares just as it is declared already, so
// that running a cell again changes nothing. It stays if it depends on a change.
func (p *plan) dropUnchanged() {
	same := map[*decl]*decl{} // the cell's → the earlier
	for _, d := range p.own {
		if d.key == "main" {
			continue // it is declared to be run
		}
		if old, ok := p.s.view.lookup(d).(*decl); ok && p.unchanged(d, old) {
			same[d] = old
		}
	}
	keepWholeGroups(p, same)
	for {
		changed := map[string]bool{}
		for _, d := range p.own {
			if same[d] == nil {
				changed[d.key] = true
			}
		}
		for name := range p.names {
			if _, isVar := p.s.view.name(name).(*variable); !isVar {
				changed[name] = true
			}
		}
		hit := p.s.dependants(changed, nil)
		again := false
		for d, old := range same {
			if hit[old] {
				delete(same, d)
				again = true
			}
		}
		if again {
			keepWholeGroups(p, same)
			continue
		}
		break
	}
	var own []*decl
	for _, d := range p.own {
		if same[d] == nil {
			own = append(own, d)
		}
	}
	p.own = own
	p.dropGroups()
}

// keepWholeGroups lets a group of constants be unchanged only as a whole.
func keepWholeGroups(p *plan, same map[*decl]*decl) {
	for _, g := range p.group {
		all := true
		for _, d := range p.own {
			if d.isConst() && within(d, g) && same[d] == nil {
				all = false
			}
		}
		if all {
			continue
		}
		for d := range same {
			if d.isConst() && within(d, g) {
				delete(same, d)
			}
		}
	}
}

func (p *plan) dropGroups() {
	var kept []ast.Decl
	for _, g := range p.group {
		for _, d := range p.own {
			if d.isConst() && within(d, g) {
				kept = append(kept, g)
				break
			}
		}
	}
	p.group = kept
}

func within(d *decl, g ast.Decl) bool {
	pos := d.nameIdent().Pos()
	return g.Pos() <= pos && pos < g.End()
}

// unchanged reports whether d, if it were checked, would mean what old means.
func (p *plan) unchanged(d, old *decl) bool {
	if d.text == "" || d.text != old.text || !slices.Equal(p.env.dots, old.env.dots) {
		return false
	}
	for _, r := range old.refs {
		if r.to == nil {
			if p.s.view.name(r.id.Name) != nil || p.env.names[r.id.Name].path != r.pkg {
				return false
			}
			continue
		}
		if m, ok := r.to.(*decl); ok && m.recv != "" {
			continue
		}
		if !p.s.view.live(r.to) {
			return false
		}
	}
	return true
}
