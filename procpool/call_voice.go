package procpool

import "github.com/parago/parago/procpool/internal/screen"

func (c *Call) voice() screen.Voice {
	if c.opts.output != nil {
		return screen.Voice{Origin: c.origin, Mode: *c.opts.output}
	}
	return screen.Voice{Origin: c.origin, Mode: c.pool.options.output}
}

// lineByLine reports whether tasks have to wait for each other: nobody can
// tell whose an unfinished line is while the next task runs.
func (c *Call) lineByLine() bool {
	m := c.voice().Mode
	return m == screen.Lines || m == screen.Prefixed
}
