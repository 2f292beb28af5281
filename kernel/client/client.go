package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/zmtp"
)

// ErrGone says that the kernel closed its sockets or died.
var ErrGone = errors.New("the kernel is gone")

// Options say what a Client does besides asking. The zero value does nothing else.
type Options struct {
	// IOPub gets every message of iopub, in order, from one goroutine: also
	// those of other clients, and what a cell writes after its end.
	IOPub func(*kernel.Message)
	// Direct gets every message of shell, control and stdin as it comes.
	Direct func(from Channel, m *kernel.Message)
	// Input answers input_request. ctx ends when the cell does. An error
	// interrupts the cell. Nil: requests are not answered; see AllowStdin.
	Input func(ctx context.Context, prompt string, password bool) (string, error)
	// Username is what messages say. Zero: "user".
	Username string
}

// sockets is how many a Client reads: shell, control, stdin and iopub.
const sockets = 4

// A Client is connected to one kernel. Its methods may be called from any goroutine.
type Client struct {
	session string
	options Options
	codec   kernel.Codec

	shell, control, stdin, iopub, heartbeat *zmtp.Client

	ctx     context.Context // ends with the connection; its cause says why
	end     context.CancelCauseFunc
	reading context.Context // ends with Close: what the kernel sent last is still read
	stop    context.CancelFunc
	readers sync.WaitGroup
	welcome chan struct{} // closed by the reader of iopub
	ended   atomic.Int32  // sockets that are read no more
	silent  chan struct{} // closed when all of them are
	pinging sync.Mutex

	mu    sync.Mutex
	calls map[string]*Call // by msg_id, until reply and idle
}

// Dial connects to a kernel. It waits, until ctx ends, for one that is starting.
func Dial(ctx context.Context, info kernel.ConnectionInfo, o Options) (*Client, error) {
	if o.Username == "" {
		o.Username = "user"
	}
	c := &Client{
		session: uuid.NewString(), options: o, codec: info.Codec(),
		welcome: make(chan struct{}), silent: make(chan struct{}), calls: map[string]*Call{},
	}
	c.codec.MaxSize = 1 << 30 // what a kernel that we trust has to say
	c.ctx, c.end = context.WithCancelCause(context.Background())
	c.reading, c.stop = context.WithCancel(context.Background())
	if err := c.connect(ctx, info); err != nil {
		c.Close()
		return nil, fmt.Errorf("connect to the kernel: %w", err)
	}
	c.readers.Go(func() { c.read(c.iopub, c.published) })
	c.readers.Go(func() { c.read(c.shell, func(m *kernel.Message) { c.replied(Shell, m) }) })
	c.readers.Go(func() { c.read(c.control, func(m *kernel.Message) { c.replied(Control, m) }) })
	c.readers.Go(func() { c.read(c.stdin, c.asked) })
	select {
	case <-c.welcome:
		return c, nil
	case <-ctx.Done():
		c.Close()
		return nil, fmt.Errorf("wait for the kernel to publish: %w", context.Cause(ctx))
	case <-c.ctx.Done():
		c.Close()
		return nil, fmt.Errorf("wait for the kernel to publish: %w", context.Cause(c.ctx))
	}
}

func (c *Client) connect(ctx context.Context, info kernel.ConnectionInfo) (err error) {
	for _, s := range []struct {
		to   **zmtp.Client
		typ  zmtp.Type
		port int
	}{
		{&c.iopub, zmtp.Sub, info.IOPubPort},
		{&c.shell, zmtp.Dealer, info.ShellPort},
		{&c.control, zmtp.Dealer, info.ControlPort},
		{&c.stdin, zmtp.Dealer, info.StdinPort},
		{&c.heartbeat, zmtp.Req, info.HBPort},
	} {
		o := zmtp.Options{}
		if s.typ == zmtp.Dealer {
			o.Identity = c.session // the same on stdin as on shell
		}
		if *s.to, err = zmtp.Dial(ctx, s.typ, info.Endpoint(s.port), o); err != nil {
			return err
		}
	}
	return c.iopub.Subscribe(ctx, "")
}

// Close disconnects. The kernel goes on.
func (c *Client) Close() error {
	c.end(errors.New("the client was closed"))
	c.stop()
	var closing sync.WaitGroup
	for _, s := range []*zmtp.Client{c.shell, c.control, c.stdin, c.iopub, c.heartbeat} {
		if s != nil {
			closing.Go(func() { s.Close(100 * time.Millisecond) })
		}
	}
	closing.Wait()
	c.readers.Wait()
	return nil
}

// Session is the session id that this client's messages bear.
func (c *Client) Session() string { return c.session }

// Gone is closed when the connection has ended, by Close or by the kernel.
func (c *Client) Gone() <-chan struct{} { return c.ctx.Done() }

// Ping sends a heartbeat and waits for its echo.
func (c *Client) Ping(ctx context.Context) error {
	c.pinging.Lock()
	defer c.pinging.Unlock()
	if err := c.heartbeat.Send(ctx, []byte("ping")); err != nil {
		return err
	}
	frames, err := c.heartbeat.Recv(ctx)
	if err != nil {
		return err
	}
	if len(frames) != 1 || string(frames[0]) != "ping" {
		return fmt.Errorf("the heartbeat returned %q, want ping", frames)
	}
	return nil
}

// farewell is how long the other sockets may go on after one has ended: a kernel that
// ends closes them all, and what it has sent on each is still to be read.
const farewell = 2 * time.Second

// read reads a socket until it ends. The last one to end ends the connection.
func (c *Client) read(s *zmtp.Client, handle func(*kernel.Message)) {
	err := c.receive(s, handle)
	if !errors.Is(err, ErrGone) {
		c.end(err)
	}
	switch c.ended.Add(1) {
	case 1:
		c.readers.Go(func() { c.waitForOthers(err) })
	case sockets:
		close(c.silent)
	}
}

// waitForOthers ends the connection once all sockets have ended, or too late.
func (c *Client) waitForOthers(err error) {
	select {
	case <-c.silent:
	case <-c.reading.Done():
	case <-time.After(farewell):
	}
	c.end(err)
}

// receive hands a socket's messages to handle until the socket ends.
func (c *Client) receive(s *zmtp.Client, handle func(*kernel.Message)) error {
	for {
		frames, err := s.Recv(c.reading)
		if err != nil {
			return ErrGone
		}
		m, err := c.codec.Decode(frames)
		if err != nil {
			return fmt.Errorf("the kernel sent a bad message: %w", err)
		}
		handle(m)
	}
}
