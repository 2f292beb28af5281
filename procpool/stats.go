package procpool

// Stats counts what a pool has done.
type Stats struct {
	Started int // workers
	Done    int // elements with a result
	Waiting int // elements that no worker has yet
}

// Stats returns the counts as they are now.
func (p *Pool) Stats() Stats {
	if p == nil {
		p = Default()
	}
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	st := p.s.stats
	st.Waiting = p.s.pending()
	return st
}

// WorkerInfo describes a worker.
type WorkerInfo struct {
	Name  string
	PID   int
	Tasks int  // elements that it was given
	Busy  bool // it has some now
}

// Workers returns the pool's workers as they are now, oldest first.
func (p *Pool) Workers() []WorkerInfo {
	if p == nil {
		p = Default()
	}
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	var out []WorkerInfo
	for _, w := range p.s.workers {
		if !w.quitting && w.kill == nil {
			out = append(out, WorkerInfo{w.child.name, w.child.spawned.PID(), w.taken, len(w.flights) > 0})
		}
	}
	return out
}
