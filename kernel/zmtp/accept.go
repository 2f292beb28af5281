package zmtp

import (
	"errors"
	"io"
	"net"
	"syscall"
	"time"
)

const (
	firstPause = 50 * time.Millisecond
	longPause  = time.Second
)

// accept takes connections until the listener closes. It does nothing else,
// so that no peer can hold up another. When the process has no descriptor
// left it pauses, for accepting again at once would only burn the processor.
func (s *Socket) accept() {
	pause := firstPause
	for {
		conn, err := s.listener.Accept()
		switch {
		case err == nil:
			pause = firstPause
			if !s.admit(conn) {
				conn.Close()
				continue
			}
			s.wg.Go(func() { s.serve(conn) })
		case s.isClosed() || errors.Is(err, net.ErrClosed):
			return
		default:
			s.report.warn("cannot accept connections", "reason", err)
			select {
			case <-time.After(pause):
			case <-s.done:
				return
			}
			pause = min(2*pause, longPause)
		}
	}
}

// admit counts a new connection in, unless there are too many.
func (s *Socket) admit(conn net.Conn) bool {
	s.mu.Lock()
	closing, full := s.closing, len(s.conns) >= s.options.MaxConns
	if !closing && !full {
		s.conns[conn] = nil
	}
	s.mu.Unlock()
	if full {
		s.report.warn("refused a connection", "remote", conn.RemoteAddr().String(), "reason", "too many connections")
	}
	return !closing && !full
}

// serve is the life of one connection, from handshake to end.
func (s *Socket) serve(conn net.Conn) {
	defer s.release(conn)
	l, err := openLink(conn, s.typ, s.options, s.budget, s.done, true)
	if err != nil {
		if !s.isClosed() {
			s.report.warn("refused a peer", "remote", conn.RemoteAddr().String(), "reason", err)
		}
		return
	}
	p, ok := s.join(l)
	if !ok {
		return
	}
	err = p.run(func(in inbound) error { return s.receive(p, in) })
	s.leave(p)
	if !left(err) {
		s.report.warn("disconnected a peer", "peer", p.name, "remote", conn.RemoteAddr().String(), "reason", err)
	}
}

// release closes a connection and counts it out.
func (s *Socket) release(conn net.Conn) {
	conn.Close()
	s.mu.Lock()
	delete(s.conns, conn)
	s.mu.Unlock()
}

// left reports whether err is how a connection ends that its peer, or we,
// closed: nothing that the log needs to hear of.
func left(err error) bool {
	return err == io.EOF || errors.Is(err, net.ErrClosed) || errors.Is(err, ErrClosed) || errors.Is(err, errEnded) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
