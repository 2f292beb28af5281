//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/parago/parago/procpool"
)

func ExampleLock() {
	lock := procpool.NewLock()
	lock.Lock()
	fmt.Println(lock.TryLock(), lock.LockTimeout(time.Millisecond))
	lock.Unlock()
	p := procpool.NewProcess(diesLocked, lock, "kill")
	p.Start()
	p.Join()
	lock.Lock()
	fmt.Println("what it protects may be half done:", lock.OwnerDied())
	lock.Unlock()
	// Output:
	// false false
	// what it protects may be half done: true
}

func ExampleLock_LockContext() {
	lock := procpool.NewLock()
	p := procpool.NewProcess(diesLocked, lock, "exit")
	p.Start()
	p.Join()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := lock.LockContext(ctx)
	if errors.Is(err, procpool.ErrOwnerDied) { // it is held all the same
		fmt.Println("repair")
		err = nil
	}
	if err == nil {
		lock.Unlock()
	}
	// Output: repair
}

func ExampleRLock() {
	lock := procpool.NewRLock()
	lock.Lock()
	fmt.Println(lock.TryLock(), lock.LockTimeout(time.Second), lock.LockContext(context.Background()), lock.OwnerDied())
	for range 4 {
		lock.Unlock()
	}
	// Output: true true <nil> false
}

func ExampleSemaphore() {
	s := procpool.NewSemaphore(2)
	s.Acquire()
	fmt.Println(s.Value(), s.TryAcquire(), s.TryAcquire(), s.AcquireTimeout(time.Millisecond))
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	fmt.Println(s.AcquireContext(ctx))
	s.Release()
	fmt.Println(s.Value())
	// Output:
	// 1 true false false
	// context deadline exceeded
	// 1
}

func ExampleNewBoundedSemaphore() {
	s := procpool.NewBoundedSemaphore(1)
	fmt.Println(errors.Is(s.Release(), procpool.ErrNotHeld))
	// Output: true
}

func ExampleEvent() {
	ready, q := procpool.NewEvent(), procpool.NewQueue[bool](0)
	p := procpool.NewProcess(waitsForEvent, ready, time.Minute, q)
	p.Start()
	ready.Set()
	set, _ := q.Get()
	p.Join()
	fmt.Println(set, ready.IsSet(), ready.Wait(), ready.WaitContext(context.Background()))
	ready.Clear()
	fmt.Println(ready.WaitTimeout(time.Millisecond))
	// Output:
	// true true <nil> <nil>
	// false
}

func ExampleCond() {
	c, woken := procpool.NewCond(procpool.NewLock()), procpool.NewQueue[bool](0)
	asleep := procpool.NewQueue[bool](0)
	for range 6 {
		procpool.NewProcess(waitsForSignal, c, time.Minute, asleep, woken).Start()
	}
	for range 6 {
		asleep.Get()
	}
	for _, signal := range []func() error{c.Signal, func() error { return c.SignalN(2) }, c.Broadcast} {
		c.L.Lock()
		signal()
		c.L.Unlock()
	}
	for range 6 {
		woken.Get()
	}
	c.L.Lock()
	fmt.Println(c.WaitTimeout(time.Millisecond))
	c.L.Unlock()
	fmt.Println(c.Wait())
	// Output:
	// false
	// procpool: not held
}

func ExampleCond_WaitFor() {
	c := procpool.NewCond(nil) // with a lock of its own
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	c.L.Lock()
	defer c.L.Unlock()
	fmt.Println(c.WaitFor(ctx, func() bool { return true }))
	fmt.Println(c.WaitFor(ctx, func() bool { return false }))
	fmt.Println(c.WaitContext(ctx))
	// Output:
	// <nil>
	// context deadline exceeded
	// context deadline exceeded
}

func ExampleBarrier() {
	b, order := procpool.NewBarrier(3), procpool.NewQueue[int](0)
	for range 2 {
		procpool.NewProcess(meets, b, 1, order).Start()
	}
	i, err := b.WaitAction(context.Background(), func() { fmt.Println("all", b.Parties(), "are here") })
	j, _ := order.Get()
	k, _ := order.Get()
	fmt.Println(i+j+k, err, b.Waiting())
	// Output:
	// all 3 are here
	// 3 <nil> 0
}

func ExampleBarrier_Abort() {
	b := procpool.NewBarrier(2)
	b.Abort()
	_, err := b.Wait()
	fmt.Println(err, b.Broken())
	b.Reset()
	_, err = b.WaitTimeout(time.Millisecond) // which breaks it
	fmt.Println(err)
	_, err = b.WaitContext(context.Background())
	fmt.Println(err == procpool.ErrBrokenBarrier)
	// Output:
	// procpool: barrier is broken true
	// procpool: barrier is broken
	// true
}

func ExampleDict() {
	ages := procpool.NewDict[string, int]()
	ages.Set("Ann", 30)
	ages.Set("Bob", 40)
	age, ok := ages.Get("Ann")
	fmt.Println(age, ok, ages.Len(), ages.Keys())
	for name, age := range ages.All() {
		fmt.Println(name, age)
	}
	fmt.Println(ages.Delete("Ann"))
	fmt.Println(ages.Pop("Bob"))
	ages.Clear()
	// Output:
	// 30 true 2 [Ann Bob]
	// Ann 30
	// Bob 40
	// true
	// 40 true
}

func ExampleDict_Update() {
	counts := procpool.NewDict[string, map[string]int]()
	var ps []*procpool.Process
	for range 4 {
		p := procpool.NewProcess(countsUp, counts, 25)
		p.Start()
		ps = append(ps, p)
	}
	for _, p := range ps {
		p.Join()
	}
	fmt.Println(maps.Collect(counts.All()))
	fmt.Println(counts.Update("counts", func(m map[string]int, ok bool) (map[string]int, bool) {
		delete(m, "nested")
		return m, len(m) > 0 // nothing is kept
	}))
	fmt.Println(counts.Len())
	// Output:
	// map[counts:map[nested:100]]
	// map[] <nil>
	// 0
}

func ExampleList() {
	l := procpool.NewList("b", "c")
	l.Append("d")
	l.Insert(0, "a")
	l.Set(3, "D")
	x, err := l.At(1)
	fmt.Println(x, err, l.Slice(), l.Len())
	for i, x := range l.All() {
		if i > 1 {
			fmt.Println(i, x)
		}
	}
	last, _ := l.Pop()
	first, _ := l.PopAt(0)
	l.Update(0, func(s string) string { return s + s })
	fmt.Println(first, last, l.Slice())
	l.Clear()
	// Output:
	// b <nil> [a b c D] 4
	// 2 c
	// 3 D
	// a D [bb c]
}

func ExampleNamespace() {
	n := procpool.NewNamespace()
	n.Set("rate", 0.5)
	n.Set("names", []string{"x"})
	n.Update("rate", func(v any, ok bool) (any, bool) { return v.(float64) * 2, ok })
	rate, ok := n.Get("rate")
	fmt.Println(rate, ok, n.Names())
	names, err := procpool.Attr[[]string](n, "names")
	fmt.Println(names, err)
	fmt.Println(n.Delete("names"))
	// Output:
	// 1 true [names rate]
	// [x] <nil>
	// true
}

func ExampleAttr() {
	n := procpool.NewNamespace()
	_, err := procpool.Attr[int](n, "missing")
	fmt.Println(errors.Is(err, procpool.ErrNotFound))
	// Output: true
}

func ExampleSpawn() {
	a := procpool.Spawn(newAccount, 100)
	defer a.Stop()
	fmt.Println(a.Call("Deposit", 20))
	p := procpool.NewProcess(addsTo, a, 5) // another process
	p.Start()
	p.Join()
	balance, err := procpool.Ask[float64](a, "Balance")
	fmt.Println(balance, err)
	_, err = a.Call("Withdraw", 1000)
	fmt.Println(err)
	// Output:
	// 120 <nil>
	// 125 <nil>
	// only 125 left: invalid argument
}

func ExampleActor() {
	a := procpool.Spawn(newAccount, 0)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := a.CallContext(ctx, "Log", "opened")
	fmt.Println(err, a.Alive(), a.PID() != os.Getpid(), a.Name() != "", a.String() != "")
	a.Kill()
	_, err = a.Call("Log")
	var died *procpool.WorkerDiedError
	fmt.Println(errors.As(err, &died), a.Alive())
	// Output:
	// <nil> true true true true
	// true false
}

func ExampleAsk() {
	a := procpool.Spawn(newPeople)
	defer a.Stop()
	names, err := procpool.Ask[[]string](a, "Add", "Ann")
	fmt.Println(slices.Contains(names, "Ann"), err)
	_, err = a.Call("Remove", "Ann")
	fmt.Println(err)
	// Output:
	// true <nil>
	// procpool: no such method: people.Remove; the actor's methods: Add
}
