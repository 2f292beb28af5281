package procpool

import (
	"encoding/binary"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
)

// A RawConn is what a Conn of any type is made of.
type RawConn struct {
	id     uint64
	end    int
	closed atomic.Bool
	err    error // why it could not be made
}

// NewRawPipe makes two connected ends.
func NewRawPipe() (a, b *RawConn) {
	this.registerHandles()
	got, err := this.ask(broker.Request{Op: broker.OpNewPipe})
	id := got.Number()
	return &RawConn{id: id, err: err}, &RawConn{id: id, end: 1, err: err}
}

func (c *RawConn) ask(op byte, wait time.Duration, data []byte) (broker.Answer, error) {
	if c.err != nil {
		return broker.Answer{}, c.err
	}
	if c.closed.Load() {
		return broker.Answer{}, ErrClosed
	}
	return this.ask(broker.Request{Op: op, ID: c.id, N: int64(c.end), Wait: wait, Data: data})
}

// Send sends what v points to as one message. It fails with ErrPeerClosed if nobody can receive it.
func (c *RawConn) Send(v any) error {
	data, err := this.codec.Encode(nil, reflect.ValueOf(v).Elem())
	if err != nil {
		return atPath(err, "value")
	}
	_, err = c.ask(broker.OpSend, -1, data)
	return err
}

// Recv stores the next message in into, a pointer. It fails with io.EOF when there is
// none and the other end is closed or its process gone.
func (c *RawConn) Recv(into any) error {
	a, err := c.ask(broker.OpRecv, -1, nil)
	if err != nil {
		return err
	}
	return this.codec.Decode(a.Data, reflect.ValueOf(into))
}

// Poll reports whether Recv would return at once, waiting up to d for that.
func (c *RawConn) Poll(d time.Duration) bool {
	_, err := c.ask(broker.OpPoll, max(d, 0), nil)
	return err == nil
}

// Close gives up this process's hold on the end. It may be called again.
func (c *RawConn) Close() error {
	if c.closed.Swap(true) || c.err != nil {
		return c.err
	}
	_, err := this.ask(broker.Request{Op: broker.OpCloseConn, ID: c.id, N: int64(c.end)})
	return err
}

func connHandle() codec.Handle {
	return codec.Handle{
		Name: "Conn",
		Type: reflect.TypeFor[*RawConn](),
		Encode: func(v any) ([]byte, error) {
			c := v.(*RawConn)
			if c.closed.Load() {
				return nil, ErrClosed
			}
			return append(broker.Number(c.id), byte(c.end)), c.err
		},
		Decode: func(data []byte) (any, error) {
			if len(data) != 9 {
				return nil, errorf("a connection that cannot be read")
			}
			c := &RawConn{id: binary.LittleEndian.Uint64(data), end: int(data[8] & 1)}
			this.tell(broker.Request{Op: broker.OpPass, ID: c.id, N: int64(c.end), Data: []byte(this.identity)})
			return c, nil
		},
	}
}
