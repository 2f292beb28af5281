package child

import "github.com/parago/parago/procpool/internal/task"

// tellLevel tells all children of a change.
func (n *Nursery) tellLevel(level task.LogLevel) {
	n.mu.Lock()
	var children []*Child
	for c := range n.children {
		children = append(children, c)
	}
	n.mu.Unlock()
	for _, c := range children {
		if c.send(task.FrameLogLevel, 0, level) == nil {
			c.Out.Flush()
		}
	}
}
