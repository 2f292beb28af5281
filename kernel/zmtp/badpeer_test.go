//go:build unix

package zmtp

import (
	"log/slog"
	"strings"
	"testing"
	"time"
)

// Each of these is sent on a connection of its own. The socket has to close
// it, to log why, and to serve a libzmq client as if nothing had been.
func TestBadPeers(t *testing.T) {
	t.Parallel()
	cases := []struct {
		does string
		sent string
		why  string // in the log
	}{
		{"sends half a greeting and waits", greeting("NULL")[:12], "i/o timeout"},
		{"sends nothing", "", "i/o timeout"},
		{"sends an HTTP request", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + strings.Repeat("X-Filler: 1\r\n", 20), "invalid ZMTP signature"},
		{"sends garbage", strings.Repeat("\x93\x07\xfe\x41", 1000), "invalid ZMTP signature"},
		{"speaks an old protocol", "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x01\x05" + strings.Repeat("\x00", 52), "invalid ZMTP version"},
		{"asks for another security mechanism", greeting("PLAIN"), "security mechanism"},
		{"sends READY cut off inside a property", greeting("NULL") + command("READY", "\x0bSocket-Type\x00"), "malformed handshake"},
		{"sends READY with a name longer than the rest", greeting("NULL") + command("READY", "\xffSocke"), "unexpected EOF"},
		{"sends READY with a name a little longer than the rest", greeting("NULL") + command("READY", "\x06Socke"), "malformed handshake"},
		{"sends READY with a value longer than the rest", greeting("NULL") + command("READY", "\x0bSocket-Type\xff\xff\xff\xff"), "unexpected EOF"},
		{"sends an empty READY", greeting("NULL") + command("READY", ""), "unknown socket-type"},
		{"sends a command without a name", greeting("NULL") + "\x04\x00", "handshake"},
		{"sends a message before READY", greeting("NULL") + "\x00\x02hi", "invalid frame"},
		{"has a type that does not fit", greeting("NULL") + ready("SUB", ""), "not compatible"},
		{"announces a terabyte in the handshake", greeting("NULL") + "\x06\x00\x00\x01\x00\x00\x00\x00\x00", "frame of 1099511627776 bytes"},
		{"announces 2^62 bytes in the handshake", greeting("NULL") + "\x06\x40\x00\x00\x00\x00\x00\x00\x00", "frame of 4611686018427387904 bytes"},
		{"handshakes without end", greeting("NULL") + strings.Repeat("\x05\xff"+strings.Repeat("x", 255), 300), "handshake with a frame"},
		{"takes an identity that is not its to choose", greeting("NULL") + ready("DEALER", "\x001"), "begins with a zero byte"},
		{"takes an identity that is too long", greeting("NULL") + ready("DEALER", strings.Repeat("x", 256)), "identity of 256 bytes"},
		{"announces a frame of 2^62 bytes", greeting("NULL") + ready("DEALER", "") + "\x02\x40\x00\x00\x00\x00\x00\x00\x00", "frame of 4611686018427387904 bytes"},
		{"announces a frame of 2^63 bytes", greeting("NULL") + ready("DEALER", "") + "\x02\x80\x00\x00\x00\x00\x00\x00\x00", "frame of 9223372036854775808 bytes"},
		{"announces a frame over the limit", greeting("NULL") + ready("DEALER", "") + "\x02\x00\x00\x00\x00\x40\x00\x00\x01", "more than the 1073741824 allowed"},
		{"sends a message of too many frames", greeting("NULL") + ready("DEALER", "") + strings.Repeat("\x01\x00", 1025), "more than 1024 frames"},
		{"sends a frame with unknown flags", greeting("NULL") + ready("DEALER", "") + "\x80\x00", "unknown flags"},
		{"sends a command that never ends", greeting("NULL") + ready("DEALER", "") + "\x06\x00\x00\x00\x00\x40\x00\x00\x00", "command of 1073741824 bytes"},
		{"sends a malformed command", greeting("NULL") + ready("DEALER", "") + "\x04\x02\x07A", "malformed command"},
		{"sends a malformed PING", greeting("NULL") + ready("DEALER", "") + command("PING", "\x00"), "malformed PING"},
		{"says that it found an error", greeting("NULL") + ready("DEALER", "") + command("ERROR", "no"), "peer says ERROR no"},
	}
	libzmq := pyzmq(t, "DEALER", listen(t, Router, Options{}).Addr())
	for _, c := range cases {
		t.Run(c.does, func(t *testing.T) {
			var log journal
			s := listen(t, Router, Options{HandshakeLimit: time.Second, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			r := rawTCP(t, s.Addr())
			r.Write([]byte(c.sent)) // may fail: the socket need not read it all
			r.wantClosed()
			eventually(t, "the log has a line", func() bool { return log.String() != "" })
			if !strings.Contains(log.String(), c.why) {
				t.Errorf("the log says %s; want %q", log.String(), c.why)
			}
			libzmq.tell("connect " + s.Addr())
			answer(t, s, "hello")
			if got := libzmq.line(); got != "hello" {
				t.Errorf("libzmq got %q", got)
			}
		})
	}
}

// The bytes of the table above must fail for what they are meant to show: a
// peer that sends just the greeting and READY is a peer.
func TestGoodHandshakeInBytes(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{})
	r := rawTCP(t, s.Addr())
	r.write(greeting("NULL") + ready("DEALER", "me") + "\x00\x02hi")
	if m := answer(t, s, "hi"); m.From != "me" {
		t.Errorf("from %q", m.From)
	}
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
	s := listen(t, Router, Options{MaxConns: 3, HandshakeLimit: time.Hour})
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
