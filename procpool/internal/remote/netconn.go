package remote

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"net"
	"reflect"
	"sync"
	"syscall"
	"time"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/wait"
)

// A netConn is a connection over the network that keeps the boundaries of messages. Its
// reader is one message ahead, so that Poll and Select know whether there is one.
type netConn struct {
	node    *node.Node
	conn    net.Conn
	sending chan struct{} // who puts something in may write
	broken  error         // why nothing can be sent any more; owned by who may write
	ended   chan struct{} // closed when the reader has ended

	mu     sync.Mutex
	head   []byte // the next message, if has; guarded by mu, as is the rest
	has    bool
	err    error         // why there is none after it
	news   chan struct{} // closed when has or err is set
	taken  sync.Cond     // has was cleared, or closed set
	closed bool
}

func newNetConn(n *node.Node, conn net.Conn) *netConn {
	c := &netConn{node: n, conn: conn, sending: make(chan struct{}, 1), ended: make(chan struct{}), news: make(chan struct{})}
	c.taken.L = &c.mu
	go c.read()
	return c
}

// read takes messages in until the connection ends. It is waited for by close.
func (c *netConn) read() {
	defer close(c.ended)
	in := bufio.NewReaderSize(c.conn, 64<<10)
	for {
		message, err := readMessage(in)
		c.mu.Lock()
		for c.has && !c.closed {
			c.taken.Wait()
		}
		c.head, c.has, c.err = message, err == nil, err
		close(c.news)
		over := err != nil || c.closed
		if !over {
			for c.has && !c.closed {
				c.taken.Wait()
			}
			c.news = make(chan struct{})
		}
		c.mu.Unlock()
		if over {
			return
		}
	}
}

// readMessage reads a message. What it says of its length is not believed before the bytes are there.
func readMessage(in io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		if errors.Is(err, syscall.ECONNRESET) {
			err = io.EOF // the other process was killed
		}
		return nil, err
	}
	n := int64(binary.LittleEndian.Uint32(head[:]))
	var message bytes.Buffer
	message.Grow(int(min(n, 1<<20)))
	if _, err := io.CopyN(&message, in, n); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return message.Bytes(), nil
}

// Readable returns a channel that is closed when receive would return at once.
func (c *netConn) Readable() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.has || c.err != nil || c.closed {
		return wait.Closed
	}
	return c.news
}

// Wait returns when receive would return at once.
func (c *netConn) Wait(ctx context.Context, limit time.Duration) error {
	origin := c.node.Context(c.node.Origin())
	var over <-chan time.Time
	if limit > 0 {
		t := time.NewTimer(limit)
		defer t.Stop()
		over = t.C
	}
	for {
		news := c.Readable()
		if news == wait.Closed {
			return nil
		}
		if limit == 0 {
			return fault.ErrEmpty
		}
		select {
		case <-news:
		case <-over:
			return fault.ErrEmpty
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-origin.Done():
			return context.Cause(origin)
		}
	}
}

// Receive takes the next message. One of more than limit bytes stays, if there is a limit.
func (c *netConn) Receive(ctx context.Context, wait time.Duration, limit int) ([]byte, error) {
	for {
		if err := c.Wait(ctx, wait); err != nil {
			return nil, err
		}
		c.mu.Lock()
		message, has, err, closed := c.head, c.has, c.err, c.closed
		if has && limit > 0 && len(message) > limit {
			c.mu.Unlock()
			return nil, fault.ErrTooLong
		}
		if has {
			c.head, c.has = nil, false
			c.taken.Broadcast()
		}
		c.mu.Unlock()
		switch {
		case has:
			return message, nil
		case closed:
			return nil, fault.ErrClosed
		case err != nil:
			return nil, err
		}
	}
}

// SendValue sends a value. What stands for something of this tree of processes stays there.
func (c *netConn) SendValue(ctx context.Context, v reflect.Value) error {
	c.node.Ready()
	var handle any
	data, err := c.node.Codec.EncodeWith(nil, v, codec.Options{OnHandle: func(h any) { handle = h }})
	if err == nil && handle != nil {
		err = &codec.EncodeError{Type: reflect.TypeOf(handle).String(), Err: fault.Errorf("it cannot cross over the network")}
	}
	if err != nil {
		return fault.AtPath(err, "value")
	}
	return c.Send(ctx, data)
}

// Send sends one message. If ctx ends that in the middle, the connection is of no use any more.
func (c *netConn) Send(ctx context.Context, data []byte) error {
	if len(data) > math.MaxUint32 {
		return fault.Errorf("a message of %d bytes is too large", len(data))
	}
	origin := c.node.Context(c.node.Origin())
	select {
	case c.sending <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-origin.Done():
		return context.Cause(origin)
	}
	defer func() { <-c.sending }()
	if c.broken != nil {
		return c.broken
	}
	stop := func() { c.conn.SetWriteDeadline(time.Unix(1, 0)) }
	defer context.AfterFunc(ctx, stop)()
	defer context.AfterFunc(origin, stop)()
	parts := net.Buffers{binary.LittleEndian.AppendUint32(nil, uint32(len(data))), data}
	_, err := parts.WriteTo(c.conn)
	if err == nil {
		return nil
	}
	c.broken = fault.ErrPeerClosed
	switch {
	case errors.Is(err, net.ErrClosed):
		return fault.ErrClosed
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case origin.Err() != nil:
		err = context.Cause(origin)
	default:
		return fault.ErrPeerClosed
	}
	c.conn.Close()
	return err
}

// String is where the connection leads to.
func (c *netConn) String() string { return c.conn.RemoteAddr().String() }

// Close ends the connection, and returns when its reader has ended.
func (c *netConn) Close() error {
	err := c.conn.Close()
	c.mu.Lock()
	c.closed = true
	c.head, c.has = nil, false
	c.taken.Broadcast()
	c.mu.Unlock()
	<-c.ended
	return err
}
