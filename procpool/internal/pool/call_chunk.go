package pool

import (
	"time"

	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
)

// What the chunks of a call are like.

// head starts a chunk of n elements from i on, whose arguments follow, as slab has them.
func (c *Call) head(buf []byte, i, n int) []byte {
	k := task.Chunk{Flags: c.flags, Fn: c.fn.ID, First: uint64(i), Seed: c.opts.Seed, Limit: uint64(c.opts.Timeout), N: n}
	if c.block == nil {
		return k.AppendHead(buf, nil)
	}
	return k.AppendHead(buf, c.block.Header)
}

// voice is whose their output is, and in which mode it is handed over.
func (c *Call) voice() screen.Voice {
	if c.opts.Output != nil {
		return screen.Voice{Origin: c.origin, Mode: *c.opts.Output}
	}
	return screen.Voice{Origin: c.origin, Mode: c.pool.options.Output}
}

// lineByLine reports whether tasks have to wait for each other: nobody can
// tell whose an unfinished line is while the next task runs.
func (c *Call) lineByLine() bool {
	m := c.voice().Mode
	return m == screen.Lines || m == screen.Prefixed
}

// minGrace is the least time that a function has to end after its context did. All cores may be busy with
// other workers.
const minGrace = time.Second

// limit is when a worker is killed whose task does not end.
func (c *Call) limit() time.Duration {
	d := c.opts.Timeout
	if c.flags&task.WithContext != 0 {
		d += max(minGrace, d/10)
	}
	return d
}
