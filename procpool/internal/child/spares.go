package child

import (
	"os"
	"slices"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/shm"
)

// Adopt makes a process out of r: a spare, if there is one that is like a fresh
// process would be. It is the owner's from then on. Out may be nil.
func (n *Nursery) Adopt(o Owner, origin string, r task.Role, env []string, out *Sinks) (*Child, error) {
	if node.Depth(n.Identity) >= node.MaxDepth {
		return nil, fault.ErrTooDeep
	}
	c, err := n.take(env, r.Dir)
	for tries := 0; err == nil && !c.own(o, origin, r, out); tries++ { // a spare may end at any time
		if tries == maxSpares {
			return nil, fault.Errorf("processes end as soon as they are started: %s", c.LastLines())
		}
		c, err = n.take(env, r.Dir)
	}
	if err != nil {
		return nil, err
	}
	r.ParentName, r.ParentPID, r.Log = n.Role.Name, os.Getpid(), n.Levels.Wanted()
	return c, c.send(task.FrameRole, 0, r)
}

// take returns a spare, or starts a process.
func (n *Nursery) take(env []string, dir string) (c *Child, err error) {
	if env == nil && dir == "" {
		if c := n.spare(); c != nil {
			return c, nil
		}
	}
	n.mu.Lock()
	shut := n.shut
	n.mu.Unlock()
	if shut {
		return nil, fault.ErrClosed
	}
	if env == nil {
		env = os.Environ()
	}
	n.space.Scarce(func() bool {
		c, err = n.startChild(env, dir)
		return !shm.NoDescriptor(err)
	})
	return c, err
}

// maxSpares bounds the processes that are kept ready.
const maxSpares = 4

// spare takes a spare whose environment is still ours, and has another one started.
func (n *Nursery) spare() *Child {
	env := os.Environ()
	dir, _ := os.Getwd()
	n.mu.Lock()
	var c *Child
	for len(n.spares) > 0 && c == nil {
		at := max(0, slices.IndexFunc(n.spares, (*Child).IsAwake))
		c = n.spares[at]
		n.spares = slices.Delete(n.spares, at, at+1)
		if _, ended := c.Spawned.ExitCode(); ended || c.dir != dir || !slices.Equal(c.env, env) {
			c.Spawned.Kill()
			c = nil
		}
	}
	if c == nil || !c.IsAwake() { // one more would have been of use
		n.wanted = min(n.wanted+1, maxSpares)
	}
	n.mu.Unlock()
	// Not at once: the process that is to begin now has the processor.
	time.AfterFunc(refillDelay, func() { n.Warm(1) })
	return c
}

const refillDelay = 2 * time.Millisecond

// HasSpare reports whether a process is ready to begin.
func (n *Nursery) HasSpare() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.ContainsFunc(n.spares, (*Child).IsAwake)
}

// GiveBack makes a spare again of a child that has run nothing but this package. It
// reports whether there was room.
func (n *Nursery) GiveBack(c *Child) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.spares) >= maxSpares || n.shut || !n.children[c] {
		return false
	}
	c.mu.Lock()
	c.owner, c.Identity, c.origin, c.sinks, c.mode, c.printer = nil, "", "", nil, screen.Raw, nil
	c.mu.Unlock()
	n.spares = append(n.spares, c)
	return true
}

// Warm has n spares started in the background.
func (n *Nursery) Warm(want int) {
	if node.Depth(n.Identity) >= node.MaxDepth {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.wanted = min(max(n.wanted, want), maxSpares)
	if n.shut || n.starting > 0 || len(n.spares) >= n.wanted {
		return
	}
	n.starting++
	go n.fill()
}

// fill starts spares until there are enough. It ends soon, and Shutdown kills what it
// has started.
func (n *Nursery) fill() {
	for {
		dir, _ := os.Getwd()
		c, err := n.startChild(os.Environ(), dir)
		n.mu.Lock()
		lesson := n.lesson
		n.mu.Unlock()
		if err == nil {
			c.teach(lesson)
		}
		n.mu.Lock()
		if err == nil {
			n.spares = append(n.spares, c)
		}
		if err != nil || n.shut || len(n.spares) >= n.wanted {
			n.starting--
			n.mu.Unlock()
			return
		}
		n.mu.Unlock()
	}
}
