package procpool

import (
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/screen"
)

// An OutputMode is how what a process writes is handed over: to the notebook, or to this
// process's own standard output and error. In each mode, what one process writes to standard output stays in
// order, as does what it writes to standard error, and all that a task has written comes before its result. Its String is the mode's name, in small letters.
type OutputMode = screen.Mode

// The modes of output.
const (
	// Raw hands over each Write as it is, when it is written. Lines of several workers may
	// mix where a line takes more than one Write.
	Raw = screen.Raw
	// Lines hands over whole lines, so that those of several workers never mix. A line ends
	// with \n, or with \r, which stays as it is; what a task leaves unfinished is ended with \n.
	Lines = screen.Lines
	// Prefixed is Lines with the name of the process before each: "[PoolWorker-3] ".
	Prefixed = screen.Prefixed
	// Grouped shows what each process writes in a block of its own, which can be folded and
	// grows in place, ten times a second at most; the last 64 KB of it. There is one block for each
	// process and cell, and it is up to date when the cell ends. Where nothing can be shown in
	// place, as in a program, a block is written when somebody waits for the call or the
	// process, or when the process ends.
	Grouped = screen.Grouped
	// Discarded drops it. Errors such as WorkerDiedError still tell the last lines of standard error.
	Discarded = screen.Discarded
)

// Output sets how the output of the call's tasks is handed over, whatever the pool's mode is.
// In Lines and Prefixed, a worker gets its next element when it has handed over the last one.
func Output(m OutputMode) CallOption {
	return func(o *pool.CallOptions) {
		o.Output = &m
		if !m.Valid() {
			o.Bad = fault.Errorf("Output(%d): no such mode", m)
		}
	}
}

// PoolOutput sets how the output of a pool's workers is handed over, unless a call says
// otherwise with Output.
func PoolOutput(m OutputMode) PoolOption {
	return func(o *pool.Options) {
		o.Output = m
		if !m.Valid() {
			o.Bad = fault.Errorf("PoolOutput(%d): no such mode", m)
		}
	}
}
