package child

import (
	"slices"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// Spares are told in advance what the last function needed that a process was told of. The
// next one is most likely of the same cells, and to load compiled ones takes ten times as
// long as all else that a spare has yet to do. They are told of no variables: those may be
// large, and are somebody's.

// learn notes what processes are told of.
func (n *Nursery) learn(t *callee.Callee) {
	if len(t.Units) == 0 || slices.ContainsFunc(t.Units, func(u host.Unit) bool { return u.Value }) {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lesson = t
}

// teach tells a spare that nobody owns yet.
func (c *Child) teach(t *callee.Callee) {
	if t == nil || c.tell(t.Units) != nil {
		return
	}
	c.Out.Send(wire.Frame{Kind: task.FrameLesson, Data: []byte(t.Entry)})
}
