//go:build unix

package zmtp

import "testing"

func TestXPubSeesSubscriptions(t *testing.T) {
	t.Parallel()
	s := listen(t, XPub, Options{})
	p := pyzmq(t, "SUB", s.Addr())
	p.want("subscribe stream", "asked")
	first := subscribed(t, s, "stream")

	// What iopub_welcome needs: published under the subscription's topic, it
	// reaches the subscriber that has just come.
	if err := s.Send([]byte(first.Topic), []byte("welcome")); err != nil {
		t.Fatal(err)
	}
	p.want("recv", "stream welcome")

	p.want("subscribe", "asked")
	if all := subscribed(t, s, ""); all.From != first.From {
		t.Errorf("the same peer is now called %q, was %q", all.From, first.From)
	}
	p.want("unsubscribe stream", "asked")
	if m := recv(t, s); m.Kind != Unsubscribe || m.Topic != "stream" {
		t.Errorf("received %+v", m)
	}
	p.cmd.Process.Kill()
	if m := recv(t, s); m.Kind != Unsubscribe || m.Topic != "" || m.From != first.From {
		t.Errorf("received %+v when the subscriber died", m)
	}
}

func TestXPubSendsOnlyWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	s := listen(t, XPub, Options{})
	p := pyzmq(t, "SUB", s.Addr(), "subscribe=status", "subscribe=stream.std")
	subscribed(t, s, "status")
	subscribed(t, s, "stream.std")
	for _, topic := range []string{"error", "stream", "stream.stdout", "", "stat", "status"} {
		if err := s.Send([]byte(topic), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	p.want("recv", "stream.stdout x")
	p.want("recv", "status x")
}

func TestXPubReadsSubscriptionCommands(t *testing.T) {
	t.Parallel()
	s := listen(t, XPub, Options{})
	r := rawZMTP(t, s.Addr(), Sub)
	r.write("\x04\x0c\x09SUBSCRIBEab") // ZMTP 3.1 says it with a command
	subscribed(t, s, "ab")
	r.write("\x00\x03\x01ab" + "\x00\x03\x00ab") // and once more, and one back
	r.write("\x04\x09\x06CANCELab")
	if m := recv(t, s); m.Kind != Unsubscribe || m.Topic != "ab" {
		t.Errorf("received %+v", m)
	}
}

func TestXPubBoundsSubscriptions(t *testing.T) {
	t.Parallel()
	s := listen(t, XPub, Options{})
	r := rawZMTP(t, s.Addr(), Sub)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for {
			if _, err := s.Recv(t.Context()); err != nil {
				return
			}
		}
	}()
	go func() {
		for i := range maxTopics + 1 {
			r.Write([]byte{0, 3, 1, byte(i >> 8), byte(i)})
		}
	}()
	r.wantClosed()
	s.Close(0)
	<-drained
}
