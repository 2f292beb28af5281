package procpool

import (
	"context"
	"time"

	"github.com/parago/parago/procpool/embed"
)

// Map calls f for each element of xs in the workers of p and returns the results in
// order. An error of one element, a *TaskError, stops no other: results that exist are returned
// beside the errors, which errors.Join joins in order. What cannot cross (*EncodeError) or a pool that is
// closed (ErrClosed), terminated or broken (ErrBroken) fails the call before
// anything runs. A nil p is the default pool. Python's Pool.map.
func Map[T, R any](p *Pool, f func(T) R, xs []T, opts ...CallOption) ([]R, error) {
	var out []R
	err := p.MapInto(f, xs, &out, opts...)
	return out, err
}

// TryMap is Map for an f that returns an error. The context ends with the worker, and after
// a Timeout.
func TryMap[T, R any](p *Pool, f func(context.Context, T) (R, error), xs []T, opts ...CallOption) ([]R, error) {
	var out []R
	err := p.TryMapInto(f, xs, &out, opts...)
	return out, err
}

// ForEach is Map for an f without results. It returns when f has run for every element.
func ForEach[T any](p *Pool, f func(T), xs []T, opts ...CallOption) error {
	return p.ForEachOf(f, xs, opts...)
}

// Submit calls f(x) in a worker of p and returns at once, with x encoded. An error of
// the submission is that of the future. Python's ProcessPoolExecutor.submit.
func Submit[T, R any](p *Pool, f func(T) R, x T, opts ...CallOption) *Future[R] {
	return &Future[R]{p.SubmitCall(f, []any{x}, opts...)}
}

// A Future is the outcome of a submitted call. Its methods are safe for concurrent use.
// Python's concurrent.futures.Future.
type Future[R any] struct{ call *embed.Call }

// Get waits for the outcome, and may be called again: it makes a new copy each time. An
// error is a *TaskError, or that of the submission.
func (f *Future[R]) Get() (R, error) {
	var out R
	err := f.call.Wait(&out)
	return out, err
}

// GetTimeout is Get, for d at most. Then its error is a *TimeoutError; the call goes on.
func (f *Future[R]) GetTimeout(d time.Duration) (R, error) {
	var out R
	err := f.call.WaitTimeout(&out, d)
	return out, err
}

// GetContext is Get, until ctx is over at most. Then its error is the context's cause; the
// call goes on.
func (f *Future[R]) GetContext(ctx context.Context) (R, error) {
	var out R
	err := f.call.WaitContext(ctx, &out)
	return out, err
}

// Err waits for the outcome, and returns its error only. Python's Future.exception.
func (f *Future[R]) Err() error { return f.call.Wait(nil) }

// State returns how far the call is, without waiting.
func (f *Future[R]) State() State { return f.call.State() }

// String says how far the call is: Future(running).
func (f *Future[R]) String() string { return f.call.Text() }

// Done is closed when there is an outcome.
func (f *Future[R]) Done() <-chan struct{} { return f.call.Done() }

// Cancel stops the call, also when it is running: its worker is killed and replaced. It
// reports whether there was anything to stop.
func (f *Future[R]) Cancel() bool { return f.call.Cancel() }

// OnDone has g called with the outcome, in a goroutine of this process. Several are
// called in order. A panic of g is reported and harms nobody.
func (f *Future[R]) OnDone(g func(R, error)) {
	f.call.OnDone(func() {
		v, err := f.Get()
		g(v, err)
	})
}
