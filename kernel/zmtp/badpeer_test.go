package zmtp

import (
	"strings"
	"testing"
	"time"
)

// greeting is a ZMTP 3.0 greeting that asks for a security mechanism.
func greeting(mechanism string) string {
	return "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x00" + mechanism + strings.Repeat("\x00", 52-len(mechanism))
}

// Each of these is sent on a connection of its own. The socket has to close
// it, and to serve a libzmq client as if nothing had been.
func TestBadPeers(t *testing.T) {
	t.Parallel()
	ready := "\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER"
	cases := []struct {
		does string
		sent string
	}{
		{"sends half a greeting and waits", "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03"},
		{"sends an HTTP request", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + strings.Repeat("X-Filler: 1\r\n", 20)},
		{"sends garbage", strings.Repeat("\x93\x07\xfe\x41", 1000)},
		{"speaks an old protocol", "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x01\x05" + strings.Repeat("\x00", 52)},
		{"asks for another security mechanism", greeting("PLAIN")},
		{"sends READY cut off inside a property", greeting("NULL") + "\x04\x12\x05READY\x0bSocket-Type\x00"},
		{"sends READY with a property longer than the rest", greeting("NULL") + "\x04\x0c\x05READY\xffSocke"},
		{"sends READY with a value longer than the rest", greeting("NULL") + "\x04\x16\x05READY\x0bSocket-Type\xff\xff\xff\xff"},
		{"sends an empty READY", greeting("NULL") + "\x04\x06\x05READY"},
		{"sends a command without a name", greeting("NULL") + "\x04\x00"},
		{"has a type that does not fit", greeting("NULL") + "\x04\x16\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB"},
		{"announces a terabyte in the handshake", greeting("NULL") + "\x06\x00\x00\x01\x00\x00\x00\x00\x00"},
		{"announces 2^62 bytes in the handshake", greeting("NULL") + "\x06\x40\x00\x00\x00\x00\x00\x00\x00"},
		{"takes an identity that is not its to choose", greeting("NULL") +
			"\x04\x27\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x02\x001"},
		{"announces a frame of 2^62 bytes", greeting("NULL") + ready + "\x02\x40\x00\x00\x00\x00\x00\x00\x00"},
		{"announces a frame of 2^63 bytes", greeting("NULL") + ready + "\x02\x80\x00\x00\x00\x00\x00\x00\x00"},
		{"announces a frame over the limit", greeting("NULL") + ready + "\x02\x00\x00\x00\x00\x40\x00\x00\x01"},
		{"sends a message of too many frames", greeting("NULL") + ready + strings.Repeat("\x01\x00", 1025)},
		{"sends a frame with unknown flags", greeting("NULL") + ready + "\x80\x00"},
		{"sends a command that never ends", greeting("NULL") + ready + "\x06\x00\x00\x00\x00\x40\x00\x00\x00"},
		{"sends a malformed command", greeting("NULL") + ready + "\x04\x02\x07A"},
		{"sends a malformed PING", greeting("NULL") + ready + "\x04\x06\x04PING\x00"},
	}
	s := listen(t, Router, Options{HandshakeLimit: time.Second})
	for _, c := range cases {
		t.Run(c.does, func(t *testing.T) {
			r := rawTCP(t, s.Addr())
			r.write(c.sent)
			r.wantClosed()
		})
	}
	serves(t, s)
}

// The bytes of the table above must fail for what they are meant to show: a
// peer that sends just the greeting and READY is a peer.
func TestGoodHandshakeInBytes(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{})
	r := rawTCP(t, s.Addr())
	r.write(greeting("NULL") + "\x04\x1c\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER" + "\x00\x02hi")
	answer(t, s, "hi")
}

func TestIdleConnectionDelaysNoOne(t *testing.T) {
	t.Parallel()
	shell := listen(t, Router, Options{HandshakeLimit: 30 * time.Second})
	heartbeat := listen(t, Rep, Options{HandshakeLimit: 30 * time.Second})
	for range 5 {
		rawTCP(t, shell.Addr())
		rawTCP(t, heartbeat.Addr())
	}
	serves(t, shell)
	p := pyzmq(t, "REQ", heartbeat.Addr())
	p.want("send ping", "sent")
	p.want("recv", "ping")
}

func TestIdleConnectionIsClosedAfterTheHandshakeLimit(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{HandshakeLimit: 100 * time.Millisecond})
	rawTCP(t, s.Addr()).wantClosed()
}

func TestConnectionsBeyondTheLimitAreClosed(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{MaxConns: 3})
	var kept []raw
	for range 3 {
		kept = append(kept, rawZMTP(t, s.Addr(), Dealer))
	}
	rawTCP(t, s.Addr()).wantClosed()
	kept[0].Close()
	serves(t, s) // libzmq tries again until the place is free
}

// Peers that begin large messages and never end them share one bound.
func TestUnfinishedMessagesAreBounded(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{MaxInbound: 1 << 20})
	greedy := rawZMTP(t, s.Addr(), Dealer)
	greedy.write("\x02\x00\x00\x00\x00\x10\x00\x00\x00" + strings.Repeat("x", 600<<10))
	eventually(t, "the first holds its share", func() bool {
		s.budget.mu.Lock()
		defer s.budget.mu.Unlock()
		return s.budget.free < 1<<20-500<<10
	})
	second := rawZMTP(t, s.Addr(), Dealer)
	second.write("\x02\x00\x00\x00\x00\x10\x00\x00\x00")
	go second.Write(make([]byte, 2<<20))
	second.wantClosed()
	serves(t, s) // a short message needs no share
	greedy.Close()
	eventually(t, "all is given back", func() bool {
		s.budget.mu.Lock()
		defer s.budget.mu.Unlock()
		return s.budget.free == 1<<20
	})
}

// A peer that floods a kernel which is busy elsewhere is held back by TCP,
// not by our memory, and loses nothing.
func TestFloodPushesBack(t *testing.T) {
	t.Parallel()
	const messages, size = 200, 1 << 20
	s := listen(t, Router, Options{MaxInbound: 4 << 20})
	c := dial(t, Dealer, s.Addr(), Options{QueueBytes: 1 << 30})
	for i := range messages {
		body := make([]byte, size)
		body[0] = byte(i)
		if err := c.Send(within(t), body); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the reader waits", func() bool {
		s.budget.mu.Lock()
		defer s.budget.mu.Unlock()
		return s.budget.returned != nil
	})
	if n := c.link.out.unsent(); n < (messages-20)*size {
		t.Errorf("only %d bytes are held back", n)
	}
	for i := range messages {
		if m := recv(t, s); m.Frames[0][0] != byte(i) || len(m.Frames[0]) != size {
			t.Fatalf("message %d is another", i)
		}
	}
}
