//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

var poolFuncs = []any{
	square, mul, prints, nap, napPID, meetsOthers, failsOn, getpid, returnsFunc, lengthOf, zeros, naps, dies, initCounts, initPanics, tryHalf,
	runsPool, mark, sometimesDies, goexits, panicsWithError, spin, printsThenNaps, longStrings, workerName, sendsConn,
}

func square(n int) int           { return n * n }
func mul(a, b int) int           { return a * b }
func prints(n int)               { fmt.Printf("C-print %d\n", n) }
func nap(d time.Duration) int    { time.Sleep(d); return 1 }
func napPID(d time.Duration) int { time.Sleep(d); return os.Getpid() }
func meetsOthers(b *procpool.Barrier) int {
	if _, err := b.WaitTimeout(time.Minute); err != nil {
		panic(err)
	}
	return os.Getpid()
}
func getpid(int) int        { return os.Getpid() }
func returnsFunc(int) any   { return func() {} }
func workerName(int) string { time.Sleep(30 * time.Millisecond); return procpool.CurrentProcess().Name }
func spin(n int) int {
	//lint:ignore SA5002 it is to run for ever
	for n == 3 {
	}
	return n
}
func longStrings(n int) string { return strings.Repeat("x", n) }
func goexits(int) int          { runtimeGoexit(); return 0 }
func panicsWithError(int) int  { panic(fmt.Errorf("wrapped: %w", io.ErrUnexpectedEOF)) }

func failsOn(n int) int {
	if n%4 == 2 {
		panic(fmt.Sprintf("no %d", n))
	}
	return n
}

func dies(how string) int {
	exits(how)
	if how == "overflow" {
		return overflow(1)
	}
	return 7
}

//lint:ignore SA5007 it is to overflow the stack
func overflow(n int) int { return overflow(n+1) + 1 }

func sometimesDies(n int) int {
	if n == 50 {
		fmt.Fprintln(os.Stderr, "about to die")
		os.Exit(42)
	}
	return n
}

func tryHalf(ctx context.Context, n int) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if n%2 == 1 {
		return 0, fmt.Errorf("%d is odd: %w", n, io.EOF)
	}
	return n / 2, nil
}

var inited int64

func initCounts(v *procpool.Value[int64], by int64) { v.Add(by); inited += by }
func initPanics()                                   { panic("cannot begin") }

func runsPool(n int) []int {
	p := procpool.NewPool(2)
	defer p.Close()
	out, err := procpool.Map(p, square, []int{n, n + 1})
	if err != nil {
		panic(err)
	}
	fmt.Printf("C30-nested %d\n", n)
	return out
}

// mark says in shared memory that an element has begun.
func mark(x struct {
	I     int
	Seen  *procpool.Array[int64]
	Sleep time.Duration
}) int {
	x.Seen.Add(x.I, 1)
	time.Sleep(x.Sleep)
	return x.I
}

func printsThenNaps(s string) int {
	fmt.Print(s)
	time.Sleep(20 * time.Millisecond)
	return 1
}

func sendsConn(c *procpool.Conn[int]) int { c.Send(5); return 1 }

func newPool(t *testing.T, n int, opts ...procpool.PoolOption) *procpool.Pool {
	p := procpool.NewPool(n, opts...)
	t.Cleanup(p.Terminate)
	return p
}

func upTo(n int) []int {
	xs := make([]int, n)
	for i := range xs {
		xs[i] = i
	}
	return xs
}

func TestC01_apply(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	v, err := p.Apply(square, 5)
	if v != 25 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
	if v, err := p.Apply(mul, 6, 7); v != 42 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
	if v, err := p.Apply(prints, 1); v != nil || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}

func TestC02_map(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	for _, n := range []int{0, 1, 10, 100, 5000} {
		for _, opts := range [][]procpool.CallOption{nil, {procpool.ChunkSize(20)}, {procpool.ChunkSize(1), procpool.Unordered()}} {
			out, err := procpool.Map(p, square, upTo(n), opts...)
			check(t, err)
			if len(out) != n {
				t.Fatalf("%d results of %d", len(out), n)
			}
			for i, v := range out {
				if v != i*i {
					t.Fatalf("result %d is %d", i, v)
				}
			}
		}
	}
}

func TestC03_starmap(t *testing.T) {
	t.Parallel()
	out, err := newPool(t, 2).StarMap(mul, [][]any{{1, 2}, {3, 4}, {5, 6}})
	if err != nil || !reflect.DeepEqual(out, []any{2, 12, 30}) {
		t.Errorf("%v, %v", out, err)
	}
}

func TestC04_onDone(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	got := make(chan string, 10)
	f := procpool.Submit(p, square, 3)
	f.OnDone(func(int, error) { panic("C36 callback") })
	f.OnDone(func(v int, err error) { got <- fmt.Sprint("first ", v, err) })
	f.OnDone(func(v int, err error) { got <- fmt.Sprint("second ", v, err) })
	if a, b := <-got, <-got; a != "first 9 <nil>" || b != "second 9 <nil>" {
		t.Errorf("%q, %q", a, b)
	}
	if v, err := f.Get(); v != 9 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	if !strings.Contains(capture.stderrText(), "C36 callback") {
		t.Error("the panic of a callback is not reported")
	}
	procpool.Submit(p, failsOn, 2).OnDone(func(_ int, err error) { got <- err.Error() })
	if s := <-got; !strings.Contains(s, "no 2") {
		t.Errorf("got %q", s)
	}
}

func TestC06_resultsThatCannotCross(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	for range 10 {
		_, err := p.Apply(returnsFunc, 1)
		var e *procpool.EncodeError
		if !errors.As(err, &e) || !strings.HasPrefix(e.Path, "result") {
			t.Fatalf("error %v", err)
		}
	}
	if n := p.Stats().Started; n != 1 {
		t.Errorf("%d workers were started", n)
	}
	if v, err := p.Apply(square, 2); v != 4 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}

func TestC09_timing(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	f := procpool.Submit(p, nap, 300*time.Millisecond)
	if _, err := f.GetTimeout(20 * time.Millisecond); !errors.Is(err, context.DeadlineExceeded) { // C10
		t.Errorf("error %v", err)
	}
	if v, err := f.Get(); v != 1 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
}

func TestC14_everyElementRuns(t *testing.T) {
	t.Parallel()
	out, err := procpool.Map(newPool(t, 2), failsOn, upTo(8), procpool.ChunkSize(4))
	if !slices.Equal(out, []int{0, 1, 0, 3, 4, 5, 0, 7}) {
		t.Errorf("results %v", out)
	}
	var e *procpool.TaskError
	var rp *procpool.RemotePanic
	if !errors.As(err, &e) || e.Index != 2 || !errors.As(err, &rp) || rp.Value != "no 2" || !strings.Contains(e.Stack, "failsOn") { // C19
		t.Errorf("error %#v", err)
	}
	if joined, ok := err.(interface{ Unwrap() []error }); !ok || len(joined.Unwrap()) != 2 {
		t.Errorf("error %v", err)
	}
}

func TestC15_sizes(t *testing.T) {
	t.Parallel()
	if _, err := newPool(t, -1).Apply(square, 1); err == nil {
		t.Error("a pool of -1 workers works")
	}
	if _, err := newPool(t, 1, procpool.MaxTasksPerWorker(0)).Apply(square, 1); err == nil { // C25
		t.Error("workers that may run nothing work")
	}
	p := newPool(t, 3)
	// They meet only if each has a worker of its own.
	pids, err := procpool.Map(p, meetsOthers, slices.Repeat([]*procpool.Barrier{procpool.NewBarrier(3)}, 3))
	check(t, err)
	slices.Sort(pids)
	if len(slices.Compact(pids)) != 3 || slices.Contains(pids, os.Getpid()) || len(p.Workers()) != 3 { // C38
		t.Errorf("pids %v", pids)
	}
}

func TestC16_terminate(t *testing.T) {
	t.Parallel()
	p := newPool(t, 3)
	var futures []*procpool.Future[int]
	for range 1000 {
		futures = append(futures, procpool.Submit(p, nap, time.Minute))
	}
	p.Terminate()
	for _, f := range futures {
		_, err := f.Get()
		wantIs(t, err, procpool.ErrTerminated)
	}
	if _, err := p.Apply(square, 1); err == nil {
		t.Error("a terminated pool works")
	}
	check(t, p.Close())
}

func TestC17_closed(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	f := procpool.Submit(p, nap, 50*time.Millisecond)
	check(t, p.Close())
	if v, err := f.Get(); v != 1 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	_, err := procpool.Map(p, square, upTo(3))
	wantIs(t, err, procpool.ErrClosed)
	check(t, p.Close())
	p.Terminate()
}

func TestC24_maxTasks(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2, procpool.MaxTasksPerWorker(2))
	pids, err := procpool.Map(p, getpid, upTo(7))
	check(t, err)
	count := map[int]int{}
	for _, pid := range pids {
		count[pid]++
		if count[pid] > 2 {
			t.Errorf("pids %v", pids)
		}
	}
	check(t, p.Close())
}

func TestC26_initializer(t *testing.T) {
	t.Parallel()
	v := procpool.NewValue[int64](0)
	p := newPool(t, 2, procpool.Initializer(initCounts, v, int64(10)))
	_, err := procpool.Map(p, nap, slices.Repeat([]time.Duration{100 * time.Millisecond}, 4))
	check(t, err)
	if n := v.Load(); n != int64(10*p.Stats().Started) || n == 0 {
		t.Errorf("the counter is %d after %d workers", n, p.Stats().Started)
	}
}

func TestC27_initializerThatFails(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2, procpool.Initializer(initPanics))
	_, err := procpool.Map(p, square, upTo(3))
	wantIs(t, err, procpool.ErrBroken)
	if !strings.Contains(err.Error(), "cannot begin") || p.Stats().Started > 3 {
		t.Errorf("error %v, %d workers", err, p.Stats().Started)
	}
	_, err = p.Apply(square, 1)
	wantIs(t, err, procpool.ErrBroken)
}

func TestC30_poolInAWorker(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	n := 1000 + int(uniques.Add(1))
	v, err := p.Apply(runsPool, n)
	if err != nil || !reflect.DeepEqual(v, []int{n * n, (n + 1) * (n + 1)}) {
		t.Errorf("%v, %v", v, err)
	}
	if got := capture.chunks(fmt.Sprintf("C30-nested %d\n", n)); len(got) != 1 {
		t.Errorf("output %q", got)
	}
}

func TestC33_idleWorkersAreUsed(t *testing.T) {
	t.Parallel()
	p := newPool(t, 4)
	for i := range 20 {
		if v, err := p.Apply(square, i); v != i*i || err != nil {
			t.Fatalf("%v, %v", v, err)
		}
	}
	if n := p.Stats().Started; n != 1 {
		t.Errorf("%d workers for one task at a time", n)
	}
}

func TestC34_manyUsers(t *testing.T) {
	t.Parallel()
	p := newPool(t, 3)
	var wg sync.WaitGroup
	for k := range 8 {
		wg.Go(func() {
			for i := range 10 {
				switch (k + i) % 3 {
				case 0:
					out, err := procpool.Map(p, square, upTo(50))
					if err != nil || out[49] != 49*49 {
						t.Errorf("%v, %v", out, err)
					}
				case 1:
					if v, err := procpool.Submit(p, square, i).Get(); v != i*i || err != nil {
						t.Errorf("%d, %v", v, err)
					}
				case 2:
					f := procpool.Submit(p, nap, 20*time.Millisecond)
					f.Cancel()
					if _, err := f.Get(); err != nil && !errors.Is(err, context.Canceled) {
						t.Errorf("error %v", err)
					}
				}
			}
		})
	}
	wg.Wait()
}

func TestD01_D02_cancel(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	seen := procpool.NewArrayLen[int64](2)
	type arg = struct {
		I     int
		Seen  *procpool.Array[int64]
		Sleep time.Duration
	}
	first := procpool.Submit(p, mark, arg{0, seen, time.Minute})
	second := procpool.Submit(p, mark, arg{1, seen, 0})
	eventually(t, "the first has begun", func() bool { return seen.At(0) == 1 })
	if !second.Cancel() || seen.At(1) != 0 {
		t.Error("a waiting task ran")
	}
	_, err := second.Get()
	wantIs(t, err, context.Canceled)
	third := procpool.Submit(p, mark, arg{1, seen, 0})
	if !first.Cancel() {
		t.Error("a running task cannot be cancelled")
	}
	_, err = first.Get()
	wantIs(t, err, context.Canceled)
	if v, err := third.Get(); v != 1 || err != nil || seen.At(0) != 1 || seen.At(1) != 1 {
		t.Errorf("%d, %v, seen %v", v, err, seen.Slice())
	}
	if third.Cancel() {
		t.Error("a finished task was cancelled")
	}
}

func TestD11_workersThatDie(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	for how, want := range map[string]procpool.WorkerDiedError{
		"exit 0": {}, "exit 3": {ExitCode: 3}, "kill": {Signal: "killed"}, "abort": {Signal: "aborted"}, "overflow": {ExitCode: 2},
	} {
		_, err := p.Apply(dies, how)
		var e *procpool.WorkerDiedError
		if !errors.As(err, &e) || e.ExitCode != want.ExitCode || e.Signal != want.Signal || e.PID == 0 {
			t.Errorf("%s: error %v", how, err)
		}
	}
	out, err := procpool.Map(p, sometimesDies, upTo(500))
	var e *procpool.WorkerDiedError
	if !errors.As(err, &e) || e.ExitCode != 42 || !strings.Contains(e.Stderr, "about to die") {
		t.Errorf("error %v", err)
	}
	if errs := err.(interface{ Unwrap() []error }).Unwrap(); len(errs) != 1 {
		t.Errorf("%d tasks failed: %v", len(errs), err)
	}
	for i, v := range out {
		if v != i && i != 50 {
			t.Errorf("result %d is %d", i, v)
		}
	}
}

func TestD12_killedFromOutside(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	pid, err := p.Apply(getpid, 0)
	check(t, err)
	syscall.Kill(pid.(int), syscall.SIGKILL)
	for i := range 5 {
		if v, err := p.Apply(square, i); v != i*i || err != nil {
			var e *procpool.WorkerDiedError
			if !errors.As(err, &e) { // it may have been dying with the task
				t.Errorf("%v, %v", v, err)
			}
		}
	}
}

func TestD19_otherEnds(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	if _, err := p.Apply(goexits, 1); err == nil || !strings.Contains(err.Error(), "Goexit") {
		t.Errorf("error %v", err)
	}
	_, err := p.Apply(panicsWithError, 1)
	wantIs(t, err, io.ErrUnexpectedEOF)
	if v, err := p.Apply(square, 2); v != 4 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}

func TestD21_timeout(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	out, err := procpool.Map(p, spin, upTo(8), procpool.Timeout(300*time.Millisecond))
	wantIs(t, err, context.DeadlineExceeded)
	if !slices.Equal(out, []int{0, 1, 2, 0, 4, 5, 6, 7}) {
		t.Errorf("results %v, error %v", out, err)
	}
}

func TestTryMapAndFailFast(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	out, err := procpool.TryMap(p, tryHalf, upTo(4))
	wantIs(t, err, io.EOF)
	if !slices.Equal(out, []int{0, 0, 1, 0}) {
		t.Errorf("results %v", out)
	}
	_, err = procpool.Map(p, failsOn, append([]int{2}, upTo(3000)...), procpool.FailFast())
	if n := len(err.(interface{ Unwrap() []error }).Unwrap()); n > 700 {
		t.Errorf("%d errors", n)
	}
}

func TestWithContext(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := procpool.Map(p.WithContext(ctx), nap, []time.Duration{time.Minute, time.Minute})
	wantIs(t, err, context.DeadlineExceeded)
	if v, err := p.Apply(square, 2); v != 4 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}

func TestB05_outputBeforeResult(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	for i := range 50 {
		s := unique("B05") + "\n"
		_, err := p.Apply(printsThenNaps, s)
		check(t, err)
		if len(capture.chunks(s)) != 1 {
			t.Fatalf("the output of task %d comes after its result", i)
		}
	}
}

func TestSlowTaskDoesNotHoldOthersBack(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	naps := slices.Repeat([]time.Duration{0}, 400)
	naps[0] = 500 * time.Millisecond
	begin := time.Now()
	_, err := procpool.Map(p, nap, naps)
	check(t, err)
	if d := time.Since(begin); d > 5*time.Second {
		t.Errorf("took %s", d)
	}
}

func TestD23_largeValues(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	v, err := p.Apply(longStrings, 64<<20)
	if err != nil || len(v.(string)) != 64<<20 {
		t.Errorf("%d bytes, %v", len(v.(string)), err)
	}
}

func TestE18_connToAPool(t *testing.T) {
	t.Parallel()
	a, b := procpool.NewPipe[int]()
	if _, err := procpool.Map(newPool(t, 1), sendsConn, []*procpool.Conn[int]{b}); err != nil {
		t.Fatal(err)
	}
	if v, err := a.Recv(); v != 5 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
}

func TestC39_names(t *testing.T) {
	p := newPool(t, 3)
	names, err := procpool.Map(p, workerName, upTo(6))
	check(t, err)
	for _, n := range names {
		if !strings.HasPrefix(n, "PoolWorker-") {
			t.Errorf("names %v", names)
		}
	}
}

func TestC31_largePool(t *testing.T) {
	p := newPool(t, 40)
	pids, err := procpool.Map(p, napPID, slices.Repeat([]time.Duration{20 * time.Millisecond}, 400))
	check(t, err)
	slices.Sort(pids)
	pids = slices.Compact(pids)
	if n := len(pids); n < 2 || n > 40 {
		t.Errorf("%d workers", n)
	}
	check(t, p.Close())
	for _, pid := range pids {
		if !gone(pid) {
			t.Errorf("worker %d is still there", pid)
			break
		}
	}
}
