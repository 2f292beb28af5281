package procpool

import "time"

// A Queue hands values from process to process, first in, first out. Put returns
// when the value is in the queue, so Len and Empty are exact, and a
// process may be joined before its values are taken. Any process may call its methods, from
// any goroutine; a cancelled origin ends those that wait. The values wait in the
// root process, as long as it lives: drain a queue that is done with to free them.
// Python's multiprocessing.JoinableQueue.
type Queue[T any] struct{ q *RawQueue }

// NewQueue makes a queue for capacity values; 0 or less: any number.
func NewQueue[T any](capacity int) *Queue[T] { return &Queue[T]{NewRawQueue(capacity)} }

// Put adds v, waiting for room. A value that cannot cross is an *EncodeError, and on a
// closed queue the error is ErrClosed.
func (q *Queue[T]) Put(v T) error { return q.q.Put(&v) }

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

// Len returns how many values are in the queue.
func (q *Queue[T]) Len() int { return q.q.Len() }

// Empty reports whether Len is 0.
func (q *Queue[T]) Empty() bool { return q.q.Len() == 0 }

// Full reports whether TryPut would fail for lack of room.
func (q *Queue[T]) Full() bool { return q.q.Full() }

// Close makes later Puts fail with ErrClosed, and Gets once the queue is empty.
func (q *Queue[T]) Close() error { return q.q.Close() }

// TaskDone says that a value which Get returned has been dealt with. It is an error to
// say so more often than values were put.
func (q *Queue[T]) TaskDone() error { return q.q.TaskDone() }

// Wait returns when TaskDone was called for every value that was put.
func (q *Queue[T]) Wait() error { return q.q.Wait() }

// A Conn is one end of a pipe. It closes for the other end when all processes that
// hold it have closed it or ended; a process that has passed it on holds it no more.
// Its methods are safe for concurrent use. Python's multiprocessing.connection.Connection.
type Conn[T any] struct{ c *RawConn }

// NewPipe makes two connected ends, each for sending and receiving. Python's
// multiprocessing.Pipe.
func NewPipe[T any]() (*Conn[T], *Conn[T]) {
	a, b := NewRawPipe()
	return &Conn[T]{a}, &Conn[T]{b}
}

// Send sends v as one message, and does not wait for the receiver. It fails with ErrPeerClosed
// if nobody can receive it, with ErrClosed after Close, and with an *EncodeError if v cannot cross.
func (c *Conn[T]) Send(v T) error { return c.c.Send(&v) }

// Recv waits for a message. It fails with io.EOF when the other end is closed, or its
// process gone, and all it has sent was received.
func (c *Conn[T]) Recv() (T, error) {
	var v T
	err := c.c.Recv(&v)
	return v, err
}

// Poll reports whether Recv would return at once, waiting up to d for that.
func (c *Conn[T]) Poll(d time.Duration) bool { return c.c.Poll(d) }

// Close gives up this process's hold on the end. It may be called again.
func (c *Conn[T]) Close() error { return c.c.Close() }
