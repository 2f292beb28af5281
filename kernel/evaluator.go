package kernel

import (
	"context"
	"sync"
	"time"

	"github.com/parago/parago/interp"
)

// An Evaluator runs cells. *interp.Session is one.
//
// Kernel calls Eval and Expr from one goroutine at a time; the other methods from
// any, also while a cell runs.
type Evaluator interface {
	// Eval runs a cell. Its error is an *interp.Error. Once ctx is done the cell
	// is stopped, as by a first Interrupt, and Eval returns.
	Eval(ctx context.Context, c interp.Cell) (*interp.Result, error)
	// Expr evaluates an expression that leaves no trace in the session.
	Expr(ctx context.Context, c interp.Cell) (*interp.Result, error)
	// Chdir and Setenv change the directory and a variable in the environment of the process
	// in which cells run, and of those that replace it.
	Chdir(ctx context.Context, dir string) error
	Setenv(ctx context.Context, name, value string) error
	// Interrupt stops the running cell, by force if it is already being stopped.
	Interrupt()
	IsComplete(src string) (c interp.Completeness, indent string)
	Complete(src string, cursor int) interp.Completion
	Inspect(src string, cursor, detail int) (interp.Bundle, bool)
	// Close ends the session and whatever runs in it; a cell that runs returns.
	Close() error
}

// queryPatience is how long completion and its like wait for a session that is
// starting. Cells wait until they are interrupted.
const queryPatience = 2 * time.Second

// A session is an Evaluator on its way: started in the background, and again when
// that failed, since what stood in its way may be gone by then.
type session struct {
	start func() (Evaluator, error)

	starts sync.WaitGroup

	mu        sync.Mutex
	evaluator Evaluator
	attempt   *attempt // nil: none has been made, or the last one failed
	closed    bool
}

// An attempt is one start.
type attempt struct {
	done chan struct{} // closed when err is set
	err  error
}

// get returns the evaluator. It starts one if need be, and waits until ctx ends.
func (s *session) get(ctx context.Context) (Evaluator, error) {
	a, e, err := s.begin()
	if a == nil {
		return e, err
	}
	select {
	case <-a.done:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if a.err != nil {
		return nil, a.err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.evaluator, nil
}

// begin returns the evaluator if it is there, else the attempt to wait for.
func (s *session) begin() (*attempt, Evaluator, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, nil, ErrClosed
	case s.evaluator != nil:
		return nil, s.evaluator, nil
	case s.attempt == nil:
		a := &attempt{done: make(chan struct{})}
		s.attempt = a
		s.starts.Go(func() { s.run(a) })
	}
	return s.attempt, nil, nil
}

// run makes an attempt.
func (s *session) run(a *attempt) {
	e, err := s.start()
	s.mu.Lock()
	defer s.mu.Unlock()
	defer close(a.done)
	switch {
	case err != nil:
		a.err, s.attempt = err, nil
	case s.closed:
		a.err = ErrClosed
		e.Close()
	default:
		s.evaluator = e
	}
}

// close closes the evaluator for good, also one that is still starting.
func (s *session) close() error {
	s.mu.Lock()
	e := s.evaluator
	s.closed = true
	s.mu.Unlock()
	if e == nil {
		s.starts.Wait()
		return nil
	}
	return e.Close()
}

// evaluatorForQuery returns the evaluator unless that takes too long.
func (k *Kernel) evaluatorForQuery() (Evaluator, error) {
	ctx, cancel := context.WithTimeout(k.ctx, queryPatience)
	defer cancel()
	return k.session.get(ctx)
}
