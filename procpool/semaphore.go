package procpool

import (
	"context"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/share"
)

// A Semaphore is a number of permits. Who finds none waits, first come, first served.
// A process that ends gives back the permits that it holds, as far as there are then no more
// than in the beginning: permits that Release has made are for using up. Any process may call its
// methods, from any goroutine. Python's multiprocessing.Semaphore.
type Semaphore struct{ o *share.Object }

// NewSemaphore makes a semaphore of n permits. Release may make more. It panics if n is negative.
func NewSemaphore(n int) *Semaphore { return newSemaphore(n, 0) }

// NewBoundedSemaphore makes a semaphore that never has more than n permits. Python's
// multiprocessing.BoundedSemaphore.
func NewBoundedSemaphore(n int) *Semaphore { return newSemaphore(n, 1) }

func newSemaphore(n int, bounded byte) *Semaphore {
	if n < 0 {
		panic(fault.Errorf("a semaphore of %d permits", n))
	}
	return &Semaphore{share.NewObject(this.Space, broker.Request{Op: broker.OpNewSemaphore, N: int64(n), Data: []byte{bounded}})}
}

// Acquire takes a permit, waiting for one. Its error is ErrCanceled when the cell that waits is interrupted.
func (s *Semaphore) Acquire() error { return s.AcquireContext(context.Background()) }

// AcquireContext is Acquire until ctx is done; then its error is ctx's cause.
func (s *Semaphore) AcquireContext(ctx context.Context) error {
	_, err := s.o.Wait(ctx, -1, broker.Request{Op: broker.OpAcquire})
	return err
}

// AcquireTimeout is Acquire, for d at most. It reports whether a permit was taken.
func (s *Semaphore) AcquireTimeout(d time.Duration) bool {
	_, err := s.o.Wait(context.Background(), max(d, 0), broker.Request{Op: broker.OpAcquire})
	return err == nil
}

// TryAcquire takes a permit if there is one.
func (s *Semaphore) TryAcquire() bool { return s.AcquireTimeout(0) }

// Release gives a permit back, or makes one. If the semaphore is bounded and has all
// of its permits, its error is ErrNotHeld.
func (s *Semaphore) Release() error {
	a, err := s.o.Ask(broker.Request{Op: broker.OpRelease})
	if a.Status == broker.StatusTooMany {
		return fault.ErrNotHeld
	}
	return err
}

// Value returns how many permits there are now.
func (s *Semaphore) Value() int {
	a, _ := s.o.Ask(broker.Request{Op: broker.OpPermits})
	return int(a.Number())
}
