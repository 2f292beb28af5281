package child

import (
	"bytes"
	"syscall"
)

// tailSize is how much of the end of stderr is kept for error messages.
const tailSize = 4 << 10

// output hands over what the child wrote.
func (c *Child) output(stderr bool, data []byte) {
	if stderr {
		c.errors.Lock()
		defer c.errors.Unlock()
		if data = c.report.take(data); len(data) == 0 {
			return
		}
	}
	c.show(stderr, data)
}

// letGo shows what was held back of standard error: the child lives.
func (c *Child) letGo() {
	c.errors.Lock()
	defer c.errors.Unlock()
	if c.report.holding {
		c.show(true, c.report.release())
	}
}

// conclude shows what was held back when the child has ended, in short if that is how.
func (c *Child) conclude(code int) {
	c.errors.Lock()
	defer c.errors.Unlock()
	c.starved = c.ranOutOfMemory(code)
	if !c.report.holding {
		return
	}
	if crashed(code) {
		c.show(true, c.report.short(c.nursery.Host))
		return
	}
	c.show(true, c.report.release())
}

// crashed tells whether Go's runtime, or the system, has ended a process for what it did.
func crashed(code int) bool { return code == 2 || code < 0 && crashSignals[syscall.Signal(-code)] }

// show hands over what is not held back.
func (c *Child) show(stderr bool, data []byte) {
	c.mu.Lock()
	origin, own, form := c.origin, c.sinks, c.printer
	if stderr {
		c.tail = append(c.tail, data...)
		if extra := len(c.tail) - tailSize; extra > 0 {
			c.tail = c.tail[:copy(c.tail, c.tail[extra:])]
		}
	}
	c.mu.Unlock()
	if own.write(stderr, data) {
		return
	}
	if form != nil {
		form.Write(stderr, data)
		return
	}
	c.nursery.Screen.Write(origin, stderr, data)
}

// LastLines returns the end of the child's stderr, from the start of a line.
func (c *Child) LastLines() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	tail := c.tail
	if len(tail) == tailSize {
		if _, rest, ok := bytes.Cut(tail, []byte("\n")); ok {
			tail = rest
		}
	}
	return string(tail)
}
