package procpool

import (
	"os"
	"slices"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
)

// adopt makes a process out of r: a spare, if there is one that is like a fresh
// process would be. It is the owner's from then on. Out may be nil.
func (p *process) adopt(o owner, origin string, r task.Role, env []string, out *sinks) (*child, error) {
	if node.Depth(p.Identity) >= node.MaxDepth {
		return nil, fault.ErrTooDeep
	}
	c, err := p.take(env, r.Dir)
	for tries := 0; err == nil && !c.own(o, origin, r, out); tries++ { // a spare may end at any time
		if tries == maxSpares {
			return nil, fault.Errorf("processes end as soon as they are started: %s", c.lastLines())
		}
		c, err = p.take(env, r.Dir)
	}
	if err != nil {
		return nil, err
	}
	r.ParentName, r.ParentPID, r.Log = p.Role.Name, os.Getpid(), p.logLevel()
	return c, c.send(task.FrameRole, 0, r)
}

// take returns a spare, or starts a process.
func (p *process) take(env []string, dir string) (*child, error) {
	if env == nil && dir == "" {
		if c := p.spare(); c != nil {
			return c, nil
		}
	}
	p.mu.Lock()
	shut := p.shut
	p.mu.Unlock()
	if shut {
		return nil, fault.ErrClosed
	}
	if env == nil {
		env = os.Environ()
	}
	return p.startChild(env, dir)
}

// maxSpares bounds the processes that are kept ready.
const maxSpares = 4

// spare takes a spare whose environment is still ours, and has another one started.
func (p *process) spare() *child {
	env := os.Environ()
	dir, _ := os.Getwd()
	p.mu.Lock()
	var c *child
	for len(p.spares) > 0 && c == nil {
		at := max(0, slices.IndexFunc(p.spares, (*child).isAwake))
		c = p.spares[at]
		p.spares = slices.Delete(p.spares, at, at+1)
		if _, ended := c.spawned.ExitCode(); ended || c.dir != dir || !slices.Equal(c.env, env) {
			c.spawned.Kill()
			c = nil
		}
	}
	if c == nil || !c.isAwake() { // one more would have been of use
		p.wanted = min(p.wanted+1, maxSpares)
	}
	p.mu.Unlock()
	// Not at once: the process that is to begin now has the processor.
	time.AfterFunc(refillDelay, func() { p.warm(1) })
	return c
}

const refillDelay = 2 * time.Millisecond

// hasSpare reports whether a process is ready to begin.
func (p *process) hasSpare() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.spares, (*child).isAwake)
}

// giveBack makes a spare again of a child that has run nothing but this package. It
// reports whether there was room.
func (p *process) giveBack(c *child) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.spares) >= maxSpares || p.shut || !p.children[c] {
		return false
	}
	c.mu.Lock()
	c.owner, c.identity, c.origin, c.sinks, c.mode, c.printer = nil, "", "", nil, screen.Raw, nil
	c.mu.Unlock()
	p.spares = append(p.spares, c)
	return true
}

// Warm has n spare processes started in the background, so that the next processes
// and workers are there at once. The package keeps a few by itself once it is in use.
func Warm(n int) { this.warm(n) }

func (p *process) warm(n int) {
	if node.Depth(p.Identity) >= node.MaxDepth {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted = min(max(p.wanted, n), maxSpares)
	if p.shut || p.starting > 0 || len(p.spares) >= p.wanted {
		return
	}
	p.starting++
	go p.fill()
}

// fill starts spares until there are enough. It ends soon, and Shutdown kills what it
// has started.
func (p *process) fill() {
	for {
		dir, _ := os.Getwd()
		c, err := p.startChild(os.Environ(), dir)
		p.mu.Lock()
		lesson := p.lesson
		p.mu.Unlock()
		if err == nil {
			c.teach(lesson)
		}
		p.mu.Lock()
		if err == nil {
			p.spares = append(p.spares, c)
		}
		if err != nil || p.shut || len(p.spares) >= p.wanted {
			p.starting--
			p.mu.Unlock()
			return
		}
		p.mu.Unlock()
	}
}
