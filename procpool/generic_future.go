package procpool

import (
	"context"
	"iter"

	"github.com/parago/parago/procpool/embed"
)

// A Waitable is something that ends: a *Future, a *Process, or what others make.
type Waitable interface{ Done() <-chan struct{} }

// A Fallible is a Waitable that may end with an error: a *Future, for one.
type Fallible interface {
	Done() <-chan struct{}
	Err() error
}

// WaitAny returns which of fs has ended, the first of them if several have. If none has when ctx
// is over, its error is the context's cause. Python's wait with FIRST_COMPLETED.
// Futures of different types are WaitAny[procpool.Waitable].
func WaitAny[F Waitable](ctx context.Context, fs ...F) (int, error) {
	w := embed.NewWaits()
	for _, f := range fs {
		w.Add(f.Done(), nil)
	}
	return w.Any(ctx)
}

// WaitAll returns when all of fs have ended. If they have not when ctx is over, its error says
// how many are left, and is the context's cause. Errors of fs are theirs. Python's wait with
// ALL_COMPLETED.
func WaitAll[F Waitable](ctx context.Context, fs ...F) error {
	w := embed.NewWaits()
	for _, f := range fs {
		w.Add(f.Done(), nil)
	}
	return w.All(ctx)
}

// WaitFirstError returns when one of fs has ended with an error, which one, and its error; or when
// all have ended without, with -1 and nil. If neither is so when ctx is over, it returns -1 and
// the context's cause. Python's wait with FIRST_EXCEPTION.
func WaitFirstError[F Fallible](ctx context.Context, fs ...F) (int, error) {
	w := embed.NewWaits()
	for _, f := range fs {
		w.Add(f.Done(), func() error { return f.Err() })
	}
	return w.FirstError(ctx)
}

// AsCompleted yields each of fs when it has ended, once, those that have already first. It ends early when
// ctx is over. Python's as_completed.
func AsCompleted[F Waitable](ctx context.Context, fs ...F) iter.Seq[F] {
	return func(yield func(F) bool) {
		w := embed.NewWaits()
		for _, f := range fs {
			w.Add(f.Done(), nil)
		}
		defer w.Stop()
		for {
			i, err := w.Next(ctx)
			if err != nil || i < 0 || !yield(fs[i]) {
				return
			}
		}
	}
}
