//go:build unix

package zmtp

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// publish sends n messages that count from 0, each of about size bytes.
func publish(t testing.TB, s *Socket, n, size int) {
	t.Helper()
	body := make([]byte, size)
	for i := range n {
		if err := s.Send([]byte("stream"), fmt.Append(nil, i), body); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStoppedSubscriberIsDisconnectedAndOthersGetEverything(t *testing.T) {
	t.Parallel()
	var log journal
	s := listen(t, XPub, Options{StallLimit: 2 * time.Second, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	stopped := pyzmq(t, "SUB", s.Addr(), "subscribe=")
	subscribed(t, s, "")
	good := pyzmq(t, "SUB", s.Addr(), "subscribe=")
	subscribed(t, s, "")

	stopped.stop()
	good.tell("count 100000")
	publish(t, s, 100_000, 2000)
	if got := good.line(); got != "100000 in order" {
		t.Errorf("the good subscriber: %s", got)
	}
	if m := recv(t, s); m.Kind != Unsubscribe {
		t.Errorf("received %+v, want the stopped subscriber to leave", m)
	}
	if !strings.Contains(log.String(), ErrStalled.Error()) {
		t.Errorf("the log does not tell why: %s", log.String())
	}

	fresh := pyzmq(t, "SUB", s.Addr(), "subscribe=")
	subscribed(t, s, "")
	fresh.tell("count 10")
	publish(t, s, 10, 2000)
	if got := fresh.line(); got != "10 in order" {
		t.Errorf("the new subscriber: %s", got)
	}

	begin := time.Now()
	if err := s.Close(time.Second); err != nil {
		t.Errorf("close: %v", err)
	}
	if d := time.Since(begin); d > 5*time.Second {
		t.Errorf("close took %v", d)
	}
}

func TestSubscriberThatGoesOnInTimeLosesNothing(t *testing.T) {
	t.Parallel()
	const messages = 20_000
	s := listen(t, XPub, Options{QueueBytes: 4 << 20, StallLimit: patience})
	p := pyzmq(t, "SUB", s.Addr(), "subscribe=")
	subscribed(t, s, "")
	p.stop()
	published := make(chan struct{})
	go func() {
		defer close(published)
		publish(t, s, messages, 2000)
	}()
	eventually(t, "the publisher waits", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, p := range s.names {
			p.out.mu.Lock()
			defer p.out.mu.Unlock()
			return p.out.room != nil
		}
		return false
	})
	p.resume()
	p.want(fmt.Sprint("count ", messages), fmt.Sprint(messages, " in order"))
	<-published
}

func TestCloseEndsAPublisherThatWaits(t *testing.T) {
	t.Parallel()
	s := listen(t, XPub, Options{QueueBytes: 1 << 20, StallLimit: patience})
	r := rawZMTP(t, s.Addr(), Sub)
	r.write("\x00\x01\x01")
	subscribed(t, s, "")
	failed := make(chan error)
	go func() {
		body := make([]byte, 1<<20)
		for {
			if err := s.Send([]byte("stream"), body); err != nil {
				failed <- err
				return
			}
		}
	}()
	eventually(t, "the publisher waits", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, p := range s.names {
			p.out.mu.Lock()
			defer p.out.mu.Unlock()
			return p.out.room != nil
		}
		return false
	})
	closed := make(chan error, 1)
	go func() { closed <- s.Close(0) }()
	if err := <-failed; !errors.Is(err, ErrClosed) {
		t.Errorf("send: %v", err)
	}
	if err := <-closed; !errors.Is(err, ErrUnsent) {
		t.Errorf("close: %v, want it to say that bytes were lost", err)
	}
}

func TestStoppedDealerDelaysNoOne(t *testing.T) {
	t.Parallel()
	var log journal
	s := listen(t, Router, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	stopped := pyzmq(t, "DEALER", s.Addr(), "identity=stopped")
	stopped.want("send hello", "sent")
	answer(t, s, "hello")
	stopped.want("recv", "hello")
	stopped.stop()

	reply := make([]byte, 50<<20)
	if err := s.SendTo("stopped", reply); err != nil {
		t.Fatal(err)
	}
	serves(t, s) // while 50 MB are pending

	var err error
	for range 8 {
		if err = s.SendTo("stopped", reply); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrStalled) {
		t.Errorf("sending 400 MB to it: %v, want ErrStalled", err)
	}
	if !strings.Contains(log.String(), "peer=stopped") {
		t.Errorf("the log does not name it: %s", log.String())
	}
	serves(t, s)

	stopped.resume()
	stopped.want("reconnected", "reconnected") // which libzmq does by itself
	stopped.want("send back", "sent")
	answer(t, s, "back")
	stopped.want("recv", "back")
}

func TestHeartbeatPeerThatDoesNotReadPilesUpNothing(t *testing.T) {
	t.Parallel()
	s := listen(t, Rep, Options{})
	r := rawZMTP(t, s.Addr(), Dealer)
	r.SetWriteDeadline(time.Now().Add(time.Second))
	message := "\x02\x00\x00\x00\x00\x00\x00\x80\x00" + strings.Repeat("x", 0x8000)
	sent := 0
	for {
		n, err := r.Write([]byte(message))
		sent += n
		if err != nil {
			break // pushed back
		}
		if sent > 100<<20 {
			t.Fatal("100 MB were taken and nothing was read")
		}
	}
	p := pyzmq(t, "REQ", s.Addr())
	p.want("send ping", "sent")
	p.want("recv", "ping")
}
