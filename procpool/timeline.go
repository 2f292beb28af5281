package procpool

import (
	"io"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/watch"
)

// A Timeline is what became of the tasks of the calls that were given it with [Trace]: which
// worker ran what, and when. Its zero value is ready; it may be given to several calls, of
// several pools, and read at any time. Its methods are safe for concurrent use. Ray's timeline.
type Timeline struct {
	// Limit is how many spans are kept, the latest. 0: 100,000. It is set before the first call.
	Limit int

	t watch.Timeline
}

// A Span is one attempt to run one task, as far as it is over. Its fields are
//
//	Call    int    // which call it is of, counted from 0 in the order of the timeline
//	Index   int    // of the element
//	Func    string // the function's name
//	Label   string // what the call was given as such, or ""
//	Worker  string // "PoolWorker-3"; "" if it never began
//	PID     int    // of the worker, or 0
//	Outcome Outcome
//	Err     string // "" unless it failed
//
//	Submitted time.Time // when the call was made
//	Begun     time.Time // in the worker; zero if it never began
//	Ended     time.Time // in the worker if it has a result, else when its end was known here
type Span = watch.Span

// An Outcome is how a task ended.
type Outcome = watch.Outcome

// The outcomes of tasks.
const (
	OutcomeSucceeded = watch.OutcomeSucceeded
	OutcomeFailed    = watch.OutcomeFailed   // an error, or a panic
	OutcomeDied      = watch.OutcomeDied     // its worker did
	OutcomeTimedOut  = watch.OutcomeTimedOut // see Timeout
	OutcomeCanceled  = watch.OutcomeCanceled // or its pool was terminated, or broke
)

// Trace has the call's tasks recorded in t. It costs a task about a microsecond, and the
// memory of its span.
func Trace(t *Timeline) CallOption {
	return func(o *pool.CallOptions) {
		if t == nil {
			o.Bad = fault.Errorf("Trace(nil): need a Timeline")
			return
		}
		t.t.Limit(t.Limit)
		o.Timed, o.Observe = true, append(o.Observe, t.t.Observe)
	}
}

// Spans returns what is recorded so far, by the time it began, or was submitted if it never
// did.
func (t *Timeline) Spans() []Span { return t.t.Spans() }

// Dropped returns how many spans had to go because there were more than Limit.
func (t *Timeline) Dropped() int { return t.t.Dropped() }

// WriteTo writes the timeline as JSON that chrome://tracing, Perfetto (https://ui.perfetto.dev)
// and other viewers show: a row for each worker, a box for each task, with its element's index and what
// became of it. Times are counted from the first submission. Tasks that never began are left out.
// It returns the number of bytes written.
func (t *Timeline) WriteTo(w io.Writer) (int64, error) { return t.t.WriteTo(w) }

// SVG draws the timeline: a lane for each worker, a box for each task in the colour of its
// outcome, and an axis in units of time, from the first submission on. The picture needs no other file. In
// a notebook, a *Timeline that is the last value of a cell, or is shown, is this picture.
func (t *Timeline) SVG() string { return t.t.SVG() }

// String is the timeline as plain text, with a row for each worker.
func (t *Timeline) String() string { return t.t.String() }

// MIMEBundle is the timeline by media type, for notebooks.
func (t *Timeline) MIMEBundle() map[string]string { return t.t.MIMEBundle() }
