//go:build unix

package zmtp

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The client against sockets that libzmq binds.
func TestClientTalksToLibzmq(t *testing.T) {
	t.Parallel()
	t.Run("Dealer to ROUTER", func(t *testing.T) {
		t.Parallel()
		p := pyzmqHow(t, "ROUTER", "bind", "tcp://127.0.0.1:*")
		c := dial(t, Dealer, p.hello, Options{Identity: "me"})
		p.tell("echo")
		if err := c.Send(within(t), []byte("hello"), nil, make([]byte, 300)); err != nil {
			t.Fatal(err)
		}
		if got, want := p.line(), "me hello - [300 bytes]"; got != want {
			t.Errorf("libzmq received %q, want %q", got, want)
		}
		frames, err := c.Recv(within(t))
		if err != nil || len(frames) != 3 || string(frames[0]) != "hello" {
			t.Errorf("got %q, %v", frames, err)
		}
	})
	t.Run("Req to REP", func(t *testing.T) {
		t.Parallel()
		p := pyzmqHow(t, "REP", "bind", "tcp://127.0.0.1:*")
		c := dial(t, Req, p.hello, Options{})
		for _, word := range []string{"one", "two"} {
			p.tell("echo")
			if err := c.Send(within(t), []byte(word)); err != nil {
				t.Fatal(err)
			}
			if frames, err := c.Recv(within(t)); err != nil || text(frames) != word {
				t.Errorf("got %q, %v", frames, err)
			}
			if got := p.line(); got != word {
				t.Errorf("libzmq received %q", got)
			}
		}
	})
	t.Run("Sub to XPUB", func(t *testing.T) {
		t.Parallel()
		p := pyzmqHow(t, "XPUB", "bind", "tcp://127.0.0.1:*")
		c := dial(t, Sub, p.hello, Options{})
		if err := c.Subscribe(within(t), "st"); err != nil {
			t.Fatal(err)
		}
		p.want("recv", "\x01st")
		p.want("send error no", "sent")
		p.want("send status yes", "sent")
		if frames, err := c.Recv(within(t)); err != nil || text(frames) != "status yes" {
			t.Errorf("got %q, %v", frames, err)
		}
		if err := c.Unsubscribe(within(t), "st"); err != nil {
			t.Fatal(err)
		}
		p.want("recv", "\x00st")
	})
}

func TestDialWaitsForTheSocket(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	endpoint := "tcp://" + l.Addr().String()
	l.Close() // a port where no one listens
	dialled := make(chan error)
	go func() {
		c, err := Dial(within(t), Dealer, endpoint, Options{})
		if err == nil {
			c.Close(0)
		}
		dialled <- err
	}()
	listenAt(t, Router, endpoint, Options{})
	if err := <-dialled; err != nil {
		t.Error(err)
	}
}

func TestDialSaysWhatItWaitedFor(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := Dial(ctx, Dealer, "ipc://"+filepath.Join(t.TempDir(), "nothing"), Options{})
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want the deadline, and that there is no such file", err)
	}
}

func TestDialFails(t *testing.T) {
	t.Parallel()
	router, silent := listen(t, Router, Options{}), listenSilent(t)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		does     string
		ctx      context.Context
		typ      Type
		endpoint string
		o        Options
		want     string
	}{
		{"with a type that binds", t.Context(), Router, router.Addr(), Options{}, "not a type that connects"},
		{"where the type does not fit", t.Context(), Sub, router.Addr(), Options{}, "not compatible"},
		{"with a reserved identity", t.Context(), Dealer, router.Addr(), Options{Identity: "\x001"}, "zero byte"},
		{"with a long identity", t.Context(), Dealer, router.Addr(), Options{Identity: strings.Repeat("x", 256)}, "256 bytes"},
		{"when ctx has ended", ended, Dealer, silent, Options{}, "canceled"},
		{"when no one answers", t.Context(), Dealer, silent, Options{HandshakeLimit: 1}, "timeout"},
	} {
		t.Run(c.does, func(t *testing.T) {
			_, err := Dial(c.ctx, c.typ, c.endpoint, c.o)
			if e := new(Error); !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an Error with %q", err, c.want)
			}
		})
	}
}

// listenSilent returns an endpoint that connections reach and no one serves.
func listenSilent(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return "tcp://" + l.Addr().String()
}

func TestDialEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept() // the handshake waits for what never comes
		if err == nil {
			defer c.Close()
		}
		cancel()
		<-t.Context().Done()
	}()
	if _, err := Dial(ctx, Dealer, "tcp://"+l.Addr().String(), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestClientSendWaitsAndEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{MaxInbound: 1 << 20}) // and no one receives
	c := dial(t, Dealer, s.Addr(), Options{QueueBytes: 1 << 20})
	ctx, cancel := context.WithCancel(context.Background())
	sent := make(chan error)
	go func() {
		for {
			if err := c.Send(ctx, make([]byte, 512<<10)); err != nil {
				sent <- err
				return
			}
		}
	}()
	eventually(t, "Send waits", func() bool {
		c.link.out.mu.Lock()
		defer c.link.out.mu.Unlock()
		return c.link.out.room != nil
	})
	cancel()
	if err := <-sent; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestMisuseIsSaid(t *testing.T) {
	t.Parallel()
	router, xpub := listen(t, Router, Options{}), listen(t, XPub, Options{})
	sub, dealer := dial(t, Sub, xpub.Addr(), Options{}), dial(t, Dealer, router.Addr(), Options{})
	for want, err := range map[string]error{
		"only an XPub publishes":            router.Send([]byte("x")),
		"only a Router sends to one peer":   xpub.SendTo("x", []byte("x")),
		"a message has at least one frame":  xpub.Send(),
		"a Sub only receives":               sub.Send(t.Context(), []byte("x")),
		"only a Sub subscribes":             dealer.Subscribe(t.Context(), "x"),
		"DEALER " + router.Addr() + ": a m": dealer.Send(t.Context()),
	} {
		if err == nil || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
