package procpool

import "github.com/parago/parago/procpool/internal/fault"

// An OutputMode is how what a process writes is handed over: to the notebook, or to this
// process's own standard output and error. In each mode, what one process writes stays in
// order, and all that a task has written comes before its result.
type OutputMode int

// The modes of output.
const (
	// Raw hands over each Write as it is, when it is written. Lines of several workers may
	// mix where a line takes more than one Write.
	Raw OutputMode = iota
	// Lines hands over whole lines, so that those of several workers never mix. A line ends
	// with \n, or with \r, which stays as it is; what a task leaves unfinished is ended with \n.
	Lines
	// Prefixed is Lines with the name of the process before each: "[PoolWorker-3] ".
	Prefixed
	// Grouped shows what each process writes in a block of its own, which can be folded and
	// grows in place, ten times a second at most; the last 64 KB of it. There is one block for each
	// process and cell, and it is up to date when the cell ends. Where nothing can be shown in
	// place, as in a program, a block is written when somebody waits for the call or the
	// process, or when the process ends.
	Grouped
	// Discarded drops it. Errors such as WorkerDiedError still tell the last lines of standard error.
	Discarded
)

var outputModes = [...]string{"raw", "lines", "prefixed", "grouped", "discarded"}

// String is the mode's name, in small letters.
func (m OutputMode) String() string {
	if !m.valid() {
		return "unknown"
	}
	return outputModes[m]
}

func (m OutputMode) valid() bool { return m >= 0 && int(m) < len(outputModes) }

// Output sets how the output of the call's tasks is handed over, whatever the pool's mode is.
// In Lines and Prefixed, a worker gets its next element when it has handed over the last one.
func Output(m OutputMode) CallOption {
	return func(o *callOptions) {
		o.output = &m
		if !m.valid() {
			o.bad = fault.Errorf("Output(%d): no such mode", m)
		}
	}
}

// PoolOutput sets how the output of a pool's workers is handed over, unless a call says
// otherwise with Output.
func PoolOutput(m OutputMode) PoolOption {
	return func(o *poolOptions) {
		o.output = m
		if !m.valid() {
			o.bad = fault.Errorf("PoolOutput(%d): no such mode", m)
		}
	}
}

// A voice is how a child's output is handed over: on whose behalf, and in what form.
type voice struct {
	origin string
	mode   OutputMode
}

func (c *Call) voice() voice {
	if c.opts.output != nil {
		return voice{c.origin, *c.opts.output}
	}
	return voice{c.origin, c.pool.options.output}
}

// lineByLine reports whether tasks have to wait for each other: nobody can
// tell whose an unfinished line is while the next task runs.
func (c *Call) lineByLine() bool {
	m := c.voice().mode
	return m == Lines || m == Prefixed
}

// A printer hands over what a child writes in a form of its own. Streams may be written
// at the same time.
type printer interface {
	write(stderr bool, data []byte)
	// pause is called when all that a task has written was handed to write, before its result
	// is handed over.
	pause()
	// end is called after all else.
	end()
}

// newPrinter returns nil for Raw.
func newPrinter(v voice, name string) printer {
	switch v.mode {
	case Lines:
		return &linePrinter{origin: v.origin}
	case Prefixed:
		return &linePrinter{origin: v.origin, prefix: "[" + name + "] "}
	case Grouped:
		return newGroup(v.origin, name)
	case Discarded:
		return noPrinter{}
	}
	return nil
}

type noPrinter struct{}

func (noPrinter) write(bool, []byte) {}
func (noPrinter) pause()             {}
func (noPrinter) end()               {}

// speak says how the child's output is handed over from now on. It must be idle.
func (c *child) speak(v voice) {
	c.mu.Lock()
	same, old := c.origin == v.origin && c.mode == v.mode, c.printer
	c.mu.Unlock()
	if same {
		return
	}
	c.spawned.Drain() // what it wrote so far is the other's
	if old != nil {
		old.pause()
	}
	c.mu.Lock()
	if c.origin != v.origin {
		c.tail = nil
	}
	c.origin, c.mode, c.printer = v.origin, v.mode, newPrinter(v, c.name)
	c.mu.Unlock()
}

// paused is called when the output of a task is in.
func (c *child) paused() {
	if p := c.printing(); p != nil {
		p.pause()
	}
}

// silent is called when the child has ended and all its output is in.
func (c *child) silent() {
	if p := c.printing(); p != nil {
		p.end()
	}
}

func (c *child) printing() printer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.printer
}
