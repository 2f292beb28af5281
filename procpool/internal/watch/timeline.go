package watch

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/pool"
)

// A Timeline is what became of the tasks of the calls that it observes: which
// worker ran what, and when. Its zero value is ready; it may be given to several calls, of
// several pools, and read at any time. Its methods are safe for concurrent use. Ray's timeline.
type Timeline struct {
	mu      sync.Mutex
	limit   int        // how many spans are kept, the latest; 0: defaultSpans
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

// Limit sets how many spans are kept; 0 or less: 100,000. There are as many as there are once one had to go.
func (t *Timeline) Limit(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.limit = n
}

func (t *Timeline) most() int {
	if t.limit <= 0 {
		return defaultSpans
	}
	return t.limit
}

// add keeps a span.
func (t *Timeline) add(s recorded) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.spans) < t.most() {
		t.spans = append(t.spans, s)
		return
	}
	t.spans[t.oldest] = s
	t.oldest = (t.oldest + 1) % len(t.spans)
	t.dropped++
}

// Observe records the spans of a call.
func (t *Timeline) Observe(c *pool.Call, _ []pool.Observer) pool.Observer {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls++
	of := Span{Call: t.calls - 1, Func: c.Func(), Label: c.Label(), Submitted: c.Made()}
	return &tracer{to: t, of: of, open: map[int]Span{}, ended: map[int]bool{}}
}

// A tracer records the spans of one call. The pool's lock guards it.
type tracer struct {
	to    *Timeline
	of    Span         // what is the same for all
	open  map[int]Span // of elements that have begun, as far as is known
	ended map[int]bool // elements whose last span is recorded, and that may have another
}

var _ pool.Observer = (*tracer)(nil)

// Ran notes when an element began and ended.
func (t *tracer) Ran(i int, by pool.Who, began, ended time.Time) {
	delete(t.ended, i)
	t.open[i] = Span{Worker: by.Name, PID: by.PID, Begun: began, Ended: ended}
}

// Done records results.
func (t *tracer) Done(i, n int, by pool.Who) {
	for ; n > 0; i, n = i+1, n-1 {
		t.end(i, by, nil)
		delete(t.ended, i)
	}
}

// Attempt records an attempt that has failed. Another may follow.
func (t *tracer) Attempt(i int, by pool.Who, err error) {
	t.end(i, by, err)
	t.ended[i] = true
}

// Failed forgets an element that has its error.
func (t *tracer) Failed(i int, _ pool.Who) { delete(t.ended, i) }

// Dropped records the end of an element that ends with its call.
func (t *tracer) Dropped(i int, why error) {
	if !t.ended[i] {
		t.end(i, pool.Who{}, cmp.Or(why, fault.ErrCanceled))
	}
	delete(t.ended, i)
}

// Retried is of no interest here, as are Complete, Over and Flush.
func (t *tracer) Retried(int) {}

// Complete does nothing.
func (t *tracer) Complete(int) {}

// Over does nothing.
func (t *tracer) Over(error) {}

// Flush does nothing.
func (t *tracer) Flush() {}

// end records an attempt at element i with its error, if any.
func (t *tracer) end(i int, by pool.Who, err error) {
	s := t.of
	if ran, ok := t.open[i]; ok {
		s.Worker, s.PID, s.Begun, s.Ended = ran.Worker, ran.PID, ran.Begun, ran.Ended
		delete(t.open, i)
	}
	if s.Worker == "" {
		s.Worker, s.PID = by.Name, by.PID
	}
	if s.Ended.IsZero() {
		s.Ended = time.Now()
	}
	s.Index, s.Outcome = i, OutcomeSucceeded
	r := recorded{Span: s}
	if err != nil {
		r.told = &told{err: err}
	}
	t.to.add(r)
}
