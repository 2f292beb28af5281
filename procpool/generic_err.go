package procpool

import "iter"

// MapErr is [Map] for an f that returns an error, which is that of its element: a *TaskError whose
// Err is, or wraps, what f returned. It is [TryMap] for an f that wants no context.
func MapErr[T, R any](p *Pool, f func(T) (R, error), xs []T, opts ...CallOption) ([]R, error) {
	var out []R
	err := p.MapInto(f, xs, &out, opts...)
	return out, err
}

// ForEachErr is [ForEach] for an f that returns an error.
func ForEachErr[T any](p *Pool, f func(T) error, xs []T, opts ...CallOption) error {
	return p.ForEachOf(f, xs, opts...)
}

// StreamErr is [Stream] for an f that returns an error.
func StreamErr[T, R any](p *Pool, f func(T) (R, error), xs iter.Seq[T], opts ...CallOption) iter.Seq2[R, error] {
	return streamed[T, R](p.StreamOf(f, opts...), xs)
}

// SubmitErr is [Submit] for an f that returns an error, which the future's Get returns.
func SubmitErr[T, R any](p *Pool, f func(T) (R, error), x T, opts ...CallOption) *Future[R] {
	return &Future[R]{p.SubmitCall(f, []any{x}, opts...)}
}
