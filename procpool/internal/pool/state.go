package pool

import (
	"context"
	"fmt"

	"github.com/parago/parago/procpool/internal/fault"
)

// A State is how far a call is.
type State int

// The states of a Future.
const (
	Pending   State = iota // no worker has begun it
	Running                // a worker has
	Done                   // it has a result or an error
	Cancelled              // it was cancelled before it had either, and will have none
)

// String returns "pending", "running", "done" or "cancelled".
func (s State) String() string {
	names := [...]string{"pending", "running", "done", "cancelled"}
	if s < 0 || int(s) >= len(names) {
		return fmt.Sprintf("State(%d)", int(s))
	}
	return names[s]
}

// State returns how far the call is. One of many elements runs once any has begun.
func (c *Call) State() State {
	c.pool.mu.Lock()
	state, abort, failing := c.state(), c.abort, c.failing
	c.pool.mu.Unlock()
	if !failing && fault.IsError(abort, context.Canceled) { // also while its worker is being killed
		return Cancelled
	}
	return state
}

// state is State of a call that was not cancelled. pool.mu is held.
func (c *Call) state() State {
	s := c.pool
	switch {
	case c.over:
		return Done
	case c.left < c.tasks.len():
		return Running
	}
	for _, w := range s.workers {
		for _, f := range w.flights {
			if f.call == c && f.seq <= w.run.Begun() { // its first element has
				return Running
			}
		}
	}
	return Pending
}

// Text is Future.String.
func (c *Call) Text() string { return "Future(" + c.State().String() + ")" }
