//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

// everything is one of each thing that a process can hold or wait for.
type everything struct {
	Lock  *procpool.Lock
	R     *procpool.RLock
	Sem   *procpool.Semaphore
	Cond  *procpool.Cond
	Dict  *procpool.Dict[string, int]
	List  *procpool.List[int]
	Actor *procpool.Actor
}

// usesEverything goes on until it is killed.
func usesEverything(e everything) {
	for {
		e.Lock.Lock()
		e.R.Lock()
		e.R.Lock()
		runtime.Gosched()
		e.R.Unlock()
		e.R.Unlock()
		e.Lock.Unlock()
		e.Sem.Acquire()
		e.Dict.Update("x", func(n int, _ bool) (int, bool) { return n + 1, true })
		e.Sem.Release()
		e.Cond.L.Lock()
		e.Cond.WaitTimeout(time.Millisecond)
		e.Cond.Signal()
		e.Cond.L.Unlock()
		e.List.Update(0, func(n int) int { return n + 1 })
		e.Actor.Call("Deposit", 1)
	}
}

func TestD17_killsAtAnyTime(t *testing.T) {
	t.Parallel()
	e := everything{
		procpool.NewLock(), procpool.NewRLock(), procpool.NewBoundedSemaphore(2), procpool.NewCond(nil),
		procpool.NewDict[string, int](), procpool.NewList(0), spawn(t, newAccount, 0),
	}
	deadline := time.Now().Add(2 * time.Second)
	ps := make([]*procpool.Process, 3)
	for i := range ps {
		ps[i] = start(t, usesEverything, e)
	}
	kills := 0
	for ; time.Now().Before(deadline); kills++ {
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
		i := rand.IntN(len(ps))
		check(t, ps[i].Kill())
		ps[i] = start(t, usesEverything, e)
	}
	for _, p := range ps {
		p.Kill()
		p.Join()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, err := range []error{e.Lock.LockContext(ctx), e.R.LockContext(ctx), e.Sem.AcquireContext(ctx), e.Sem.AcquireContext(ctx)} {
		if err != nil && !errors.Is(err, procpool.ErrOwnerDied) {
			t.Errorf("after %d kills: %v", kills, err)
		}
	}
	if e.Sem.TryAcquire() {
		t.Error("a permit too many")
	}
	e.Cond.L.Lock()
	check(t, e.Cond.Broadcast())
	e.Cond.L.Unlock()
	n, err := e.Dict.Update("x", func(n int, _ bool) (int, bool) { return n, true })
	if n == 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	m, err := e.List.Update(0, func(n int) int { return n })
	if m == 0 || err != nil {
		t.Errorf("%d, %v", m, err)
	}
	balance, err := e.Actor.CallContext(ctx, "Balance")
	if balance == 0.0 || err != nil {
		t.Errorf("%v, %v", balance, err)
	}
	t.Logf("%d kills, %d and %d updates, %v calls", kills, n, m, balance)
}
