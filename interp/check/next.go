package check

// view is what the session's names stand for if the cell is accepted, and what is
// fresh in it: the cell's own declarations and new versions of their dependants.
func (p *plan) view() (*view, []*decl) {
	old := p.s.view
	changed := map[string]bool{}
	for _, d := range p.own {
		changed[d.key] = true
		if was, ok := old.lookup(d).(*decl); ok && d.recv != "" && signature(d) != signature(was) {
			changed[methodsOf(d.recv)] = true
		}
	}
	for key, v := range p.vars {
		if old.name(key) != target(v) {
			changed[key] = true
		}
	}
	hit := p.s.dependants(changed, p.stuck)
	if len(p.own) == 0 && len(p.vars) == 0 {
		return old, nil
	}
	v := newView(old)
	fresh := append([]*decl(nil), p.own...)
	for d := range hit {
		fresh = append(fresh, p.copyOf(d))
	}
	sortDecls(fresh[len(p.own):])
	p.name(fresh)
	for _, d := range fresh {
		if d.recv == "" {
			v.names[d.key] = d
		}
	}
	for key, x := range p.vars {
		v.names[key] = x
	}
	return v, p.attachAll(v, fresh)
}

// attachAll gives types their fresh methods, and returns what is fresh without the
// methods whose type is gone.
func (p *plan) attachAll(v *view, fresh []*decl) []*decl {
	var out []*decl
	for _, d := range fresh {
		if d.recv == "" {
			out = append(out, d)
			continue
		}
		typ := v.base(d.recv)
		if typ != nil && typ.isType() {
			v.attach(typ, d)
		} else if !p.isOwn(d) {
			continue
		}
		out = append(out, d)
	}
	return out
}

// copyOf is the version of an earlier declaration that sees this cell's.
func (p *plan) copyOf(d *decl) *decl {
	c := p.copies[d]
	if c == nil {
		next := *d
		next.refs, next.placed, next.info = nil, nil, nil
		c = &next
		p.copies[d] = c
	}
	return c
}

// name gives fresh versions their names.
func (p *plan) name(fresh []*decl) {
	for _, d := range fresh {
		d.name = versioned(d.key, p.s.count[d.key]+1)
	}
}
