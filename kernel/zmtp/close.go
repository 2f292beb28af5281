package zmtp

import (
	"fmt"
	"time"
)

// Close ends the socket. It stops accepting, unblocks Recv and Send with
// ErrClosed, writes out what is queued, and waits until every peer has read
// to the end and closed, but no longer than linger. It returns when every
// goroutine of the socket has ended; the error is ErrUnsent if bytes were
// still queued for someone by then. What peers sent and Recv has not returned
// is discarded. A second Close does nothing but wait for the first.
func (s *Socket) Close(linger time.Duration) error {
	if !s.beginClose() {
		s.wg.Wait()
		return nil
	}
	s.listener.Close()
	ended := make(chan struct{})
	go func() { s.wg.Wait(); close(ended) }()
	timer := time.NewTimer(linger)
	defer timer.Stop()
	select {
	case <-ended:
		return nil
	case <-timer.C:
	}
	err := s.abandon()
	<-ended
	return err
}

// beginClose lets every peer's writer finish, and drops those that are still
// in their handshake. It reports whether it was the first to do so.
func (s *Socket) beginClose() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.closing = true
	close(s.done)
	for conn, p := range s.conns {
		if p == nil {
			conn.Close()
		} else {
			p.out.finish()
		}
	}
	return true
}

// abandon drops the connections that are left, and tells what was lost.
func (s *Socket) abandon() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	peers, unsent := 0, int64(0)
	for conn, p := range s.conns {
		if p == nil {
			conn.Close()
			continue
		}
		if n := p.out.unsent(); n > 0 {
			peers, unsent = peers+1, unsent+n
		}
		p.kill()
	}
	if unsent == 0 {
		return nil
	}
	return s.failed("close", "", fmt.Errorf("%w: %d bytes for %d peers", ErrUnsent, unsent, peers))
}
