package procpool

import (
	"context"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/share"
)

// An Event is a flag that processes wait for. Any process may call its methods,
// from any goroutine. Python's multiprocessing.Event.
type Event struct{ o *share.Object }

// NewEvent makes an event that is not set.
func NewEvent() *Event {
	return &Event{share.NewObject(this.Space, broker.Request{Op: broker.OpNewEvent})}
}

// Set sets the flag, and ends all waiting for it.
func (e *Event) Set() { e.o.Ask(broker.Request{Op: broker.OpSetEvent, N: 1}) }

// Clear makes the flag unset again.
func (e *Event) Clear() { e.o.Ask(broker.Request{Op: broker.OpSetEvent}) }

// IsSet reports whether the flag is set.
func (e *Event) IsSet() bool { return e.WaitTimeout(0) }

// Wait returns when the flag is set. Its error is ErrCanceled when the cell that waits is interrupted.
func (e *Event) Wait() error { return e.WaitContext(context.Background()) }

// WaitContext is Wait until ctx is done; then its error is ctx's cause.
func (e *Event) WaitContext(ctx context.Context) error {
	_, err := e.o.Wait(ctx, -1, broker.Request{Op: broker.OpWaitEvent})
	return err
}

// WaitTimeout is Wait, for d at most. It reports whether the flag was set.
func (e *Event) WaitTimeout(d time.Duration) bool {
	_, err := e.o.Wait(context.Background(), max(d, 0), broker.Request{Op: broker.OpWaitEvent})
	return err == nil
}
