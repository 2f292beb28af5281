package procpool

import (
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/watch"
)

// Progress shows how far the call is while it runs: how many elements are done and have
// failed, how fast it goes, how long it will take, and what each worker does. In a
// notebook that is one display under the cell that made the call, which changes in place and
// stays in its last state. In a program it is a line on standard error that changes in place if that
// is a terminal, and otherwise one line at the end. Submitted calls of one function in one
// cell share a display. It costs nothing worth mentioning. Python's tqdm.
func Progress() CallOption {
	return func(o *pool.CallOptions) { o.Observe = append(o.Observe, watch.Progress(&this.Screen)) }
}
