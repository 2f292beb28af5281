package kernel

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/parago/parago/kernel/zmtp"
)

// iopubQueue bounds what waits for a subscriber that reads slowly. Cells wait for it
// beyond that.
const iopubQueue = 8 << 20

// A channel is a ROUTER socket with messages on it.
type channel struct {
	name   string
	socket *zmtp.Socket
	codec  Codec
	log    *slog.Logger
	bad    *rateLog
	seen   *signatures // of the kernel
}

// receive hands every good message to handle, in order, until ctx ends or the
// socket is closed. Bad ones are dropped: who cannot sign is not answered, and
// what comes a second time was not sent by who signed it.
func (c *channel) receive(ctx context.Context, handle func(*request)) {
	for {
		in, err := c.socket.Recv(ctx)
		if err != nil {
			return
		}
		m, err := c.codec.Decode(in.Frames)
		if err == nil && !c.seen.first(m.signature) {
			err = errReplayed
		}
		if err != nil {
			c.bad.warn("message dropped", "channel", c.name, "error", err)
			continue
		}
		c.log.Debug("received", "channel", c.name, "type", m.Header.MsgType, "id", m.Header.MsgID)
		handle(&request{msg: m, peer: in.From, channel: c, received: time.Now()})
	}
}

// send sends m to a peer. One that has left or does not read gets nothing.
func (c *channel) send(peer string, m *Message) {
	if err := c.trySend(peer, m); err != nil {
		c.bad.warn("message not sent", "channel", c.name, "type", m.Header.MsgType, "error", err)
	}
}

func (c *channel) trySend(peer string, m *Message) error {
	frames, err := c.codec.Encode(m)
	if err != nil {
		return err
	}
	c.log.Debug("send", "channel", c.name, "type", m.Header.MsgType, "parent", m.Parent.MsgID)
	return c.socket.SendTo(peer, frames...)
}

// listen binds the five sockets and notes where they are.
func (k *Kernel) listen() error {
	o := zmtp.Options{Logger: k.log, MaxFrame: 2 * int64(k.maxRequest())}
	bind := func(t zmtp.Type, port *int, o zmtp.Options) (*zmtp.Socket, error) {
		s, err := zmtp.Listen(t, k.info.Endpoint(*port), o)
		if err == nil && k.info.Transport == "tcp" {
			*port, err = portOf(s.Addr())
		}
		return s, err
	}
	router := func(name string, port *int) (*channel, error) {
		s, err := bind(zmtp.Router, port, o)
		return &channel{name, s, k.codec, k.log, k.bad, &k.seen}, err
	}
	var errs [5]error
	k.shell, errs[0] = router("shell", &k.info.ShellPort)
	k.control, errs[1] = router("control", &k.info.ControlPort)
	k.stdinChannel, errs[2] = router("stdin", &k.info.StdinPort)
	k.heartbeat, errs[3] = bind(zmtp.Rep, &k.info.HBPort, o)
	o.QueueBytes = iopubQueue
	k.iopubSocket, errs[4] = bind(zmtp.XPub, &k.info.IOPubPort, o)
	return errors.Join(errs[:]...)
}

func (k *Kernel) maxRequest() int {
	if k.options.MaxRequest > 0 {
		return k.options.MaxRequest
	}
	return DefaultMaxMessage
}

func portOf(endpoint string) (int, error) {
	_, port, err := net.SplitHostPort(endpoint[len("tcp://"):])
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(port)
}

// closeSockets closes all sockets that are open. What is queued is sent first, for
// up to linger.
func (k *Kernel) closeSockets(linger time.Duration) {
	sockets := []*zmtp.Socket{k.heartbeat, k.iopubSocket}
	for _, c := range []*channel{k.shell, k.control, k.stdinChannel} {
		if c != nil {
			sockets = append(sockets, c.socket)
		}
	}
	var closing sync.WaitGroup
	for _, s := range sockets {
		if s != nil {
			closing.Go(func() {
				if err := s.Close(linger); err != nil {
					k.log.Warn("close a socket", "error", err)
				}
			})
		}
	}
	closing.Wait()
}
