package child

import (
	"maps"
	"slices"
	"sync"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/logs"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/share"
	"github.com/parago/parago/procpool/spawn"
)

// A Nursery is the children of a process: those that run, and spares that are kept ready.
type Nursery struct {
	*node.Node
	space  *share.Space
	Levels *logs.Logs
	oom    spawn.OOMWatch

	mu       sync.Mutex
	children map[*Child]bool // guarded by mu, as is the rest
	spares   []*Child
	starting int            // spares being started
	lesson   *callee.Callee // what spares are told in advance
	wanted   int            // spares to keep
	shut     bool

	living sync.WaitGroup // children that are not gone, and those that are being started
}

// New makes a nursery without children. What they share with this process is in space.
func New(n *node.Node, space *share.Space) *Nursery {
	p := &Nursery{Node: n, space: space, children: map[*Child]bool{}}
	p.Levels = logs.New(n, p.tellLevel)
	space.Descendants = p.collectBelow
	return p
}

// Close keeps anything from being started from now on.
func (n *Nursery) Close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.shut = true
}

// KillAll ends all children, and returns when they are gone, and those that are being started. Close comes first.
func (n *Nursery) KillAll() {
	n.mu.Lock()
	rest := slices.Collect(maps.Keys(n.children))
	n.mu.Unlock()
	for _, c := range rest {
		c.Spawned.Kill()
	}
	n.living.Wait()
}

// bear counts a child that is about to be started. It fails if none may be.
func (n *Nursery) bear() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.shut {
		return fault.ErrClosed
	}
	n.living.Add(1)
	return nil
}
