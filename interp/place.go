package interp

import (
	"context"
	"errors"
	"os"

	"github.com/parago/parago/interp/runner/wire"
)

// A place is where the session process runs: that of the options, until it is changed. A
// process that replaces another one starts in it. Its owner guards it with running.
type place struct {
	dir string
	env []string // changes, name=value
}

// startAt starts a session process in the place. If its directory is gone, that of the
// options is as good as any.
func (p place) startAt(o Options) (*process, error) {
	if dir := p.where(); dir != "" {
		o.Dir = dir
	}
	o.Env = append(append([]string{}, o.Env...), p.env...)
	return startProcess(o)
}

// where is the directory of the place, "" if that of the options is to be used.
func (p place) where() string {
	if _, err := os.Stat(p.dir); err != nil {
		return ""
	}
	return p.dir
}

// Chdir changes the directory of the session process. It waits until no cell runs.
func (s *Session) Chdir(ctx context.Context, dir string) error {
	s.running.Lock()
	defer s.running.Unlock()
	if err := s.move(ctx, &wire.Place{Dir: dir}); err != nil {
		return err
	}
	s.place.dir = dir
	return nil
}

// Setenv sets a variable in the environment of the session process, and in that in which
// modules are fetched. It waits until no cell runs.
func (s *Session) Setenv(ctx context.Context, name, value string) error {
	s.running.Lock()
	defer s.running.Unlock()
	if err := s.move(ctx, &wire.Place{Name: name, Value: value}); err != nil {
		return err
	}
	s.place.env = append(s.place.env, name+"="+value)
	s.elsewhere.setenv(name, value)
	return nil
}

// move has the session process change its place. One that is not there yet, or not any more,
// will start in it.
func (s *Session) move(ctx context.Context, order *wire.Place) error {
	s.mu.Lock()
	p, closed := s.process, s.closed
	s.mu.Unlock()
	switch {
	case closed:
		return errClosed
	case p == nil || p.dead():
		return nil
	}
	found, err := p.ask(ctx, func(seq int) *wire.Message {
		order.Seq = seq
		return &wire.Message{Place: order}
	})
	switch {
	case errors.Is(err, errDied):
		return nil
	case err != nil:
		return err
	case found.Err != "":
		return errors.New(found.Err)
	}
	return nil
}
