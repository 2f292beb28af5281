package child

import "github.com/parago/parago/procpool/internal/screen"

// Speak says how the child's output is handed over from now on. It must be idle.
func (c *Child) Speak(v screen.Voice) {
	c.mu.Lock()
	same, old := c.origin == v.Origin && c.mode == v.Mode, c.printer
	c.mu.Unlock()
	if same {
		return
	}
	c.Spawned.Drain() // what it wrote so far is the other's
	if old != nil {
		old.Pause()
	}
	c.mu.Lock()
	if c.origin != v.Origin {
		c.tail = nil
	}
	c.origin, c.mode, c.printer = v.Origin, v.Mode, c.nursery.Screen.NewPrinter(v, c.Name)
	c.mu.Unlock()
}

// paused is called when the output of a task is in.
func (c *Child) paused() {
	if p := c.printing(); p != nil {
		p.Pause()
	}
}

// silent is called when the child has ended and all its output is in.
func (c *Child) silent() {
	if p := c.printing(); p != nil {
		p.End()
	}
}

func (c *Child) printing() screen.Printer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.printer
}
