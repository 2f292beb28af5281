package zmtp

import "errors"

// SendTo sends a message to the peer of a Router that Recv named. It never
// waits: the message is queued. It fails with ErrNoPeer if that peer is not
// connected (any more), and with ErrStalled if more than Options.QueueBytes
// wait for it, for which it is disconnected. The frames must not be changed
// afterwards.
func (s *Socket) SendTo(peer string, frames ...[]byte) error {
	if s.typ != Router {
		return s.failed("send", peer, errors.New("only a Router sends to one peer"))
	}
	if len(frames) == 0 {
		return s.failed("send", peer, errNoFrames)
	}
	if s.isClosed() {
		return s.failed("send", peer, ErrClosed)
	}
	s.mu.Lock()
	p := s.names[peer]
	s.mu.Unlock()
	if p == nil {
		return s.failed("send", peer, ErrNoPeer)
	}
	room, err := p.out.put(frames)
	if err != nil && s.isClosed() {
		return s.failed("send", peer, ErrClosed)
	}
	if err != nil {
		return s.failed("send", peer, ErrNoPeer)
	}
	if room != nil {
		s.disconnect(p, ErrStalled)
		return s.failed("send", peer, ErrStalled)
	}
	return nil
}

var errNoFrames = errors.New("a message has at least one frame")

// disconnect ends a peer's connection for a reason that the log gets to hear.
func (s *Socket) disconnect(p *peer, why error) {
	s.report.warn("disconnected a peer", "peer", s.nameOf(p), "remote", p.conn.RemoteAddr().String(),
		"unsent", p.out.unsent(), "reason", why)
	p.kill()
}
