//go:build unix

package zmtp

import "testing"

func TestHeartbeatEchoes(t *testing.T) {
	t.Parallel()
	s := listen(t, Rep, Options{})
	req := pyzmq(t, "REQ", s.Addr())
	for range 3 {
		req.want("send ping", "sent")
		req.want("recv", "ping")
	}
	// A DEALER that sends no delimiter gets its message back too, and no
	// message stops the heartbeat.
	dealer := pyzmq(t, "DEALER", s.Addr())
	dealer.want("send no delimiter", "sent")
	dealer.want("recv", "no delimiter")
	rawZMTP(t, s.Addr(), Req).write("\x00\x00")
	big := rawZMTP(t, s.Addr(), Req)
	big.write("\x02\x00\x00\x00\x00\x00\x01\x00\x01")
	big.wantClosed()
	req.want("send ping", "sent")
	req.want("recv", "ping")
}

func TestPingIsAnswered(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{})
	p := pyzmq(t, "DEALER", s.Addr(), "heartbeat=50", "patience=1500")
	p.want("connections 4000", "made 1 lost 0")
	p.want("send hello", "sent")
	answer(t, s, "hello") // and no PING came before it
	p.want("recv", "hello")
}

func TestPongRepeatsThePingsContext(t *testing.T) {
	t.Parallel()
	s := listen(t, Router, Options{})
	r := rawZMTP(t, s.Addr(), Dealer)
	r.write("\x04\x0a\x04PING\x00\x01abc")
	want := "\x04\x08\x04PONGabc"
	got := make([]byte, len(want))
	if _, err := r.Read(got); err != nil || string(got) != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}
