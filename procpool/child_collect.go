package procpool

import (
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// collectBelow has the processes below this one find what handles they have dropped.
func (p *process) collectBelow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.children {
		if c.out.Put(wire.Frame{Kind: task.FrameCollect}) == nil {
			c.out.Flush()
		}
	}
}
