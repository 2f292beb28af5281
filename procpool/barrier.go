package procpool

import (
	"context"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/share"
)

// A Barrier is where a number of parties wait until all of them have come. When one of
// them gives up (its time is over, its context done, its process ended while it
// waited, or its action panicked), the barrier is broken: the others wait no longer, and all get ErrBrokenBarrier
// until Reset. A party whose process ended before it came is not
// known to be missing: use a context or a time. Any process may call its methods, from any
// goroutine. Python's multiprocessing.Barrier.
type Barrier struct {
	o       *share.Object
	parties int
}

// NewBarrier makes a barrier for a number of parties, which is 1 at least.
func NewBarrier(parties int) *Barrier {
	if parties < 1 {
		panic(fault.Errorf("a barrier for %d parties", parties))
	}
	return &Barrier{share.NewObject(this.Space, broker.Request{Op: broker.OpNewBarrier, N: int64(parties)}), parties}
}

// Wait waits for all parties. It returns their order of arrival, from 0: each party gets another one.
func (b *Barrier) Wait() (int, error) { return b.wait(context.Background(), -1, nil) }

// WaitContext is Wait until ctx is done; then its error is ctx's cause, and the barrier broken.
func (b *Barrier) WaitContext(ctx context.Context) (int, error) { return b.wait(ctx, -1, nil) }

// WaitTimeout is Wait, for d at most; then the barrier is broken.
func (b *Barrier) WaitTimeout(d time.Duration) (int, error) {
	return b.wait(context.Background(), max(d, 0), nil)
}

// WaitAction is WaitContext with something to do in between: of the parties that have an
// action, one calls its own when all have come, and before any goes on. Python gives the
// action to the barrier; here it is called where it is given. If it panics, the
// barrier is broken.
func (b *Barrier) WaitAction(ctx context.Context, action func()) (int, error) {
	return b.wait(ctx, -1, action)
}

func (b *Barrier) wait(ctx context.Context, limit time.Duration, action func()) (int, error) {
	r := broker.Request{Op: broker.OpWaitBarrier}
	if action != nil {
		r.Data = []byte{1}
	}
	if ctx.Err() != nil {
		b.Abort()
	}
	a, err := b.o.Wait(ctx, limit, r)
	switch {
	case err != nil:
		return -1, err
	case a.Status == broker.StatusAct && len(a.Data) == 16:
		return b.act(action, int64(a.Number()), int(broker.Answer{Data: a.Data[8:]}.Number()))
	}
	return int(a.Number()), nil
}

// act runs the action for all parties of a round.
func (b *Barrier) act(action func(), round int64, index int) (int, error) {
	r := broker.Request{Op: broker.OpActedBarrier, N: round, Data: []byte{0}}
	told := false
	defer func() {
		if !told { // it panics, or ends its goroutine
			b.o.Ask(r)
		}
	}()
	action()
	told = true
	r.Data[0] = 1
	if _, err := b.o.Ask(r); err != nil {
		return -1, err
	}
	return index, nil
}

// Abort breaks the barrier.
func (b *Barrier) Abort() { b.o.Ask(broker.Request{Op: broker.OpResetBarrier, N: 1}) }

// Reset makes the barrier as new. Those who wait get ErrBrokenBarrier.
func (b *Barrier) Reset() { b.o.Ask(broker.Request{Op: broker.OpResetBarrier}) }

// Parties returns for how many the barrier is.
func (b *Barrier) Parties() int { return b.parties }

// Waiting returns how many wait.
func (b *Barrier) Waiting() int {
	a, _ := b.o.Ask(broker.Request{Op: broker.OpLookBarrier})
	return int(a.Number())
}

// Broken reports whether the barrier is broken.
func (b *Barrier) Broken() bool {
	a, err := b.o.Ask(broker.Request{Op: broker.OpLookBarrier})
	return err == nil && len(a.Data) == 16 && a.Data[8] == 1
}
