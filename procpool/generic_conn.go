package procpool

import (
	"context"
	"time"

	"github.com/parago/parago/procpool/embed"
)

// A Conn is one end of a pipe, or a connection that Dial or Accept has made. The end of a pipe closes for the other end when all processes that
// hold it have closed it or ended; a process that has passed it on, as an argument or in a
// message, holds it no more, unless it uses it again; or unless the process that got it got the other end, too, and
// closes this one, which says whose it is.
// Messages keep their boundaries and their order. Its methods are safe for concurrent use.
// Python's multiprocessing.connection.Connection.
type Conn[T any] struct{ c *embed.Conn }

// NewPipe makes two connected ends, each for sending and receiving. Python's
// multiprocessing.Pipe.
func NewPipe[T any]() (*Conn[T], *Conn[T]) {
	a, b := embed.NewPipe()
	return &Conn[T]{a}, &Conn[T]{b}
}

// NewOneWayPipe makes two connected ends. What the second sends the first receives; the other way the
// errors are ErrReadOnly and ErrWriteOnly. Python's multiprocessing.Pipe(False).
func NewOneWayPipe[T any]() (receiver, sender *Conn[T]) {
	r, w := embed.NewOneWayPipe()
	return &Conn[T]{r}, &Conn[T]{w}
}

// String says which end of which pipe it is, or to where the connection leads.
func (c *Conn[T]) String() string { return c.c.String() }

// Send sends v as one message, and in a pipe does not wait for the receiver. It fails with ErrPeerClosed
// if nobody can receive it, with ErrClosed after Close, and with an *EncodeError if v cannot cross.
func (c *Conn[T]) Send(v T) error { return c.c.Send(&v) }

// SendContext is Send until ctx is done; then its error is ctx's cause. A network connection is of
// no use any more if that was in the middle of the message.
func (c *Conn[T]) SendContext(ctx context.Context, v T) error { return c.c.SendContext(ctx, &v) }

// SendBytes sends bytes as they are, as one message for RecvBytes.
func (c *Conn[T]) SendBytes(b []byte) error { return c.c.SendBytes(b) }

// Recv waits for a message. It fails with io.EOF when the other end is closed, or its
// process gone, and all it has sent was received.
func (c *Conn[T]) Recv() (T, error) {
	var v T
	err := c.c.Recv(&v)
	return v, err
}

// RecvContext is Recv until ctx is done; then its error is ctx's cause.
func (c *Conn[T]) RecvContext(ctx context.Context) (T, error) {
	var v T
	err := c.c.RecvContext(ctx, &v)
	return v, err
}

// RecvTimeout is Recv, for d at most; then its error is a *TimeoutError.
func (c *Conn[T]) RecvTimeout(d time.Duration) (T, error) {
	var v T
	err := c.c.RecvTimeout(&v, d)
	return v, err
}

// RecvBytes waits for a message and returns it as it was sent. If it has more than limit bytes the
// error is ErrTooLong, and it stays to be received; 0 is no limit.
func (c *Conn[T]) RecvBytes(limit int) ([]byte, error) { return c.c.RecvBytes(limit) }

// Poll reports whether Recv would return at once, waiting up to d for that. It takes nothing.
func (c *Conn[T]) Poll(d time.Duration) bool { return c.c.Poll(d) }

// Close gives up this process's hold on the end. It may be called again.
func (c *Conn[T]) Close() error { return c.c.Close() }

// Accept waits for a program that dials l, until ctx is done. One that does not know the key is
// an ErrAuth, and the next Accept waits for the next; who does not even speak the protocol, or says nothing, is
// passed over. The connection stays in its process, and what is sent
// through it is copied: a handle, such as a *Queue, is an *EncodeError.
func Accept[T any](ctx context.Context, l *Listener) (*Conn[T], error) {
	c, err := l.AcceptOf(ctx)
	if err != nil {
		return nil, err
	}
	return &Conn[T]{c}, nil
}

// Dial connects to a Listener at an address of a network, until ctx is done. Both sides must know the
// key; else the error is ErrAuth. Who does not answer within ten seconds is a *TimeoutError. The connection is as Accept's. Python's
// multiprocessing.connection.Client.
func Dial[T any](ctx context.Context, network, address string, key []byte) (*Conn[T], error) {
	c, err := embed.Dial(ctx, network, address, key)
	if err != nil {
		return nil, err
	}
	return &Conn[T]{c}, nil
}
