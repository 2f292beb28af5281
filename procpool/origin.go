package procpool

// cancel stops what was begun here on behalf of an origin.
func (p *process) cancel(origin string) (gone []<-chan struct{}) {
	p.mu.Lock()
	var pools []*scheduler
	for pool := range p.pools {
		pools = append(pools, pool)
	}
	var procs []*Process
	for _, proc := range p.processes {
		if proc.origin == origin {
			procs = append(procs, proc)
		}
	}
	p.mu.Unlock()
	for _, pool := range pools {
		for _, c := range pool.cancelOrigin(origin) {
			gone = append(gone, c.Gone)
		}
	}
	for _, proc := range procs {
		if _, c := proc.lookAt(); c != nil {
			c.Spawned.Kill()
			gone = append(gone, c.Gone)
		}
	}
	return gone
}
