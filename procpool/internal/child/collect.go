package child

import (
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// collectBelow has the processes below this one find what handles they have dropped.
func (n *Nursery) collectBelow() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.children {
		if c.Out.Put(wire.Frame{Kind: task.FrameCollect}) == nil {
			c.Out.Flush()
		}
	}
}
