package kernel

import (
	"encoding/hex"
	"errors"
	"sync"
)

var errReplayed = errors.New("a message that came before")

// maxSignatures is how many signatures a kernel remembers.
const maxSignatures = 1 << 16

// signatures are those of the messages that a kernel has taken. Someone who can
// write to its sockets, but has no key, could send again what he saw: no client
// signs two messages alike, because their ids differ.
type signatures struct {
	mu     sync.Mutex
	known  map[digest]struct{}
	oldest []digest // of known, a ring once it is full
	next   int      // of oldest, what is forgotten next
}

// A digest is the first half of a signature, of which no two messages have the same.
type digest [16]byte

// first reports whether signature is met for the first time among the last
// maxSignatures, and remembers it. Messages that are not signed are always new.
func (s *signatures) first(signature []byte) bool {
	var d digest
	if len(signature) < hex.EncodedLen(len(d)) {
		return true
	}
	hex.Decode(d[:], signature[:hex.EncodedLen(len(d))])
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.known[d]; known {
		return false
	}
	s.remember(d)
	return true
}

// remember adds d, in the place of the oldest when it is full. The caller holds mu.
func (s *signatures) remember(d digest) {
	if s.known == nil {
		s.known = map[digest]struct{}{}
	}
	s.known[d] = struct{}{}
	if len(s.oldest) < maxSignatures {
		s.oldest = append(s.oldest, d)
		return
	}
	delete(s.known, s.oldest[s.next])
	s.oldest[s.next] = d
	s.next = (s.next + 1) % maxSignatures
}
