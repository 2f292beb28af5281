package zmtp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// redialPause is how long Dial waits before it tries again to reach an
// endpoint that no one listens on yet.
const redialPause = 20 * time.Millisecond

// A Client is the connecting end of a socket: a Dealer, Sub or Req with one
// connection. All its methods may be called from any goroutine. It does not
// reconnect: when the connection ends, Recv returns what had arrived and
// then fails, and the owner dials again if that makes sense.
type Client struct {
	typ      Type
	endpoint string
	link     *link
	budget   *budget
	in       chan inbound   // closed when the connection has ended
	done     chan struct{}  // closed when Close begins
	wg       sync.WaitGroup // the reader

	closeOnce sync.Once
	err       error // why the connection ended; set before in is closed
}

// Dial connects a Dealer, Sub or Req to an endpoint, which may be one of
// another ZeroMQ library. As in ZeroMQ, the other end need not be there yet:
// Dial tries again until ctx ends. It returns after the handshake. The caller
// must Close the client.
func Dial(ctx context.Context, t Type, endpoint string, o Options) (*Client, error) {
	fail := func(err error) (*Client, error) {
		return nil, &Error{Op: "dial", Type: t, Endpoint: endpoint, Err: err}
	}
	if !t.dials() {
		return fail(errors.New("not a type that connects: want Dealer, Sub or Req"))
	}
	if err := checkIdentity(o.Identity); err != nil {
		return fail(err)
	}
	a, err := parseEndpoint(endpoint)
	if err != nil {
		return fail(err)
	}
	conn, err := a.dial(ctx)
	if err != nil {
		return fail(err)
	}
	o = o.withDefaults(t)
	c := &Client{
		typ: t, endpoint: endpoint, budget: newBudget(o.MaxInbound),
		in: make(chan inbound, inboundMessages), done: make(chan struct{}),
	}
	if c.link, err = c.open(ctx, conn, o); err != nil {
		conn.Close()
		return fail(err)
	}
	c.wg.Go(c.read)
	return c, nil
}

// dial connects, and tries again while no one listens.
func (a address) dial(ctx context.Context) (net.Conn, error) {
	var last error
	for {
		conn, err := new(net.Dialer).DialContext(ctx, a.network, a.addr)
		switch {
		case err == nil:
			return conn, nil
		case notYet(err):
			last = err
		case last != nil:
			return nil, fmt.Errorf("%w; before that: %w", err, last)
		default:
			return nil, err
		}
		select {
		case <-time.After(redialPause):
		case <-ctx.Done():
			return nil, fmt.Errorf("%w; before that: %w", ctx.Err(), last)
		}
	}
}

// notYet reports whether err may go away when the other end is ready: it is
// not bound yet, or too busy to accept.
func notYet(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.EAGAIN)
}

// open does the handshake, which the end of ctx breaks off.
func (c *Client) open(ctx context.Context, conn net.Conn, o Options) (*link, error) {
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	l, err := openLink(conn, c.typ, o, c.budget, c.done, false)
	if !stop() {
		return nil, ctx.Err()
	}
	return l, err
}

// read is the client's goroutine: it runs the link until the end.
func (c *Client) read() {
	err := c.link.run(func(in inbound) error {
		select {
		case c.in <- in:
			return nil
		case <-c.done:
			return ErrClosed
		}
	})
	c.err = c.ending(err)
	close(c.in)
}

// ending is what Recv says after the connection ended with err.
func (c *Client) ending(err error) error {
	var v violation
	switch {
	case c.isClosed():
		return ErrClosed
	case errors.As(err, &v):
		return err
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w: %w", io.ErrUnexpectedEOF, err)
}

// Send queues a message. It waits while Options.QueueBytes are queued, until
// ctx ends; then the message was not sent. The frames must not be changed
// afterwards.
func (c *Client) Send(ctx context.Context, frames ...[]byte) error {
	switch {
	case c.typ == Sub:
		return c.failed("send", errors.New("a Sub only receives"))
	case len(frames) == 0:
		return c.failed("send", errNoFrames)
	case c.typ == Req:
		frames = append([][]byte{nil}, frames...)
	}
	return c.put(ctx, "send", frames)
}

// Subscribe asks for the messages whose first frame begins with topic. It
// does not wait until the other end has heard of it.
func (c *Client) Subscribe(ctx context.Context, topic string) error {
	return c.subscribe(ctx, topic, true)
}

// Unsubscribe takes one Subscribe back.
func (c *Client) Unsubscribe(ctx context.Context, topic string) error {
	return c.subscribe(ctx, topic, false)
}

func (c *Client) subscribe(ctx context.Context, topic string, on bool) error {
	if c.typ != Sub {
		return c.failed("subscribe", errors.New("only a Sub subscribes"))
	}
	return c.put(ctx, "subscribe", subscription(topic, on))
}

func (c *Client) put(ctx context.Context, op string, frames [][]byte) error {
	put, err := c.link.out.putWait(frames, ctx.Done(), c.done)
	switch {
	case put:
		return nil
	case c.isClosed():
		return c.failed(op, ErrClosed)
	case err != nil:
		return c.failed(op, io.ErrUnexpectedEOF)
	}
	return c.failed(op, ctx.Err())
}

// Recv returns the frames of the next message. It waits until there is one,
// ctx ends, or the connection has ended; the error then says why: ErrClosed
// after Close, io.ErrUnexpectedEOF if the other end closed.
func (c *Client) Recv(ctx context.Context) ([][]byte, error) {
	select {
	case in, ok := <-c.in:
		if !ok {
			return nil, c.failed("receive", c.err)
		}
		c.budget.giveBack(in.held, true)
		return c.unwrap(in.frames), nil
	case <-ctx.Done():
		return nil, c.failed("receive", ctx.Err())
	}
}

// unwrap takes off the empty frame that separates a Req's route from its data.
func (c *Client) unwrap(frames [][]byte) [][]byte {
	if c.typ == Req && len(frames) > 1 && len(frames[0]) == 0 {
		return frames[1:]
	}
	return frames
}

// Close writes out what is queued, waits until the other end has read it and
// closed, but no longer than linger, and ends the connection. The error is
// ErrUnsent if bytes were still queued by then. A second Close does nothing.
func (c *Client) Close(linger time.Duration) (err error) {
	c.closeOnce.Do(func() { err = c.close(linger) })
	return err
}

func (c *Client) close(linger time.Duration) error {
	close(c.done)
	c.link.out.finish()
	timer := time.AfterFunc(linger, c.link.kill)
	c.wg.Wait()
	if n := c.link.out.unsent(); !timer.Stop() && n > 0 {
		return c.failed("close", fmt.Errorf("%w: %d bytes", ErrUnsent, n))
	}
	return nil
}

func (c *Client) isClosed() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

func (c *Client) failed(op string, err error) error {
	return &Error{Op: op, Type: c.typ, Endpoint: c.endpoint, Err: err}
}
