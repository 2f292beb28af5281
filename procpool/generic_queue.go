package procpool

import (
	"context"
	"iter"
	"time"

	"github.com/parago/parago/procpool/embed"
)

// A Queue hands values from process to process, first in, first out. Put returns
// when the value is in the queue, so Len and Empty are exact, and a
// process may be joined before its values are taken. Any process may call its methods, from
// any goroutine; a cancelled origin ends those that wait. A value that a killed process had not
// received is the next one's. The values wait in the
// root process, until the last handle of the queue is dropped (see Handles in the package's
// description).
// Python's multiprocessing.JoinableQueue.
type Queue[T any] struct{ q *embed.Queue }

// NewQueue makes a queue for capacity values; 0 or less: any number.
func NewQueue[T any](capacity int) *Queue[T] { return &Queue[T]{embed.NewQueue(capacity)} }

// Put adds v, waiting for room. A value that cannot cross is an *EncodeError, and on a
// closed queue the error is ErrClosed.
func (q *Queue[T]) Put(v T) error { return q.q.Put(&v) }

// PutContext is Put until ctx is done; then its error is ctx's cause.
func (q *Queue[T]) PutContext(ctx context.Context, v T) error { return q.q.PutContext(ctx, &v) }

// PutTimeout is Put, for d at most; then its error is ErrFull.
func (q *Queue[T]) PutTimeout(v T, d time.Duration) error { return q.q.PutTimeout(&v, d) }

// TryPut is Put without waiting; it fails with ErrFull.
func (q *Queue[T]) TryPut(v T) error { return q.q.PutTimeout(&v, 0) }

// Get takes the first value, waiting for one. It fails with ErrClosed once the
// queue is closed and empty.
func (q *Queue[T]) Get() (T, error) {
	var v T
	err := q.q.Get(&v)
	return v, err
}

// GetContext is Get until ctx is done; then its error is ctx's cause.
func (q *Queue[T]) GetContext(ctx context.Context) (T, error) {
	var v T
	err := q.q.GetContext(ctx, &v)
	return v, err
}

// GetTimeout is Get, for d at most; then its error is ErrEmpty.
func (q *Queue[T]) GetTimeout(d time.Duration) (T, error) {
	var v T
	err := q.q.GetTimeout(&v, d)
	return v, err
}

// TryGet is Get without waiting; it fails with ErrEmpty.
func (q *Queue[T]) TryGet() (T, error) {
	var v T
	err := q.q.GetTimeout(&v, 0)
	return v, err
}

// All takes values until the queue is closed and empty. Any other error is the last element.
// Others may take values at the same time.
func (q *Queue[T]) All() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			var v T
			err := q.q.Get(&v)
			if q.q.Ended(err) {
				return
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// Len returns how many values are in the queue.
func (q *Queue[T]) Len() int { return q.q.Len() }

// Empty reports whether Len is 0.
func (q *Queue[T]) Empty() bool { return q.q.Len() == 0 }

// Full reports whether TryPut would fail for lack of room.
func (q *Queue[T]) Full() bool { return q.q.Full() }

// String says how full the queue is: Queue(3 of 10).
func (q *Queue[T]) String() string { return q.q.String() }

// Close makes later Puts fail with ErrClosed, and Gets once the queue is empty.
func (q *Queue[T]) Close() error { return q.q.Close() }

// TaskDone says that a value which Get returned has been dealt with. It is an error to
// say so more often than values were put.
func (q *Queue[T]) TaskDone() error { return q.q.TaskDone() }

// Wait returns when TaskDone was called for every value that was put.
func (q *Queue[T]) Wait() error { return q.q.Wait() }

// WaitContext is Wait until ctx is done; then its error is ctx's cause.
func (q *Queue[T]) WaitContext(ctx context.Context) error { return q.q.WaitContext(ctx) }
