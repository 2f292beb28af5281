//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
	"github.com/parago/parago/procpool/embed"
)

var syncFuncs = []any{
	diesLocked, triesLock, triesRLock, diesRLocked, takesPermits, waitsForEvent, waitsForSignal, diesWaiting, meets, meetsAndDies,
	releasesPermit, unlocksOther, usesEverything,
}

// endsBy ends the process in one of several ways.
func endsBy(how string) {
	switch how {
	case "kill":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "exit":
		os.Exit(3)
	case "panic":
		panic("on purpose")
	}
}

func diesLocked(l *procpool.Lock, how string) {
	l.Lock()
	endsBy(how)
}

func diesRLocked(l *procpool.RLock) {
	l.Lock()
	l.Lock()
	endsBy("kill")
}

func triesLock(l *procpool.Lock, q *procpool.Queue[bool]) { q.Put(l.TryLock()) }

func triesRLock(l *procpool.RLock, q *procpool.Queue[bool]) { q.Put(l.TryLock()) }

func unlocksOther(l *procpool.RLock, q *procpool.Queue[bool]) {
	defer func() { q.Put(recover() != nil) }()
	l.Unlock()
}

// takesPermits takes n permits, says so, and holds them until it is killed or, with
// how, dies.
func takesPermits(s *procpool.Semaphore, n int, q *procpool.Queue[bool], how string) {
	for range n {
		s.Acquire()
	}
	q.Put(true)
	if how != "" {
		endsBy(how)
	}
}

func releasesPermit(s *procpool.Semaphore) error { return s.Release() }

func waitsForEvent(e *procpool.Event, d time.Duration, q *procpool.Queue[bool]) {
	q.Put(e.WaitTimeout(d))
}

// waitsForSignal tells by asleep that it is about to wait, with the lock held, and by woken what came of it.
func waitsForSignal(c *procpool.Cond, limit time.Duration, asleep, woken *procpool.Queue[bool]) {
	c.L.Lock()
	defer c.L.Unlock()
	asleep.Put(true)
	woken.Put(c.WaitTimeout(limit))
}

func diesWaiting(c *procpool.Cond, asleep *procpool.Queue[bool]) {
	c.L.Lock()
	asleep.Put(true)
	c.Wait()
}

// meets goes through a barrier n times.
func meets(b *procpool.Barrier, n int, order *procpool.Queue[int]) error {
	for range n {
		i, err := b.Wait()
		order.Put(i)
		if err != nil {
			return err
		}
	}
	return nil
}

func meetsAndDies(b *procpool.Barrier, q *procpool.Queue[bool]) {
	go func() {
		for b.Waiting() < 2 { // the other, and this one
			time.Sleep(time.Millisecond)
		}
		q.Put(true)
		endsBy("kill")
	}()
	b.Wait()
}

func TestF01_lock(t *testing.T) {
	t.Parallel()
	l := procpool.NewLock()
	q := procpool.NewQueue[bool](0)
	l.Lock()
	start(t, triesLock, l, q).Join()
	if taken, _ := q.Get(); taken || l.TryLock() {
		t.Error("a held lock was taken")
	}
	if l.LockTimeout(20 * time.Millisecond) {
		t.Error("a held lock was taken in time")
	}
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	wantIs(t, l.LockContext(ctx), context.Canceled)
	l.Unlock()
	if l.OwnerDied() {
		t.Error("nobody died")
	}
	start(t, triesLock, l, q).Join()
	if taken, _ := q.Get(); !taken {
		t.Error("a free lock was not taken")
	}
	wantIs(t, l.LockContext(context.Background()), procpool.ErrOwnerDied) // the process has ended with it
	l.Unlock()
	wantPanic(t, "an extra Unlock", l.Unlock)
	wantPanic(t, "another extra Unlock", l.Unlock)
	check(t, l.LockContext(context.Background()))
	l.Unlock()
}

func wantPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s does not panic", what)
		}
	}()
	f()
}

func TestD17_lockOfADeadOwner(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"kill", "exit", "panic"} {
		l := procpool.NewLock()
		p := start(t, diesLocked, l, how)
		p.Join()
		if l.OwnerDied() {
			t.Errorf("%s: told without the lock", how)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		wantIs(t, l.LockContext(ctx), procpool.ErrOwnerDied)
		if !l.OwnerDied() || l.TryLock() {
			t.Errorf("%s: the lock is not held, or its owner not told", how)
		}
		l.Unlock()
		check(t, l.LockContext(ctx))
		if l.OwnerDied() {
			t.Errorf("%s: told twice", how)
		}
		l.Unlock()
		start(t, diesLocked, l, how).Join()
		start(t, diesLocked, l, how).Join() // who is told may die as well
		if l.Lock(); !l.OwnerDied() {
			t.Errorf("%s: Lock is not told", how)
		}
		l.Unlock()
		cancel()
	}
}

func TestD17_killWhileWaiting(t *testing.T) {
	t.Parallel()
	l := procpool.NewLock()
	l.Lock()
	waiting := start(t, diesLocked, l, "exit")
	others := []*procpool.Process{start(t, diesLocked, l, "exit"), start(t, diesLocked, l, "exit")}
	time.Sleep(20 * time.Millisecond)
	check(t, waiting.Kill())
	waiting.Join()
	l.Unlock()
	for _, p := range others {
		if !p.JoinTimeout(10 * time.Second) {
			t.Fatal("a lock was lost with one who waited for it")
		}
	}
	wantIs(t, l.LockContext(context.Background()), procpool.ErrOwnerDied)
}

func TestF02_rlock(t *testing.T) {
	t.Parallel()
	l := procpool.NewRLock()
	q := procpool.NewQueue[bool](0)
	for range 3 {
		l.Lock()
	}
	for range 3 {
		start(t, triesRLock, l, q).Join()
		if taken, _ := q.Get(); taken {
			t.Error("a held lock was taken")
		}
		start(t, unlocksOther, l, q).Join()
		if panicked, _ := q.Get(); !panicked {
			t.Error("another process could unlock")
		}
		l.Unlock()
	}
	wantPanic(t, "the fourth Unlock", l.Unlock)
	start(t, diesRLocked, l).Join()
	wantIs(t, l.LockContext(context.Background()), procpool.ErrOwnerDied)
	if !l.OwnerDied() {
		t.Error("not told")
	}
	l.Unlock()
	wantPanic(t, "an extra Unlock", l.Unlock)
}

func TestF03_semaphores(t *testing.T) {
	t.Parallel()
	for _, s := range []*procpool.Semaphore{procpool.NewSemaphore(2), procpool.NewBoundedSemaphore(2)} {
		for want := 2; want >= 0; want-- {
			if got := s.Value(); got != want {
				t.Errorf("%d permits, want %d", got, want)
			}
			if taken := s.TryAcquire(); taken != (want > 0) {
				t.Errorf("TryAcquire is %t with %d permits", taken, want)
			}
		}
		begun := time.Now()
		if s.AcquireTimeout(30*time.Millisecond) || time.Since(begun) < 30*time.Millisecond {
			t.Error("a permit that there was not, or too soon")
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
		wantIs(t, s.AcquireContext(ctx), context.DeadlineExceeded)
		cancel()
		check(t, s.Release())
		check(t, s.Release())
	}
	s := procpool.NewBoundedSemaphore(1)
	wantIs(t, s.Release(), procpool.ErrNotHeld)
	s = procpool.NewSemaphore(0)
	check(t, s.Release())
	check(t, s.Release())
	if s.Value() != 2 {
		t.Error("Release makes no permits")
	}
	wantPanic(t, "a negative semaphore", func() { procpool.NewSemaphore(-1) })
}

func TestF03_permitsOfTheDead(t *testing.T) {
	t.Parallel()
	s, q := procpool.NewSemaphore(3), procpool.NewQueue[bool](0)
	start(t, takesPermits, s, 3, q, "kill").Join()
	eventually(t, "three permits again", func() bool { return s.Value() == 3 })
	// One that another has given back is not given back twice.
	p := start(t, takesPermits, s, 3, q, "")
	q.Get()
	q.Get()
	check(t, s.Release())
	p.Join()
	eventually(t, "no more than three", func() bool { return s.Value() == 3 })
	// Permits that a release made are used up.
	s = procpool.NewSemaphore(0)
	for range 5 {
		check(t, s.Release())
	}
	start(t, takesPermits, s, 2, q, "").Join()
	if s.Value() != 3 {
		t.Errorf("%d permits left of 5, of which 2 were used up", s.Value())
	}
}

func TestF05_event(t *testing.T) {
	t.Parallel()
	e, q := procpool.NewEvent(), procpool.NewQueue[bool](0)
	want := func(set bool) {
		t.Helper()
		if got, err := q.GetTimeout(10 * time.Second); got != set || err != nil {
			t.Errorf("set is %t (%v), want %t", got, err, set)
		}
	}
	start(t, waitsForEvent, e, time.Duration(0), q).Join()
	want(false)
	start(t, waitsForEvent, e, 20*time.Millisecond, q).Join()
	want(false)
	p := start(t, waitsForEvent, e, time.Minute, q)
	e.Set()
	want(true)
	p.Join()
	if !e.IsSet() || e.Wait() != nil {
		t.Error("it is not set")
	}
	e.Clear()
	if e.IsSet() {
		t.Error("it is set")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	wantIs(t, e.WaitContext(ctx), context.DeadlineExceeded)
}

// sleepers starts n processes that wait for a signal, and returns when all do.
func sleepers(t *testing.T, c *procpool.Cond, n int, limit time.Duration, woken *procpool.Queue[bool]) []*procpool.Process {
	asleep := procpool.NewQueue[bool](0)
	var ps []*procpool.Process
	for range n {
		ps = append(ps, start(t, waitsForSignal, c, limit, asleep, woken))
	}
	for range n {
		asleep.Get()
	}
	c.L.Lock() // each has held it from before it said so until it waits
	defer c.L.Unlock()
	return ps
}

func TestF04_cond(t *testing.T) {
	t.Parallel()
	for _, l := range []interface {
		Lock()
		Unlock()
	}{procpool.NewLock(), procpool.NewRLock()} {
		c, woken := procpool.NewCond(l), procpool.NewQueue[bool](0)
		sleepers(t, c, 6, time.Minute, woken)
		awake := 0
		for _, step := range []struct {
			signal func() error
			n      int
		}{
			{c.Signal, 1}, {func() error { return c.SignalN(2) }, 2}, {func() error { return c.SignalN(0) }, 0}, {c.Broadcast, 3}, {c.Signal, 0},
		} {
			l.Lock()
			check(t, step.signal())
			l.Unlock()
			for range step.n {
				if ok, err := woken.GetTimeout(10 * time.Second); !ok || err != nil {
					t.Fatalf("after %d: woken %t, %v", awake, ok, err)
				}
				awake++
			}
			if _, err := woken.GetTimeout(20 * time.Millisecond); err == nil {
				t.Fatalf("more than %d woke", awake)
			}
		}
		sleepers(t, c, 1, 20*time.Millisecond, woken)
		if ok, err := woken.GetTimeout(10 * time.Second); ok || err != nil {
			t.Errorf("a wait whose time is over: %t, %v", ok, err)
		}
	}
}

func TestF04_condNeedsItsLock(t *testing.T) {
	t.Parallel()
	c := procpool.NewCond(nil)
	for _, err := range []error{c.Wait(), c.Signal(), c.Broadcast(), c.WaitFor(context.Background(), func() bool { return true })} {
		wantIs(t, err, procpool.ErrNotHeld)
	}
	c.L.Lock()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	wantIs(t, c.WaitContext(ctx), context.DeadlineExceeded)
	wantIs(t, c.WaitFor(ctx, func() bool { return false }), context.DeadlineExceeded)
	check(t, c.WaitFor(ctx, func() bool { return true }))
	c.L.Unlock() // it is held after all of these
	wantPanic(t, "a lock of this process only", func() { procpool.NewCond(new(sync.Mutex)) })
}

func TestF04_condWaitFor(t *testing.T) {
	t.Parallel()
	c := procpool.NewCond(procpool.NewLock()) // an RLock would keep neither goroutine out
	var n atomic.Int32                        // the race detector does not see the lock
	done := make(chan error)
	go func() {
		c.L.Lock()
		defer c.L.Unlock()
		done <- c.WaitFor(context.Background(), func() bool { return n.Load() == 3 })
	}()
	for range 3 {
		c.L.Lock()
		n.Add(1)
		check(t, c.Broadcast())
		c.L.Unlock()
	}
	check(t, <-done)
}

func TestF04_aSignalOfTheDeadGoesOn(t *testing.T) {
	t.Parallel()
	c, woken, asleep := procpool.NewCond(nil), procpool.NewQueue[bool](0), procpool.NewQueue[bool](0)
	p := start(t, diesWaiting, c, asleep)
	asleep.Get()
	sleepers(t, c, 1, time.Minute, woken)
	check(t, p.Kill())
	p.Join()
	c.L.Lock()
	check(t, c.Signal())
	c.L.Unlock()
	if ok, err := woken.GetTimeout(10 * time.Second); !ok || err != nil {
		t.Errorf("the signal went to a dead process: %t, %v", ok, err)
	}
}

func TestF06_barrier(t *testing.T) {
	t.Parallel()
	b, order := procpool.NewBarrier(3), procpool.NewQueue[int](0)
	ps := []*procpool.Process{start(t, meets, b, 4, order), start(t, meets, b, 4, order), start(t, meets, b, 4, order)}
	for _, p := range ps {
		check(t, p.Wait())
	}
	counts := map[int]int{}
	for range 12 {
		i, _ := order.Get()
		counts[i]++
	}
	if counts[0] != 4 || counts[1] != 4 || counts[2] != 4 {
		t.Errorf("places %v, want each four times", counts)
	}
	if b.Parties() != 3 || b.Waiting() != 0 || b.Broken() {
		t.Errorf("%d parties, %d wait, broken %t", b.Parties(), b.Waiting(), b.Broken())
	}
	wantPanic(t, "a barrier for nobody", func() { procpool.NewBarrier(0) })
}

func TestF06_barrierAction(t *testing.T) {
	t.Parallel()
	b := procpool.NewBarrier(3)
	var acted atomic.Int32 // by one party, while all others wait
	var all []int
	done := make(chan int)
	for range 3 {
		go func() {
			i, err := b.WaitAction(context.Background(), func() {
				time.Sleep(10 * time.Millisecond)
				acted.Add(1)
			})
			if err != nil || acted.Load() != 1 {
				t.Errorf("%v, action called %d times", err, acted.Load())
			}
			done <- i
		}()
	}
	for range 3 {
		all = append(all, <-done)
	}
	slices.Sort(all)
	if !slices.Equal(all, []int{0, 1, 2}) {
		t.Errorf("places %v", all)
	}
}

func TestF06_brokenBarriers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for what, give := range map[string]func(t *testing.T, b *procpool.Barrier){
		"abort": func(_ *testing.T, b *procpool.Barrier) { b.Abort() },
		"timeout": func(t *testing.T, b *procpool.Barrier) {
			_, err := b.WaitTimeout(10 * time.Millisecond)
			wantIs(t, err, procpool.ErrBrokenBarrier)
		},
		"context": func(t *testing.T, b *procpool.Barrier) {
			ctx, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
			defer cancel()
			_, err := b.WaitContext(ctx)
			wantIs(t, err, context.DeadlineExceeded)
		},
		"death": func(t *testing.T, b *procpool.Barrier) {
			q := procpool.NewQueue[bool](0)
			start(t, meetsAndDies, b, q).Join()
		},
	} {
		b, order := procpool.NewBarrier(3), procpool.NewQueue[int](0)
		p := start(t, meets, b, 1, order)
		eventually(t, "one waits", func() bool { return b.Waiting() == 1 })
		give(t, b)
		if !p.JoinTimeout(10 * time.Second) {
			t.Fatalf("%s: the other waits on", what)
		}
		if i, err := order.GetTimeout(time.Second); i != -1 || err != nil {
			t.Errorf("%s: place %d, %v", what, i, err)
		}
		if _, err := b.Wait(); !errors.Is(err, procpool.ErrBrokenBarrier) || !b.Broken() {
			t.Errorf("%s: %v", what, err)
		}
		b.Reset()
		if b.Broken() {
			t.Errorf("%s: broken after Reset", what)
		}
	}
	b := procpool.NewBarrier(2)
	err := make(chan error)
	go func() {
		_, e := b.WaitContext(ctx)
		err <- e
	}()
	eventually(t, "one waits", func() bool { return b.Waiting() == 1 })
	wantPanic(t, "an action", func() { b.WaitAction(ctx, func() { panic("no") }) })
	wantIs(t, <-err, procpool.ErrBrokenBarrier)
}

func TestF15_interruptedWaitsEnd(t *testing.T) {
	origin := unique("waits")
	l, s, e, c, b := procpool.NewLock(), procpool.NewSemaphore(0), procpool.NewEvent(), procpool.NewCond(nil), procpool.NewBarrier(2)
	l.Lock()
	onBehalfOf(origin, func() {
		time.AfterFunc(50*time.Millisecond, func() { embed.CancelOrigin(origin) })
		wantIs(t, s.Acquire(), procpool.ErrCanceled)
		wantIs(t, e.Wait(), procpool.ErrCanceled)
		wantIs(t, l.LockContext(context.Background()), procpool.ErrCanceled)
		wantPanic(t, "Lock", l.Lock)
		c.L.(*procpool.RLock).TryLock()
		wantIs(t, c.Wait(), procpool.ErrCanceled)
		c.L.Unlock() // it is held again
		_, err := b.Wait()
		wantIs(t, err, procpool.ErrCanceled)
	})
	embed.AllowOrigin(origin)
	l.Unlock()
	e.Set()
	onBehalfOf(origin, func() { check(t, e.Wait()) })
}

// onBehalfOf calls f on behalf of an origin. Its test is not parallel.
func onBehalfOf(name string, f func()) {
	origin.Store(name)
	defer origin.Store("")
	f()
}

// countsRuns counts how often it has run.
func countsRuns(v *procpool.Value[int]) int { return v.Add(1) }
