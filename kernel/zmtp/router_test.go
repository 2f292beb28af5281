//go:build unix

package zmtp

import (
	"errors"
	"fmt"
	"sync"
	"testing"
)

func TestRouterAnswersEachPeer(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{})
	one := pyzmq(t, "DEALER", s.Addr(), "identity=one")
	two := pyzmq(t, "DEALER", s.Addr(), "identity=two")
	nameless := pyzmq(t, "DEALER", s.Addr())
	for _, p := range []*program{one, two, nameless} {
		p.want("send to "+p.hello, "sent")
		recvd := recv(t, s)
		if err := s.SendTo(recvd.From, []byte("for"), nil, []byte("you")); err != nil {
			t.Fatal(err)
		}
		p.want("recv", "for - you")
	}
	if err := s.SendTo("one", []byte("unasked")); err != nil {
		t.Fatal(err)
	}
	one.want("recv", "unasked")
}

func TestNewestConnectionOwnsAnIdentity(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{})
	old := pyzmq(t, "DEALER", s.Addr(), "identity=x")
	old.want("send first", "sent")
	if m := answer(t, s, "first"); m.From != "x" {
		t.Fatalf("from %q", m.From)
	}
	old.want("recv", "first")

	newest := pyzmq(t, "DEALER", s.Addr(), "identity=x")
	newest.want("send second", "sent")
	if m := answer(t, s, "second"); m.From != "x" {
		t.Fatalf("from %q", m.From)
	}
	newest.want("recv", "second")

	// The old connection lives under another name, and has not got a copy.
	old.want("send third", "sent")
	if m := answer(t, s, "third"); m.From == "x" {
		t.Error("the old connection still owns the identity")
	}
	old.want("recv", "third")

	// A client that comes back after its connection ended has its name again.
	newest.cmd.Process.Kill()
	again := pyzmq(t, "DEALER", s.Addr(), "identity=x")
	again.want("send fourth", "sent")
	if m := answer(t, s, "fourth"); m.From != "x" {
		t.Errorf("from %q", m.From)
	}
	again.want("recv", "fourth")
}

func TestSendToNoOneIsAnErrorAtOnce(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{})
	err := s.SendTo("nobody", []byte("hello"))
	if !errors.Is(err, ErrNoPeer) {
		t.Errorf("got %v", err)
	}
	want := fmt.Sprintf("zmtp: send ROUTER %s peer %q: no such peer", s.Addr(), "nobody")
	if err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

func TestManyGoroutinesSendOnOneSocket(t *testing.T) {
	t.Parallel()
	const senders, each = 16, 500
	s := listen(t, Router, Options{})
	c := dial(t, Dealer, s.Addr(), Options{Identity: "c"})
	if err := c.Send(within(t), []byte("here")); err != nil {
		t.Fatal(err)
	}
	recv(t, s)
	var wg sync.WaitGroup
	for g := range senders {
		wg.Go(func() {
			for i := range each {
				if err := s.SendTo("c", fmt.Append(nil, g), fmt.Append(nil, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	var next [senders]int
	for range senders * each {
		frames, err := c.Recv(within(t))
		if err != nil {
			t.Fatal(err)
		}
		var g, i int
		fmt.Sscan(text(frames), &g, &i)
		if i != next[g] {
			t.Fatalf("sender %d: message %d came when %d was due", g, i, next[g])
		}
		next[g]++
	}
	wg.Wait()
}

func TestBigMessages(t *testing.T) {
	t.Parallel()
	for _, mb := range []int{10, 200} {
		t.Run(fmt.Sprintf("%d MB there and back", mb), func(t *testing.T) {
			s := listen(t, Router, Options{QueueBytes: 1 << 20}) // one message alone may exceed it
			p := pyzmq(t, "DEALER", s.Addr())
			p.tell(fmt.Sprint("big ", mb<<20))
			m := recv(t, s)
			if err := s.SendTo(m.From, m.Frames...); err != nil {
				t.Fatal(err)
			}
			if got, want := p.line(), fmt.Sprintf("%d same", mb<<20); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
