package pool

import (
	"slices"
	"sync"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
)

// Pools are the pools of a process that are not closed, and what they use of it.
type Pools struct {
	node    *node.Node
	callees *callee.Table
	workers Starter // of pools that say nothing else

	mu     sync.Mutex
	all    map[*Scheduler]bool // guarded by mu, as is the rest
	number int                 // of the last one
}

// NewPools are no pools yet, of a process whose functions are in callees.
func NewPools(n *node.Node, callees *callee.Table, workers Starter) *Pools {
	return &Pools{node: n, callees: callees, workers: workers, all: map[*Scheduler]bool{}}
}

// New makes a pool. What is wrong with its options is the error of its first call. It stays among p until it
// is closed or terminated.
func (p *Pools) New(o Options) *Scheduler {
	s := &Scheduler{pools: p, Node: p.node, size: o.Size, options: o, starter: o.Start, origin: p.node.Origin()}
	s.changed.L = &s.mu
	s.drop.made = s.caller()
	if s.starter == nil {
		s.starter = p.workers
	}
	if o.Size < 1 {
		s.options.Bad = fault.Errorf("NewPool(%d): need at least 1 worker", o.Size)
		s.size = 1
	}
	s.size = s.starter.Most(s.size)
	s.starter.Warm(s.size)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.number++
	s.number = p.number
	p.all[s] = true
	return s
}

// All are the pools that are not closed, oldest first.
func (p *Pools) All() []*Scheduler {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]*Scheduler, 0, len(p.all))
	for s := range p.all {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *Scheduler) int { return a.number - b.number })
	return all
}

// Cancel stops all calls of an origin, and returns what is closed when the workers are gone that ran them.
func (p *Pools) Cancel(origin string) (gone []<-chan struct{}) {
	for _, s := range p.All() {
		gone = append(gone, s.cancelOrigin(origin)...)
	}
	return gone
}

// Terminate ends all pools.
func (p *Pools) Terminate() {
	for _, s := range p.All() {
		s.Terminate()
	}
}

func (p *Pools) forget(s *Scheduler) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, s)
}
