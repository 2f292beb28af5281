package notebooks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// A Kernel runs the code of cells.
type Kernel interface {
	// Execute runs one cell and returns when the kernel is idle again, with whether
	// the cell succeeded. It hands output what the kernel publishes for this cell,
	// one call at a time over all cells; what the cell's processes write later comes
	// too, while other cells run. When ctx is done, Execute interrupts the cell and
	// waits until that has taken effect; its error is then ctx's cause.
	Execute(ctx context.Context, source string, output func(Message)) (ok bool, err error)
}

// An Observer sees a notebook run. Its methods are called by one goroutine at a time.
type Observer interface {
	Pass(c *Cell)               // a cell that is not run: text, empty, or to be skipped
	Start(c *Cell)              // a cell is about to run
	Message(c *Cell, m Message) // what the kernel published for c, maybe after other cells began
	Done(c *Cell)               // a cell has run; late messages may follow
}

// Options say how to run a notebook. Kernel must be set.
type Options struct {
	Kernel      Kernel
	Observer    Observer      // zero: nobody
	Timeout     time.Duration // for each cell; zero: none
	AllowErrors bool          // go on after a cell that failed, and return nil
}

// ErrTimeout is the cause of a CellError when a cell took longer than Options.Timeout.
var ErrTimeout = errors.New("the cell took too long")

// A CellError says which cell failed.
type CellError struct {
	Index  int // into Notebook.Cells
	Count  int // In[Count]; 0 if the kernel had not counted it
	NotRun int // code cells after it
	// Ename and Evalue are those of the cell's error, "" if it has none.
	Ename, Evalue string
	Err           error // why running stopped, if not for the cell's own error
}

func (e *CellError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "cell %d", e.Index+1)
	if e.Count > 0 {
		fmt.Fprintf(&b, " (In [%d])", e.Count)
	}
	b.WriteString(" failed: ")
	switch {
	case e.Err != nil:
		b.WriteString(e.Err.Error())
	case e.Evalue == "":
		b.WriteString(e.Ename)
	default:
		b.WriteString(e.Ename + ": " + e.Evalue)
	}
	switch e.NotRun {
	case 0:
	case 1:
		b.WriteString("; the code cell after it was not run")
	default:
		fmt.Fprintf(&b, "; the %d code cells after it were not run", e.NotRun)
	}
	return b.String()
}

func (e *CellError) Unwrap() error { return e.Err }

// Run runs all code cells in order and keeps their outputs in nb. It stops at the
// first cell that fails, unless the cell is tagged raises-exception, and returns a
// *CellError. Cells tagged skip-execution are left out. When ctx is done, the running
// cell is interrupted and the error wraps ctx's cause. The caller must not read nb's
// outputs before the kernel has ended: a process may still write to its cell.
func Run(ctx context.Context, nb *Notebook, o Options) error {
	r := &run{Options: o, recorder: newRecorder()}
	if r.Observer == nil {
		r.Observer = nobody{}
	}
	for _, c := range nb.Cells {
		c.Count, c.Outputs = 0, nil
	}
	for i, c := range nb.Cells {
		if c.Type != "code" || strings.TrimSpace(c.Source) == "" || c.Tagged("skip-execution") {
			r.locked(func() { r.Observer.Pass(c) })
			continue
		}
		if err := r.cell(ctx, i, c); err != nil {
			err.NotRun = codeCells(nb.Cells[i+1:])
			return err
		}
	}
	return nil
}

type run struct {
	Options
	mu       sync.Mutex // guards the recorder, the cells' outputs and calls to Observer
	recorder *recorder
}

func (r *run) locked(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

func (r *run) cell(ctx context.Context, index int, c *Cell) *CellError {
	if r.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, r.Timeout, fmt.Errorf("%w: more than %v", ErrTimeout, r.Timeout))
		defer cancel()
	}
	r.locked(func() { r.Observer.Start(c) })
	ok, err := r.Kernel.Execute(ctx, c.Source, func(m Message) {
		r.locked(func() {
			r.recorder.record(c, m)
			r.Observer.Message(c, m)
		})
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Observer.Done(c)
	if err == nil && (ok || r.AllowErrors || c.Tagged("raises-exception")) {
		return nil
	}
	return failure(index, c, err)
}

func failure(index int, c *Cell, err error) *CellError {
	e := &CellError{Index: index, Count: c.Count, Ename: "error", Err: err}
	for _, o := range c.Outputs {
		if o.Type == "error" {
			e.Ename, e.Evalue = o.Ename, o.Evalue
		}
	}
	return e
}

func codeCells(cells []*Cell) (n int) {
	for _, c := range cells {
		if c.Type == "code" && strings.TrimSpace(c.Source) != "" {
			n++
		}
	}
	return n
}

type nobody struct{}

func (nobody) Pass(*Cell)             {}
func (nobody) Start(*Cell)            {}
func (nobody) Message(*Cell, Message) {}
func (nobody) Done(*Cell)             {}
