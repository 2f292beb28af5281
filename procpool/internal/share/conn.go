package share

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"reflect"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
)

// A Conn is what a Conn of any type is made of: an end of a pipe, or a connection
// over the network.
type Conn struct {
	space  *Space
	id     uint64
	end    int
	way    way
	net    Link // nil: it is a pipe
	closed atomic.Bool
	err    error // why it could not be made
	own    *held // nil: it is over the network
}

// A Link is a connection over the network, with boundaries of messages.
type Link interface {
	// SendValue sends a value, and Send bytes, as one message each.
	SendValue(ctx context.Context, v reflect.Value) error
	Send(ctx context.Context, data []byte) error
	// Receive takes the next message. One of more than limit bytes stays, if there is a limit.
	Receive(ctx context.Context, wait time.Duration, limit int) ([]byte, error)
	// Wait returns when Receive would return at once, and the channel of Readable is closed then, or has
	// to be asked for anew.
	Wait(ctx context.Context, limit time.Duration) error
	Readable() <-chan struct{}
	Close() error
	String() string // where it leads to
}

// NewLinked is a connection that is a link.
func NewLinked(sp *Space, l Link) *Conn { return &Conn{space: sp, net: l} }

// A way is what an end of a pipe is for.
type way byte

const (
	wayBoth way = iota
	wayReceive
	waySend
)

// NewBothWays makes two connected ends.
func NewBothWays(sp *Space) (a, b *Conn) { return newPipe(sp, wayBoth, wayBoth) }

// NewOneWay makes an end that receives and one that sends.
func NewOneWay(sp *Space) (r, w *Conn) { return newPipe(sp, wayReceive, waySend) }

func newPipe(sp *Space, a, b way) (*Conn, *Conn) {
	sp.Ready()
	got, err := sp.Ask(broker.Request{Op: broker.OpNewPipe})
	id := got.Number()
	first, second := &Conn{space: sp, id: id, way: a, err: err}, &Conn{space: sp, id: id, end: 1, way: b, err: err}
	if err == nil {
		first.own, second.own = holdMade(sp, first, &held{number: id}), holdMade(sp, second, &held{number: id})
	}
	return first, second
}

// usable returns why the connection cannot be used, if so.
func (c *Conn) usable(ctx context.Context, not way, err error) error {
	switch {
	case c == nil:
		return fault.Errorf("use of a connection that was not made: call NewPipe")
	case c.err != nil:
		return c.err
	case c.closed.Load():
		return fault.ErrClosed
	case c.way == not && not != wayBoth:
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return nil
}

// Send sends what v points to as one message. It fails with ErrPeerClosed if nobody can receive it.
func (c *Conn) Send(v any) error { return c.SendContext(context.Background(), v) }

// SendContext is Send until ctx is done; then its error is ctx's cause.
func (c *Conn) SendContext(ctx context.Context, v any) error {
	if err := c.usable(ctx, wayReceive, fault.ErrReadOnly); err != nil {
		return err
	}
	if c.net != nil {
		return c.net.SendValue(ctx, reflect.ValueOf(v).Elem())
	}
	r := broker.Request{Op: broker.OpSend, ID: c.id, N: int64(c.end), Wait: -1}
	s, err := c.space.pack(&r, reflect.ValueOf(v).Elem())
	if err != nil {
		return err
	}
	defer runtime.KeepAlive(c)
	return c.space.post(ctx, r, s)
}

// SendBytes sends bytes as they are, as one message.
func (c *Conn) SendBytes(b []byte) error {
	ctx := context.Background()
	if err := c.usable(ctx, wayReceive, fault.ErrReadOnly); err != nil {
		return err
	}
	if c.net != nil {
		return c.net.Send(ctx, b)
	}
	c.space.Mail.reclaim()
	r := broker.Request{Op: broker.OpSend, ID: c.id, N: int64(c.end), Wait: -1}
	m := task.Message{Buf: b, From: &c.space.Mail.segments}
	if len(b) < task.SharedSize {
		m.Buf = bytes.Clone(b) // the caller may change it
	} else {
		m.Buf = b[:len(b):len(b)] // what is appended is the copy's
	}
	var s parcel
	if err := c.space.packBytes(&r, m, nil, &s); err != nil {
		return err
	}
	defer runtime.KeepAlive(c)
	return c.space.post(ctx, r, s)
}

// Recv stores the next message in into, a pointer. It fails with io.EOF when there is
// none and the other end is closed or its process gone.
func (c *Conn) Recv(into any) error { return c.RecvContext(context.Background(), into) }

// RecvContext is Recv until ctx is done; then its error is ctx's cause.
func (c *Conn) RecvContext(ctx context.Context, into any) error { return c.recv(ctx, -1, into) }

// RecvTimeout is Recv, for d at most; then its error is a *TimeoutError.
func (c *Conn) RecvTimeout(into any, d time.Duration) error {
	err := c.recv(context.Background(), max(d, 0), into)
	if errors.Is(err, fault.ErrEmpty) {
		return &fault.TimeoutError{What: "receiving"}
	}
	return err
}

func (c *Conn) recv(ctx context.Context, wait time.Duration, into any) error {
	a, err := c.receive(ctx, wait, 0, func(data []byte) error { return c.space.Codec.Decode(data, reflect.ValueOf(into)) })
	c.space.decoded(a)
	return err
}

// RecvBytes returns the next message as it was sent. One of more than limit bytes stays, and the error is
// ErrTooLong; a limit of 0 or less is none.
func (c *Conn) RecvBytes(limit int) (out []byte, err error) {
	_, err = c.receive(context.Background(), -1, limit, func(data []byte) error {
		out = append([]byte{}, data...)
		return nil
	})
	return out, err
}

// receive hands the next message to use, which must not keep it. What has handles in it is held until the answer is decoded.
func (c *Conn) receive(ctx context.Context, wait time.Duration, limit int, use func([]byte) error) (a broker.Answer, err error) {
	if err := c.usable(ctx, waySend, fault.ErrWriteOnly); err != nil {
		return a, err
	}
	if c.net != nil {
		data, err := c.net.Receive(ctx, wait, limit)
		if err != nil {
			return a, err
		}
		return a, use(data)
	}
	r := broker.Request{Op: broker.OpRecv, ID: c.id, N: int64(c.end), Wait: wait}
	if limit > 0 {
		r.N |= broker.Limit(limit)
	}
	a, err = c.space.askScarce(ctx, r)
	runtime.KeepAlive(c)
	if err != nil {
		return a, err
	}
	return a, unpack(a, use)
}

// Poll reports whether Recv would return at once, waiting up to d for that.
func (c *Conn) Poll(d time.Duration) bool {
	ctx := context.Background()
	if c.usable(ctx, waySend, fault.ErrWriteOnly) != nil {
		return false
	}
	if c.net != nil {
		return c.net.Wait(ctx, max(d, 0)) == nil
	}
	defer runtime.KeepAlive(c)
	_, err := c.space.Ask(broker.Request{Op: broker.OpPoll, ID: c.id, N: int64(c.end), Wait: max(d, 0)})
	return err == nil
}

// Close gives up this process's hold on the end. It may be called again.
func (c *Conn) Close() error {
	if c == nil || c.closed.Swap(true) || c.err != nil {
		return nil
	}
	if c.net != nil {
		return c.net.Close()
	}
	_, err := c.space.Ask(broker.Request{Op: broker.OpCloseConn, ID: c.id, N: int64(c.end)})
	return err
}

// Passing says which end of which pipe it is, for who passes it on.
func (c *Conn) Passing() (id uint64, end int) { return c.id, c.end }

// Numbered adds the number under which processes say that they hold it.
func (c *Conn) Numbered(numbers []byte) []byte { return c.own.Numbered(numbers) }

func (s *Space) connHandle() codec.Handle {
	return codec.Handle{
		Name: "Conn",
		Type: reflect.TypeFor[*Conn](),
		Encode: func(v any) ([]byte, error) {
			c := v.(*Conn)
			switch {
			case c.net != nil:
				return nil, fault.Errorf("a connection made by Dial or Accept stays in its process")
			case c.closed.Load():
				return nil, fault.ErrClosed
			}
			return append(broker.Number(c.id), byte(c.end), byte(c.way)), c.err
		},
		Decode: func(data []byte) (any, error) {
			if len(data) != 10 {
				return nil, fault.Errorf("a connection that cannot be read")
			}
			c := &Conn{space: s, id: binary.LittleEndian.Uint64(data), end: int(data[8] & 1), way: way(data[9])}
			c.own = holdCame(s, c, &held{number: c.id})
			s.Tell(broker.Request{Op: broker.OpPass, ID: c.id, N: int64(c.end), Data: []byte(s.Identity)})
			return c, nil
		},
		Lost: func(v any) { v.(*Conn).own.lost() },
	}
}
