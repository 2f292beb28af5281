//go:build unix

package zmtp

import (
	"errors"
	"io"
	"testing"
	"time"
)

func TestCloseLosesNothing(t *testing.T) {
	t.Parallel()
	s := listen(t, XPub, Options{})
	var ps []*program
	for range 2 {
		p := pyzmq(t, "SUB", s.Addr(), "subscribe=")
		subscribed(t, s, "")
		p.tell("count 20000")
		ps = append(ps, p)
	}
	publish(t, s, 20_000, 1000)
	if err := s.Close(patience); err != nil {
		t.Error(err)
	}
	for _, p := range ps {
		if got := p.line(); got != "20000 in order" {
			t.Error(got)
		}
	}
}

func TestCloseAndExitLoseNothing(t *testing.T) {
	t.Parallel()
	c := startChild(t, "burst", 0)
	p := pyzmq(t, "SUB", c.hello, "subscribe=")
	p.want("count 20000", "20000 in order")
	if got := c.line(); got != "closed <nil>" {
		t.Error(got)
	}
}

func TestReplyBeforeCloseArrives(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{})
	p := pyzmq(t, "DEALER", s.Addr())
	p.want("send shutdown_request", "sent")
	answer(t, s, "shutdown_request")
	if err := s.Close(time.Second); err != nil {
		t.Error(err)
	}
	p.want("recv", "shutdown_request")
}

// A peer that goes on talking while the socket closes gets its answer all the
// same: what it sends is read and thrown away, and no reset cuts us off.
func TestReplyBeforeCloseReachesATalker(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{})
	c := dial(t, Dealer, s.Addr(), Options{Identity: "talker"})
	if err := c.Send(within(t), []byte("hello")); err != nil {
		t.Fatal(err)
	}
	recv(t, s)
	reply := make([]byte, 50<<20)
	if err := s.SendTo("talker", reply); err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for c.Send(within(t), []byte("and another thing")) == nil {
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	closed := make(chan error)
	go func() { closed <- s.Close(patience) }()
	frames, err := c.Recv(within(t))
	if err != nil || len(frames[0]) != len(reply) {
		t.Errorf("the reply did not arrive: %v", err)
	}
	close(stop)
	<-stopped
	c.Close(patience)
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestCloseTellsWhatItLost(t *testing.T) {
	t.Parallel()
	s := listen(t, XPub, Options{})
	p := pyzmq(t, "SUB", s.Addr(), "subscribe=")
	subscribed(t, s, "")
	p.stop()
	publish(t, s, 10, 5<<20)
	if err := s.Close(100 * time.Millisecond); !errors.Is(err, ErrUnsent) {
		t.Errorf("got %v, want ErrUnsent", err)
	}
}

func TestCloseUnblocksRecvAndIsIdempotent(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{})
	r := rawTCP(t, s.Addr()) // a handshake that never ends delays no close
	failed := make(chan error)
	go func() {
		_, err := s.Recv(within(t))
		failed <- err
	}()
	if err := s.Close(patience); err != nil {
		t.Error(err)
	}
	if err := <-failed; !errors.Is(err, ErrClosed) {
		t.Errorf("recv: %v", err)
	}
	if err := s.Close(patience); err != nil {
		t.Error(err)
	}
	if err := s.SendTo("x", []byte("x")); !errors.Is(err, ErrClosed) {
		t.Errorf("send: %v", err)
	}
	r.wantClosed()
}

func TestClientCloseLosesNothing(t *testing.T) {
	t.Parallel()
	const messages = 5000
	s := listen(t, Router, Options{})
	c := dial(t, Dealer, s.Addr(), Options{})
	received := make(chan int)
	go func() {
		n := 0
		for ; n < messages; n++ {
			if _, err := s.Recv(within(t)); err != nil {
				break
			}
		}
		received <- n
	}()
	for range messages {
		if err := c.Send(within(t), make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(patience); err != nil {
		t.Error(err)
	}
	if n := <-received; n != messages {
		t.Errorf("received %d of %d", n, messages)
	}
	if _, err := c.Recv(within(t)); !errors.Is(err, ErrClosed) {
		t.Errorf("recv after close: %v", err)
	}
	if err := c.Send(within(t), nil); !errors.Is(err, ErrClosed) {
		t.Errorf("send after close: %v", err)
	}
}

func TestClientHearsThatTheSocketClosed(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{})
	c := dial(t, Dealer, s.Addr(), Options{Identity: "c"})
	if err := c.Send(within(t), []byte("here")); err != nil {
		t.Fatal(err)
	}
	answer(t, s, "here")
	s.Close(patience)
	if frames, err := c.Recv(within(t)); err != nil || text(frames) != "here" {
		t.Errorf("got %q, %v; want what was sent before", frames, err)
	}
	if _, err := c.Recv(within(t)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}
