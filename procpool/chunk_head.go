package procpool

import "github.com/parago/parago/procpool/internal/task"

// flags is what each chunk of a call with these options says.
func (o *callOptions) flags() byte {
	flags := byte(task.IsElement)
	if o.seeded {
		flags |= task.Seeded
	}
	if o.timeout > 0 {
		flags |= task.Limited
	}
	if o.timeline != nil {
		flags |= task.Timed
	}
	if o.failFast {
		flags |= task.FailFast
	}
	return flags
}

// head starts a chunk of n elements from i on, whose arguments follow, as slab has them.
func (c *Call) head(buf []byte, i, n int) []byte {
	k := task.Chunk{Flags: c.flags, Fn: c.fn.ID, First: uint64(i), Seed: c.opts.seed, Limit: uint64(c.opts.timeout), N: n}
	if c.block == nil {
		return k.AppendHead(buf, nil)
	}
	return k.AppendHead(buf, c.block.Header)
}
