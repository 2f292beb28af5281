package zmtp

import (
	"context"
	"errors"
	"strings"
)

// What one peer may subscribe to.
const (
	maxTopics = 1024
	maxTopic  = 1024 // bytes
)

// Send publishes a message of an XPub to all peers whose subscription is a
// prefix of the first frame. Every subscriber gets every message, in one
// order. When a subscriber's queue is full (Options.QueueBytes) Send waits
// for it, up to Options.StallLimit; a subscriber that has no room by then is
// disconnected, and the log says so. Subscribers with room have got the
// message before Send begins to wait; the Sends of other goroutines wait for
// their turn. It fails only when the socket is closed. The frames must not be
// changed afterwards.
func (s *Socket) Send(frames ...[]byte) error {
	if s.typ != XPub {
		return s.failed("send", "", errors.New("only an XPub publishes"))
	}
	if len(frames) == 0 {
		return s.failed("send", "", errNoFrames)
	}
	s.publishing.Lock()
	defer s.publishing.Unlock()
	if s.isClosed() {
		return s.failed("send", "", ErrClosed)
	}
	var full []*peer
	for _, p := range s.subscribers(string(frames[0])) {
		room, err := p.out.put(frames)
		if err != nil && s.isClosed() {
			return s.failed("send", "", ErrClosed)
		}
		if room != nil {
			full = append(full, p)
		}
	}
	if len(full) == 0 {
		return nil
	}
	return s.sendSlowly(full, frames)
}

// sendSlowly waits for each of the peers whose queue is full.
func (s *Socket) sendSlowly(full []*peer, frames [][]byte) error {
	limit, cancel := context.WithTimeout(context.Background(), s.options.StallLimit)
	defer cancel()
	for _, p := range full {
		put, err := p.out.putWait(frames, limit.Done(), s.done)
		switch {
		case put:
		case s.isClosed():
			return s.failed("send", "", ErrClosed)
		case err == nil: // else the peer has left
			s.disconnect(p, ErrStalled)
		}
	}
	return nil
}

// subscribers returns the peers that want to hear of topic.
func (s *Socket) subscribers(topic string) []*peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ps []*peer
	for _, p := range s.names {
		if p.wants(topic) {
			ps = append(ps, p)
		}
	}
	return ps
}

// wants reports whether the peer subscribed to a prefix of topic. The caller
// holds the socket's mu.
func (p *peer) wants(topic string) bool {
	if _, all := p.topics[""]; all {
		return true
	}
	for prefix := range p.topics {
		if strings.HasPrefix(topic, prefix) {
			return true
		}
	}
	return false
}

// subscribe keeps what a peer wants to hear of, and tells Recv when that
// changed. Subscribing twice needs unsubscribing twice, as in libzmq.
func (s *Socket) subscribe(p *peer, topic string, on bool) error {
	changed, err := s.changeTopic(p, topic, on)
	if err != nil || !changed {
		return err
	}
	kind := Unsubscribe
	if on {
		kind = Subscribe
	}
	return s.deliver(Message{From: s.nameOf(p), Kind: kind, Topic: topic}, 0)
}

func (s *Socket) changeTopic(p *peer, topic string, on bool) (changed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := p.topics[topic]
	switch {
	case on && (len(topic) > maxTopic || n == 0 && len(p.topics) == maxTopics):
		return false, violation("too many or too long subscriptions")
	case on:
		p.topics[topic] = n + 1
		return n == 0, nil
	case n > 1:
		p.topics[topic] = n - 1
		return false, nil
	}
	delete(p.topics, topic)
	return n == 1, nil
}
