package procpool

import (
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/pool"
)

// A RetryOption sets something of Retry.
type RetryOption func(*pool.Retry)

// Retry has an element that fails run again, up to n times more: after an error, a panic, a
// timeout or the death of its worker. An element that kills one worker after the other is
// given up then, and its *TaskError says after how many Attempts. Only what is safe
// to do twice should be retried: an attempt may have got anywhere before it failed. Cancelling and
// terminating are no failures. Ray's max_retries, Dask's retries.
func Retry(n int, opts ...RetryOption) CallOption {
	r := pool.Retry{Max: n}
	for _, o := range opts {
		o(&r)
	}
	if n < 0 {
		r.Bad = fault.Errorf("Retry(%d): need at least 0", n)
	}
	return func(o *pool.CallOptions) {
		o.Retry = r
		if r.Bad != nil {
			o.Bad = r.Bad
		}
	}
}

// Backoff has an element wait before it runs again: for first, then twice as long each time, for
// most at last. Others run meanwhile.
func Backoff(first, most time.Duration) RetryOption {
	return func(r *pool.Retry) {
		r.First, r.Most = first, most
		if first < 0 || most < first {
			r.Bad = fault.Errorf("Backoff(%s, %s): need 0 or more, then at least as much", first, most)
		}
	}
}

// RetryIf has an element run again only if f says so of its error, a *TaskError. It is called
// in this process, in a goroutine of its own. Its panic is reported and counts as no.
func RetryIf(f func(error) bool) RetryOption { return func(r *pool.Retry) { r.When = f } }
