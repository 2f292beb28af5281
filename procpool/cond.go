package procpool

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/child"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/share"
)

// A Cond is where processes wait for something to become so. Its lock, L, protects
// what that depends on. All of its methods are for who holds L; to others they answer
// ErrNotHeld. A signal wakes exactly as many as it says; one for a process
// that ended before it woke goes to the next. Python's multiprocessing.Condition.
type Cond struct {
	L sync.Locker // a *Lock or *RLock
	o *share.Object
}

// NewCond makes a condition with a lock, which is a *Lock or a *RLock; nil: a new RLock, as in
// Python. It panics if l is anything else: other locks are no good between processes. Goroutines of one
// process that wait for each other need a *Lock: an RLock is the whole process's, so it keeps none of them out.
func NewCond(l sync.Locker) *Cond {
	if l == nil {
		l = NewRLock()
	}
	c := &Cond{L: l, o: share.NewObject(this.Space, broker.Request{Op: broker.OpNewCond})}
	if c.lock() == nil {
		panic(fault.Errorf("a condition with a lock of type %T", l))
	}
	return c
}

// A condLock is a lock as a condition uses it.
type condLock interface {
	owned() bool
	yield() (depth int64)
	memory() *share.Memory
	take(depth int64) func(me uint32) (taken bool, err error)
}

func (l *Lock) owned() bool { return l.m.Held() }

func (l *Lock) yield() int64 {
	l.m.Unlock()
	return 1
}

func (l *Lock) memory() *share.Memory { return l.m }

func (l *Lock) take(int64) func(me uint32) (bool, error) { return l.m.TakeFree }

func (l *RLock) owned() bool { return l.m.Held() }

func (l *RLock) yield() int64 { return l.m.UnlockAgain(-1) }

func (l *RLock) memory() *share.Memory { return l.m }

func (c *Cond) lock() condLock {
	if c.L == nil {
		panic(share.ErrUnmadeHandle)
	}
	l, _ := c.L.(condLock)
	return l
}

// Wait frees L, waits for a signal, and takes L again. Look again at what was waited
// for: somebody may have been faster. The error is ErrOwnerDied when L's last holder has died with it
// meanwhile, and ErrCanceled when the cell that waits is interrupted. L is held in any case.
func (c *Cond) Wait() error { return c.wait(context.Background(), -1) }

// WaitContext is Wait until ctx is done; then its error is ctx's cause.
func (c *Cond) WaitContext(ctx context.Context) error { return c.wait(ctx, -1) }

// WaitTimeout is Wait, for d at most. It reports whether there was a signal.
func (c *Cond) WaitTimeout(d time.Duration) bool {
	err := c.wait(context.Background(), max(d, 0))
	return err == nil || err == fault.ErrOwnerDied
}

// WaitFor waits until is reports true or ctx is done, whose cause is its error then. Is is called
// with L held, at first and after each signal.
func (c *Cond) WaitFor(ctx context.Context, is func() bool) error {
	for {
		if c.lock() == nil || !c.lock().owned() {
			return fault.ErrNotHeld
		}
		if is() {
			return nil
		}
		if err := c.wait(ctx, -1); err != nil {
			return err
		}
	}
}

func (c *Cond) wait(ctx context.Context, limit time.Duration) error {
	l := c.lock()
	if l == nil || !l.owned() {
		return fault.ErrNotHeld
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	a, err := c.o.Ask(broker.Request{Op: broker.OpEnterCond})
	if err != nil {
		return err
	}
	ticket := int64(a.Number())
	depth := l.yield()
	_, err = c.o.Wait(ctx, limit, broker.Request{Op: broker.OpWaitCond, N: ticket})
	if err != nil && c.leave(ticket) {
		err = nil // it was signalled after all
	}
	back := resume(l, depth)
	if err == nil {
		return back
	}
	if back == nil {
		return err
	}
	return errors.Join(err, back)
}

// leave gives up waiting, and tells whether the signal has come.
func (c *Cond) leave(ticket int64) bool {
	a, err := c.o.Ask(broker.Request{Op: broker.OpLeaveCond, N: ticket})
	return err == nil && a.Number() == 1
}

// resume takes the lock again, which who waited has a deferred Unlock for. That of an
// interrupted cell is about to be free, as its processes end.
func resume(l condLock, depth int64) error {
	m, take := l.memory(), l.take(depth)
	err := m.Await(context.Background(), -1, take)
	if !errors.Is(err, fault.ErrCanceled) {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), child.StopTimeout, err)
	defer cancel()
	if err = m.Insist(take, ctx); err != nil && err != fault.ErrOwnerDied {
		panic(err)
	}
	return err
}

// Signal wakes one of those who wait, who waits longest, if there is any. Python's notify.
func (c *Cond) Signal() error { return c.signal(1) }

// SignalN wakes n of those who wait, or all if they are fewer.
func (c *Cond) SignalN(n int) error { return c.signal(int64(max(n, 0))) }

// Broadcast wakes all who wait. Python's notify_all.
func (c *Cond) Broadcast() error { return c.signal(-1) }

func (c *Cond) signal(n int64) error {
	if l := c.lock(); l == nil || !l.owned() {
		return fault.ErrNotHeld
	}
	_, err := c.o.Ask(broker.Request{Op: broker.OpSignalCond, N: n})
	return err
}
