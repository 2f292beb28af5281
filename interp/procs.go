package interp

import (
	"context"
	"errors"

	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/procpool"
)

// Processes says, in tables, what pools, workers and processes the session has, and what
// they share. It may be called while a cell runs.
func (s *Session) Processes(ctx context.Context) (Bundle, error) {
	s.mu.Lock()
	p, closed := s.process, s.closed
	s.mu.Unlock()
	if closed {
		return nil, s.describe(errClosed)
	}
	data := procpool.Report{}.MIMEBundle() // as long as there is no session process
	if p != nil && !p.dead() {
		found, err := p.inspect(ctx)
		switch {
		case err == nil:
			data = found.Data
		case !errors.Is(err, errDied):
			return nil, s.describe(err)
		}
	}
	bundle := Bundle{}
	for mime, text := range data {
		bundle[mime] = text
	}
	return bundle, nil
}

// inspect asks the process what it has.
func (p *process) inspect(ctx context.Context) (*wire.Found, error) {
	return p.ask(ctx, func(seq int) *wire.Message { return &wire.Message{Inspect: &wire.Inspect{Seq: seq}} })
}

// ask asks the process something that it answers at any time.
func (p *process) ask(ctx context.Context, question func(seq int) *wire.Message) (*wire.Found, error) {
	if err := p.wait(ctx); err != nil {
		return nil, err
	}
	answer := make(chan *wire.Found, 1)
	p.mu.Lock()
	p.asked++
	seq := p.asked
	p.finds[seq] = answer
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.finds, seq)
		p.mu.Unlock()
	}()
	if err := p.conn.Send(question(seq)); err != nil {
		return nil, errDied
	}
	select {
	case found := <-answer:
		return found, nil
	case <-p.ended:
		return nil, errDied
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// found hands on an answer, unless nobody waits for it any more.
func (p *process) found(f *wire.Found) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if answer := p.finds[f.Seq]; answer != nil {
		answer <- f
		delete(p.finds, f.Seq)
	}
}
