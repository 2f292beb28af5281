package kernel

import (
	"context"

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
	// Interrupt stops the running cell, by force if it is already being stopped.
	Interrupt()
	IsComplete(src string) (c interp.Completeness, indent string)
	Complete(src string, cursor int) interp.Completion
	Inspect(src string, cursor, detail int) (interp.Bundle, bool)
	// Close ends the session and whatever runs in it.
	Close() error
}

// evaluator returns the session, which is started in the background by Serve.
// A start that failed is tried again: what stood in its way may be gone, and until
// then every cell says what it is.
func (k *Kernel) evaluator() (Evaluator, error) {
	k.session.Lock()
	defer k.session.Unlock()
	if k.session.closed {
		return nil, ErrClosed
	}
	if k.session.evaluator != nil {
		return k.session.evaluator, nil
	}
	e, err := k.newEvaluator(k.sink)
	if err != nil {
		return nil, err
	}
	k.session.evaluator = e
	return e, nil
}

// closeEvaluator closes the session, if there is one, for good.
func (k *Kernel) closeEvaluator() error {
	k.session.Lock()
	e := k.session.evaluator
	k.session.closed = true
	k.session.Unlock()
	if e == nil {
		return nil
	}
	return e.Close()
}
