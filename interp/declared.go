package interp

import (
	"fmt"

	"github.com/parago/parago/interp/check"
)

// A Declared is a name that cells have declared or imported.
type Declared = check.Declared

// Declared lists the names that cells have given a meaning, by kind and name.
func (s *Session) Declared() []Declared { return s.names().Declared() }

// Remove has the session forget names, and returns those that it does not know. What uses them
// goes on with what they meant. It waits until no cell runs.
func (s *Session) Remove(names ...string) (unknown []string) {
	s.running.Lock()
	defer s.running.Unlock()
	for _, name := range names {
		if !s.names().Remove(name) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// Reset begins the session anew, without what cells have declared and without modules: it is as
// it was at first, but for its directory and its environment. It waits until no cell runs.
func (s *Session) Reset() error {
	s.running.Lock()
	defer s.running.Unlock()
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return errClosed
	}
	if modules, _ := s.elsewhere.get(); modules != nil {
		modules.Reset()
	}
	if err := s.anew(); err != nil {
		return fmt.Errorf("begin the session anew: %w", err)
	}
	return nil
}
