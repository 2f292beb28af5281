package procpool

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/wire"
)

// A Timeline is what became of the tasks of the calls that were given it with [Trace]: which
// worker ran what, and when. Its zero value is ready; it may be given to several calls, of
// several pools, and read at any time. Its methods are safe for concurrent use. Ray's timeline.
type Timeline struct {
	// Limit is how many spans are kept, the latest. 0: 100,000. It is set before the first call.
	Limit int

	mu      sync.Mutex
	spans   []recorded // a ring once it is full; guarded by mu, as is the rest
	oldest  int
	dropped int
	calls   int
}

// defaultSpans is a Timeline's limit if none is set: some twenty megabytes.
const defaultSpans = 100_000

// A Span is one attempt to run one task, as far as it is over.
type Span struct {
	Call    int    // which call it is of, counted from 0 in the order of the timeline
	Index   int    // of the element
	Func    string // the function's name
	Label   string // what the call was given as such, or ""
	Worker  string // "PoolWorker-3"; "" if it never began
	PID     int    // of the worker, or 0
	Outcome Outcome
	Err     string // "" unless it failed

	Submitted time.Time // when the call was made
	Begun     time.Time // in the worker; zero if it never began
	Ended     time.Time // in the worker if it has a result, else when its end was known here
}

// A recorded is a span as it is kept. What the methods of a user's error say is found out when somebody
// looks, since no lock may be held meanwhile.
type recorded struct {
	Span
	told *told // nil: there was no error
}

// A told is what is known of an error.
type told struct {
	once    sync.Once
	err     error // nil once the rest is known
	outcome Outcome
	text    string
}

func (r recorded) span() Span {
	if t := r.told; t != nil {
		t.once.Do(func() {
			t.outcome, t.text = outcomeOf(t.err), fault.ErrorText(t.err)
			t.err = nil
		})
		r.Outcome, r.Err = t.outcome, t.text
	}
	return r.Span
}

// An Outcome is how a task ended.
type Outcome string

// The outcomes of tasks.
const (
	OutcomeSucceeded Outcome = "succeeded"
	OutcomeFailed    Outcome = "failed"    // an error, or a panic
	OutcomeDied      Outcome = "died"      // its worker did
	OutcomeTimedOut  Outcome = "timed out" // see Timeout
	OutcomeCanceled  Outcome = "canceled"  // or its pool was terminated, or broke
)

// outcomeOf tells errors apart. The error is the task's, or why the whole call was stopped.
func outcomeOf(err error) Outcome {
	if outcome, ok := fault.Bounded(func() Outcome { return outcomeOfError(err) }); ok {
		return outcome
	}
	return OutcomeFailed
}

func outcomeOfError(err error) Outcome {
	var died *fault.WorkerDiedError
	var late *fault.TimeoutError
	switch {
	case errors.As(err, &died):
		return OutcomeDied
	case errors.As(err, &late):
		return OutcomeTimedOut
	case errors.Is(err, context.Canceled), errors.Is(err, fault.ErrTerminated), errors.Is(err, fault.ErrBroken):
		return OutcomeCanceled
	}
	return OutcomeFailed
}

// Trace has the call's tasks recorded in t. It costs a task about a microsecond, and the
// memory of its span.
func Trace(t *Timeline) CallOption {
	return func(o *callOptions) {
		o.timeline = t
		if t == nil {
			o.bad = fault.Errorf("Trace(nil): need a Timeline")
		}
	}
}

// Spans returns what is recorded so far, by the time it began, or was submitted if it never
// did.
func (t *Timeline) Spans() []Span {
	t.mu.Lock()
	all := slices.Concat(t.spans[t.oldest:], t.spans[:t.oldest])
	t.mu.Unlock()
	out := make([]Span, len(all))
	for i, r := range all {
		out[i] = r.span()
	}
	slices.SortStableFunc(out, func(a, b Span) int { return cmp.Or(a.from().Compare(b.from()), a.Index-b.Index) })
	return out
}

func (s *Span) from() time.Time {
	if s.Begun.IsZero() {
		return s.Submitted
	}
	return s.Begun
}

// Dropped returns how many spans had to go because there were more than Limit.
func (t *Timeline) Dropped() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.dropped
}

// add keeps a span.
func (t *Timeline) add(s recorded) {
	t.mu.Lock()
	defer t.mu.Unlock()
	limit := t.Limit
	if limit <= 0 {
		limit = defaultSpans
	}
	if len(t.spans) < limit {
		t.spans = append(t.spans, s)
		return
	}
	t.spans[t.oldest] = s
	t.oldest = (t.oldest + 1) % len(t.spans)
	t.dropped++
}

// A tracer records the spans of one call. A nil one does nothing. The pool's mu is held
// throughout.
type tracer struct {
	to        *Timeline
	number    int
	submitted time.Time
	open      map[int]Span // of elements that have begun, as far as is known
	ended     map[int]bool // elements whose last span is recorded
}

func newTracer(t *Timeline) *tracer {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls++
	return &tracer{to: t, number: t.calls - 1, submitted: time.Now(), open: map[int]Span{}, ended: map[int]bool{}}
}

// ran notes when w says that element i began and ended.
func (t *tracer) ran(i int, w *worker, begun, ended time.Time) {
	if t == nil {
		return
	}
	delete(t.ended, i)
	name, pid := w.who()
	t.open[i] = Span{Worker: name, PID: pid, Begun: begun, Ended: ended}
}

// end records an attempt of c's element i with its error, if any. Another may follow.
func (t *tracer) end(c *Call, i int, w *worker, err error) {
	if t == nil {
		return
	}
	s := t.open[i]
	delete(t.open, i)
	if s.Worker == "" && w != nil {
		s.Worker, s.PID = w.who()
	}
	if s.Ended.IsZero() {
		s.Ended = time.Now()
	}
	s.Call, s.Index, s.Func, s.Label, s.Submitted, s.Outcome = t.number, i, c.fn.Name, c.opts.label, t.submitted, OutcomeSucceeded
	r := recorded{Span: s}
	if err != nil {
		r.told = &told{err: err}
	}
	t.to.add(r)
	t.ended[i] = true
}

// over records the end of an element that ends with its call, without a result or an error
// of its own.
func (t *tracer) over(c *Call, i int, why error) {
	if t == nil {
		return
	}
	if !t.ended[i] {
		if why == nil {
			why = fault.ErrCanceled
		}
		t.end(c, i, nil, why)
	}
	delete(t.ended, i)
}

// ran notes what a worker says of the task whose result is next. mu is held.
func (w *worker) ran(f *wire.Frame) {
	if len(w.flights) == 0 || w.flights[0].seq != uint32(f.ID) || w.flights[0].call == nil || len(f.Data) != 16 {
		return
	}
	at := func(i int) time.Time { return time.Unix(0, int64(binary.LittleEndian.Uint64(f.Data[i:]))) }
	w.flights[0].call.trace.ran(w.flights[0].i, w, at(0), at(8))
}
