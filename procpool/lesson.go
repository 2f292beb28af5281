package procpool

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
func (p *process) learn(t *callee.Callee) {
	if len(t.Units) == 0 || slices.ContainsFunc(t.Units, func(u host.Unit) bool { return u.Value }) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lesson = t
}

// teach tells a spare that nobody owns yet.
func (c *child) teach(t *callee.Callee) {
	if t == nil || c.tell(t.Units) != nil {
		return
	}
	c.out.Send(wire.Frame{Kind: task.FrameLesson, Data: []byte(t.Entry)})
}

// lesson looks up an entry, so that it is there when it is needed.
func lesson(f wire.Frame) {
	defer func() {
		recover() // who needs it will be told
	}()
	this.Callees.Lookup(string(f.Data))
}
