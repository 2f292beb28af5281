package procpool

// name gives a new process its identity, and its name if the user has not.
func (p *Process) name() {
	if p.Name == p.auto {
		p.Name = ""
	}
	p.identity, p.Name = this.Reserve(p.class, p.Name)
	p.auto = p.Name
}
