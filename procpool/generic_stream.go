package procpool

import (
	"context"
	"iter"

	"github.com/parago/parago/procpool/embed"
)

// Stream calls f for each element of xs in the workers of p, and yields the results in order, or as they
// come if the call is Unordered. It takes elements from xs as there is room: only so many (see
// InFlight) are under way or wait to be yielded, so xs may have no end. An error of one element
// is yielded in its place, as a *TaskError with its Index, and the stream goes on. If
// something ends the whole stream (ErrClosed, ErrTerminated, ErrBroken, the pool's context), that is
// yielded last.
//
// Leaving the loop cancels the rest: workers that run parts of it are killed and replaced. The stream
// begins when it is ranged over, anew each time, with f as it was when Stream was called.
//
// Stream runs xs in a goroutine of its own, so that results need not wait for it. If xs panics, so does
// the loop, after the results of the elements before. Leaving the loop also ends xs, at its next
// element if it is busy then. For a slice use slices.Values. Python's Pool.imap, which
// takes in all of its input at once.
func Stream[T, R any](p *Pool, f func(T) R, xs iter.Seq[T], opts ...CallOption) iter.Seq2[R, error] {
	return streamed[T, R](p.StreamOf(f, opts...), xs)
}

// TryStream is Stream for an f that returns an error. The context ends with the worker, and
// after a Timeout.
func TryStream[T, R any](p *Pool, f func(context.Context, T) (R, error), xs iter.Seq[T], opts ...CallOption) iter.Seq2[R, error] {
	return streamed[T, R](p.TryStreamOf(f, opts...), xs)
}

// streamed yields what becomes of the elements of xs.
func streamed[T, R any](s *embed.Stream, xs iter.Seq[T]) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		run := s.Run(func(put func(any) bool) {
			xs(func(x T) bool { return put(&x) })
		})
		defer run.Stop()
		for {
			var out R
			more, err := run.Next(&out)
			if !more || !yield(out, err) {
				return
			}
		}
	}
}
