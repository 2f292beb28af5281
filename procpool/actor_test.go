//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
	"github.com/parago/parago/procpool/embed"
)

var actorFuncs = []any{
	newAccount, newAccountValue, failsToMake, panicsToMake, makesNil, addsTo, newTeller, newPeople, spawnsAndEnds, makesNothing, tryCallsTwice, tryAsksInTurn,
}

type account struct {
	balance float64
	log     []string
}

type receipt struct {
	Sum   float64
	Times map[string]int
}

func newAccount(start float64) *account { return &account{balance: start} }

func newAccountValue(start float64) account { return account{balance: start} }

func makesNothing() {}

func failsToMake() (*account, error) { return nil, os.ErrPermission }

func panicsToMake() *account { panic("no account") }

func makesNil() *account { return nil }

func (a *account) Deposit(d float64) float64 {
	a.balance += d
	a.log = append(a.log, fmt.Sprint(d))
	return a.balance
}

func (a *account) Balance() float64 { return a.balance }

func (a *account) Log(more ...string) []string {
	a.log = append(a.log, more...)
	return a.log
}

func (a *account) Withdraw(d float64) error {
	if d > a.balance {
		return fmt.Errorf("only %v left: %w", a.balance, os.ErrInvalid)
	}
	a.balance -= d
	return nil
}

func (a *account) Receipt(r *receipt) (receipt, error) {
	r.Sum += a.balance
	return *r, nil
}

func (a *account) Both() (int, string)                { return 1, "two" }
func (a *account) Nothing()                           {}
func (a *account) Panic(s string)                     { panic(s) }
func (a *account) Goexit()                            { runtime.Goexit() }
func (a *account) Exit(code int)                      { os.Exit(code) }
func (a *account) Kill()                              { syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} }
func (a *account) Say(s string)                       { fmt.Println(s) }
func (a *account) Sleep(d time.Duration)              { time.Sleep(d) }
func (a *account) Any(x any) string                   { return fmt.Sprintf("%T", x) }
func (a *account) Fill(q *procpool.Queue[int], n int) { q.Put(n) }

func (a *account) Self(me *procpool.Actor) error {
	_, err := me.Call("Balance")
	return err
}

func addsTo(a *procpool.Actor, n int) error {
	for range n {
		if _, err := a.Call("Deposit", 1); err != nil {
			return err
		}
	}
	return nil
}

func callsTwice(a *procpool.Actor) (float64, error) {
	a.Call("Deposit", 1)
	return procpool.Ask[float64](a, "Deposit", 1)
}

// A teller is an actor that has others.
type teller struct{ accounts map[string]*procpool.Actor }

func newTeller(accounts map[string]*procpool.Actor) *teller { return &teller{accounts} }

func (t *teller) Move(from, to string, d float64) error {
	if _, err := t.accounts[from].Call("Withdraw", d); err != nil {
		return err
	}
	_, err := t.accounts[to].Call("Deposit", d)
	return err
}

type people struct{ names []string }

func newPeople() *people { return &people{} }

func (p *people) Add(name string) []string {
	p.names = append(p.names, name)
	return p.names
}

func asksInTurn(a *procpool.Actor, n int) (int, error) {
	names, err := procpool.Ask[[]string](a, "Add", fmt.Sprint(n))
	return len(names), err
}

func spawnsAndEnds(q *procpool.Queue[*procpool.Actor], stay *procpool.Queue[int]) {
	a := procpool.Spawn(newAccount, 1)
	a.Call("Balance")
	q.Put(a)
	stay.Get()
}

func spawn(t *testing.T, f any, args ...any) *procpool.Actor {
	t.Helper()
	a := procpool.Spawn(f, args...)
	t.Cleanup(func() { a.Kill() })
	return a
}

func TestF14_actor(t *testing.T) {
	t.Parallel()
	a := spawn(t, newAccount, 100) // an int becomes a float64, as in a call
	for _, c := range []struct {
		method string
		args   []any
		want   string
	}{
		{"Deposit", []any{20}, "120 <nil>"},
		{"Deposit", []any{0.5}, "120.5 <nil>"},
		{"Withdraw", []any{0.5}, "<nil> <nil>"},
		{"Balance", nil, "120 <nil>"},
		{"Log", nil, "[20 0.5] <nil>"},
		{"Log", []any{"a", "b"}, "[20 0.5 a b] <nil>"},
		{"Both", nil, "[1 two] <nil>"},
		{"Nothing", nil, "<nil> <nil>"},
		{"Receipt", []any{&receipt{Sum: 1, Times: map[string]int{"x": 1}}}, "{121 map[x:1]} <nil>"},
		{"Any", []any{receipt{}}, "procpool_test.receipt <nil>"},
		{"Any", []any{nil}, "<nil> <nil>"},
	} {
		v, err := a.Call(c.method, c.args...)
		if got := fmt.Sprintln(v, err); got != c.want+"\n" {
			t.Errorf("%s%v: %s, want %s", c.method, c.args, got, c.want)
		}
	}
	r, err := procpool.Ask[receipt](a, "Receipt", receipt{}) // by its structure
	if err == nil {
		t.Errorf("a struct for a pointer: %v", r)
	}
	r, err = procpool.Ask[receipt](a, "Receipt", &receipt{})
	if err != nil || r.Sum != 120 {
		t.Errorf("%v %v", r, err)
	}
	n, err := procpool.Ask[int](a, "Balance")
	if n != 120 || err != nil {
		t.Errorf("a number as another type: %d, %v", n, err)
	}
	if _, err := procpool.Ask[string](a, "Balance"); err == nil || !strings.Contains(err.Error(), "Balance") {
		t.Errorf("a number as a string: %v", err)
	}
	if !a.Alive() || a.PID() == os.Getpid() || a.PID() == 0 || !strings.HasPrefix(a.Name(), "account-") || !strings.Contains(a.String(), "started") {
		t.Errorf("alive %t, pid %d, %s", a.Alive(), a.PID(), a)
	}
	pid := a.PID()
	check(t, a.Stop())
	check(t, a.Stop())
	if a.Alive() || !gone(pid) {
		t.Error("alive after Stop")
	}
	_, err = a.Call("Balance")
	wantIs(t, err, procpool.ErrClosed)
	v, err := procpool.Ask[float64](spawn(t, newAccountValue, 5), "Deposit", 1)
	if v != 6 || err != nil {
		t.Errorf("a state that is no pointer: %v, %v", v, err)
	}
}

func TestF14_actorErrors(t *testing.T) {
	t.Parallel()
	a := spawn(t, newAccount, 1)
	_, err := a.Call("Withdraw", 2)
	wantIs(t, err, os.ErrInvalid)
	_, err = a.Call("Panic", "on purpose")
	var panicked *procpool.RemotePanic
	if !errors.As(err, &panicked) || panicked.Value != "on purpose" || !strings.Contains(panicked.Stack, "Panic") {
		t.Errorf("a panic: %v", err)
	}
	_, err = a.Call("Goexit")
	if !errors.As(err, &panicked) {
		t.Errorf("runtime.Goexit: %v", err)
	}
	for _, c := range []struct {
		method string
		args   []any
		want   string
	}{
		{"Missing", nil, "account.Missing; the actor's methods: Any, Balance, Both, Deposit"},
		{"Deposit", nil, "account.Deposit takes 1 argument, 0 given"},
		{"Deposit", []any{"x"}, "argument 1 of account.Deposit is string, want float64"},
		{"Deposit", []any{make(chan int)}, "args[0]: chan int"},
		{"Self", []any{a}, "cannot call itself"},
	} {
		if _, err := a.Call(c.method, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s%v: %v, want %s", c.method, c.args, err, c.want)
		}
	}
	_, err = a.Call("Missing")
	wantIs(t, err, procpool.ErrNoMethod)
	if v, err := a.Call("Balance"); v != 1.0 || err != nil {
		t.Errorf("it does not live on: %v, %v", v, err)
	}
	for _, c := range []struct {
		a    *procpool.Actor
		want string
	}{
		{spawn(t, failsToMake), "permission"},
		{spawn(t, panicsToMake), "no account"},
		{spawn(t, makesNil), "nil"},
		{spawn(t, newAccount), "takes 1 argument"},
		{spawn(t, makesNothing), "must return"},
		{spawn(t, func() *account { return nil }), "literal"},
		{spawn(t, 5), "not a function"},
	} {
		for range 2 {
			if _, err := c.a.Call("Balance"); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		}
	}
}

func TestF14_actorFromEverywhere(t *testing.T) {
	t.Parallel()
	a, b := spawn(t, newAccount, 10), spawn(t, newAccount, 0)
	pool := newPool(t, 2)
	sums, err := procpool.TryMap(pool, tryCallsTwice, []*procpool.Actor{a, a, a})
	check(t, err)
	if len(sums) != 3 {
		t.Errorf("%v", sums)
	}
	for _, p := range []*procpool.Process{start(t, addsTo, a, 5), start(t, addsTo, a, 5)} {
		check(t, p.Wait())
	}
	boss := spawn(t, newTeller, map[string]*procpool.Actor{"a": a, "b": b})
	_, err = boss.Call("Move", "a", "b", 20)
	check(t, err)
	_, err = boss.Call("Move", "a", "b", 20)
	wantIs(t, err, os.ErrInvalid)
	if v, err := a.Call("Balance"); v != 6.0 || err != nil {
		t.Errorf("%v %v, want 6", v, err)
	}
	q := procpool.NewQueue[int](0)
	_, err = a.Call("Fill", q, 7)
	if n, _ := q.Get(); n != 7 || err != nil {
		t.Errorf("a handle among the arguments: %d, %v", n, err)
	}
}

func TestF14_callsComeInOrder(t *testing.T) {
	t.Parallel()
	a := spawn(t, newPeople)
	lens, err := procpool.TryMap(newPool(t, 3), tryAsksInTurn, []turn{{a, 0}, {a, 1}, {a, 2}, {a, 3}, {a, 4}, {a, 5}})
	check(t, err)
	slices.Sort(lens)
	if !slices.Equal(lens, []int{1, 2, 3, 4, 5, 6}) {
		t.Errorf("%v: calls ran at the same time", lens)
	}
	slow := spawn(t, newPeople)
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Go(func() { slow.Call("Add", fmt.Sprint(i)) })
		time.Sleep(5 * time.Millisecond) // the order of arrival is the case
	}
	wg.Wait()
	names, _ := procpool.Ask[[]string](slow, "Add", "5")
	if !slices.Equal(names, []string{"0", "1", "2", "3", "4", "5"}) {
		t.Errorf("order %v", names)
	}
}

func TestF14_deathOfAnActor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method string
		args   []any
		code   int
		signal string
	}{{"Kill", nil, 0, "killed"}, {"Exit", []any{3}, 3, ""}} {
		a := spawn(t, newAccount, 1)
		a.Call("Balance")
		errs := make(chan error, 5)
		call := func(method string, args ...any) {
			go func() {
				_, err := a.Call(method, args...)
				errs <- err
			}()
			time.Sleep(10 * time.Millisecond)
		}
		go a.Call("Sleep", 200*time.Millisecond) // so that the others wait
		time.Sleep(10 * time.Millisecond)
		call(c.method, c.args...)
		for range 4 {
			call("Balance")
		}
		for range 5 {
			var died *procpool.WorkerDiedError
			select {
			case err := <-errs:
				if !errors.As(err, &died) || died.PID == 0 || died.Worker != a.Name() || died.ExitCode != c.code || died.Signal != c.signal {
					t.Errorf("%s: %v", c.method, err)
				}
			case <-time.After(10 * time.Second):
				t.Fatalf("%s: a call hangs", c.method)
			}
		}
		if _, err := a.Call("Balance"); err == nil || a.Alive() {
			t.Errorf("%s: it is called after its end: %v", c.method, err)
		}
		check(t, a.Stop())
	}
}

func TestF14_deathOfAnActorsParent(t *testing.T) {
	t.Parallel()
	q, stay := procpool.NewQueue[*procpool.Actor](0), procpool.NewQueue[int](0)
	p := start(t, spawnsAndEnds, q, stay)
	a, err := q.Get()
	check(t, err)
	if v, err := a.Call("Balance"); v != 1.0 || err != nil {
		t.Errorf("another's actor: %v, %v", v, err)
	}
	errs := make(chan error)
	go func() {
		_, err := a.Call("Sleep", time.Hour)
		errs <- err
	}()
	time.Sleep(20 * time.Millisecond)
	pid := a.PID()
	p.Kill()
	var died *procpool.WorkerDiedError
	if err := <-errs; !errors.As(err, &died) || died.PID != pid {
		t.Errorf("%v", err)
	}
	eventually(t, "the actor is gone", func() bool { return gone(pid) })
	start(t, spawnsAndEnds, q, stay)
	a, _ = q.Get()
	check(t, a.Kill()) // by who has not spawned it
	_, err = a.Call("Balance")
	if !errors.As(err, &died) {
		t.Errorf("%v", err)
	}
	stay.Put(1)
}

func TestF14_contextOfACall(t *testing.T) {
	t.Parallel()
	a := spawn(t, newAccount, 1)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := a.CallContext(ctx, "Sleep", 300*time.Millisecond)
	wantIs(t, err, context.DeadlineExceeded)
	_, err = a.CallContext(ctx, "Deposit", 1)
	wantIs(t, err, context.DeadlineExceeded)
	if v, err := a.Call("Balance"); v != 1.0 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}

func TestF15_actorSurvivesAnInterrupt(t *testing.T) {
	maker, caller := unique("maker"), unique("caller")
	var a *procpool.Actor
	onBehalfOf(maker, func() {
		a = spawn(t, newAccount, 1)
		a.Call("Balance")
	})
	mark := unique("said")
	onBehalfOf(caller, func() {
		_, err := a.Call("Say", mark)
		check(t, err)
		if got := capture.origins[mark+"\n"]; len(capture.chunks(mark)) != 1 || !slices.Equal(got, []string{caller}) {
			t.Errorf("output belongs to %v, want %s", got, caller)
		}
		time.AfterFunc(50*time.Millisecond, func() { embed.CancelOrigin(caller) })
		_, err = a.Call("Sleep", 300*time.Millisecond)
		wantIs(t, err, procpool.ErrCanceled)
	})
	if v, err := a.Call("Balance"); v != 1.0 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
	onBehalfOf(maker, func() { embed.CancelOrigin(maker) })
	if a.Alive() {
		t.Error("alive after the interrupt of who has made it")
	}
	embed.AllowOrigin(maker)
}

type turn struct {
	a *procpool.Actor
	n int
}

func tryCallsTwice(_ context.Context, a *procpool.Actor) (float64, error) { return callsTwice(a) }

func tryAsksInTurn(_ context.Context, x turn) (int, error) { return asksInTurn(x.a, x.n) }
