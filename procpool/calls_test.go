//go:build unix

package procpool_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

var callsFuncs = []any{
	failsOnThree, trySlow, ignoresContext, flaky, alwaysDies, diesOnce, draws, taskIndex, indexes, waitsForGate, panicsNil, returnsContextError,
	anything, sleepsThenReturns, addsOne,
}

func failsOnThree(n int) int {
	if n == 3 {
		panic("no three")
	}
	return n * 10
}

// trySlow ends when its context does.
func trySlow(ctx context.Context, d time.Duration) (string, error) {
	select {
	case <-time.After(d):
		return "slept", nil
	case <-ctx.Done():
		return "", fmt.Errorf("gave up: %w", ctx.Err())
	}
}

func ignoresContext(_ context.Context, d time.Duration) (int, error) {
	time.Sleep(d)
	return os.Getpid(), nil
}

// A trial counts attempts in shared memory.
type trial struct {
	I     int
	Tries *procpool.Array[int64]
	Good  int64 // the first attempt that succeeds
}

func flaky(_ context.Context, t trial) (int, error) {
	if n := t.Tries.Add(t.I, 1); n < t.Good {
		return 0, fmt.Errorf("attempt %d: %w", n, io.ErrUnexpectedEOF)
	}
	return t.I, nil
}

func alwaysDies(t trial) int {
	t.Tries.Add(t.I, 1)
	if t.I == 1 {
		os.Exit(7)
	}
	return t.I
}

func diesOnce(t trial) int {
	if t.Tries.Add(t.I, 1) == 1 {
		os.Exit(7)
	}
	return t.I
}

func draws(int) uint64 { return procpool.Rand().Uint64() + procpool.Rand().Uint64() }

func taskIndex(string) int {
	i, ok := procpool.TaskIndex()
	if !ok {
		return -1
	}
	return i
}

func indexes(a, b int) int { return taskIndex("") }

func waitsForGate(gate *procpool.Value[int64]) int {
	for gate.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	return os.Getpid()
}

func panicsNil(int) int { panic(nil) }

func returnsContextError(context.Context, int) (int, error) { return 0, context.Canceled }

func anything(any) int { return 1 }

func sleepsThenReturns(d time.Duration) time.Duration {
	time.Sleep(d)
	return d
}

// outcomes lists what a stream yields as text.
func outcomes[R any](xs iter.Seq2[R, error]) (out []string) {
	for v, err := range xs {
		var e *procpool.TaskError
		switch {
		case errors.As(err, &e):
			out = append(out, fmt.Sprint("error ", e.Index))
		case err != nil:
			out = append(out, err.Error())
		default:
			out = append(out, fmt.Sprint(v))
		}
	}
	return out
}

func TestC11_streamInOrder(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	for _, opts := range [][]procpool.CallOption{nil, {procpool.ChunkSize(100)}, {procpool.InFlight(300)}, {procpool.InFlight(1)}} {
		next := 0
		for v, err := range procpool.Stream(p, square, slices.Values(upTo(1000)), opts...) {
			if err != nil || v != next*next {
				t.Fatalf("result %d is %d, %v", next, v, err)
			}
			next++
		}
		if next != 1000 {
			t.Errorf("%d results", next)
		}
	}
}

func TestC12_streamUnordered(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	var got []int
	for v, err := range procpool.Stream(p, square, slices.Values(upTo(1000)), procpool.Unordered(), procpool.InFlight(100)) {
		check(t, err)
		got = append(got, v)
	}
	slices.Sort(got)
	want := upTo(1000)
	for i := range want {
		want[i] *= i
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d results: %v", len(got), got)
	}
	naps := []time.Duration{time.Second, 0, 0}
	var order []time.Duration
	for d, err := range procpool.Stream(p, sleepsThenReturns, slices.Values(naps), procpool.Unordered()) {
		check(t, err)
		order = append(order, d)
	}
	if !slices.Equal(order, []time.Duration{0, 0, time.Second}) {
		t.Errorf("order %v", order)
	}
}

func TestC13_streamGoesOnAfterAnError(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	got := outcomes(procpool.Stream(p, failsOnThree, slices.Values(upTo(6)), procpool.ChunkSize(4)))
	if want := []string{"0", "10", "20", "error 3", "40", "50"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	got = outcomes(procpool.TryStream(p, tryHalf, slices.Values(upTo(5))))
	if want := []string{"0", "error 1", "1", "error 3", "2"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	// An element that cannot cross is an error in its place, too.
	got = outcomes(procpool.Stream(p, anything, slices.Values([]any{1, make(chan int), 3})))
	if want := []string{"1", "error 1", "1"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	got = outcomes(procpool.Stream(p, failsOnThree, slices.Values([]int{0, 3, 4, 5, 6, 7, 8, 9}), procpool.FailFast(), procpool.InFlight(1)))
	if want := []string{"0", "error 1"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestC07_emptyInput(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	for _, opts := range [][]procpool.CallOption{nil, {procpool.ChunkSize(1)}, {procpool.Unordered()}} {
		out, err := procpool.Map(p, square, nil, opts...)
		if len(out) != 0 || err != nil {
			t.Errorf("%v, %v", out, err)
		}
		if got := outcomes(procpool.Stream(p, square, slices.Values([]int{}), opts...)); len(got) != 0 {
			t.Errorf("got %q", got)
		}
	}
	if n := p.Stats().Started; n != 0 {
		t.Errorf("%d workers were started for nothing", n)
	}
}

func TestC08_inputThatFails(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	for _, c := range []struct{ n, at, chunk int }{{6, 0, 1}, {6, 3, 1}, {20, 7, 2}, {20, 7, 4}} {
		input := func(yield func(int) bool) {
			for i := range c.n {
				if i == c.at {
					panic("bad input")
				}
				if !yield(i) {
					return
				}
			}
		}
		got, panicked := 0, any(nil)
		func() {
			defer func() { panicked = recover() }()
			for v, err := range procpool.Stream(p, square, input, procpool.ChunkSize(c.chunk)) {
				if err != nil || v != got*got {
					t.Fatalf("result %d is %d, %v", got, v, err)
				}
				got++
			}
		}()
		if got != c.at || panicked != "bad input" {
			t.Errorf("%+v: %d results, then %v", c, got, panicked)
		}
	}
	if v, err := p.Apply(square, 3); v != 9 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}

func TestStreamTakesNoMoreThanItsWindow(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	var taken atomic.Int64
	ended := make(chan struct{})
	input := func(yield func(int) bool) {
		defer close(ended)
		for i := 0; ; i++ { // there is no end
			taken.Add(1)
			if !yield(i) {
				return
			}
		}
	}
	for v, err := range procpool.Stream(p, square, input, procpool.InFlight(10)) {
		check(t, err)
		if n := taken.Load(); n > int64(v)+12 {
			t.Fatalf("%d elements were taken with result %d", n, v)
		}
		if v == 100*100 {
			break
		}
	}
	<-ended
	if n := taken.Load(); n > 112 {
		t.Errorf("%d elements were taken", n)
	}
	if v, err := p.Apply(square, 3); v != 9 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}

func TestLeavingAStreamStopsWhatRuns(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	begin := time.Now()
	for _, err := range procpool.Stream(p, nap, slices.Values([]time.Duration{0, time.Hour, time.Hour, time.Hour})) {
		check(t, err)
		break
	}
	if v, err := p.Apply(square, 3); v != 9 || err != nil || time.Since(begin) > time.Minute {
		t.Errorf("%v, %v", v, err)
	}
}

func TestStreamDoesNotWaitForItsInput(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	in := make(chan int)
	input := func(yield func(int) bool) {
		for x := range in {
			if !yield(x) {
				return
			}
		}
	}
	go func() { in <- 1 }()
	for v, err := range procpool.Stream(p, square, input) { // each result asks for the next input
		check(t, err)
		if v > 1000 {
			break // while the input waits
		}
		go func() { in <- v + 1 }()
	}
	close(in)
}

func TestStreamOfAClosedPool(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	results := procpool.Stream(p, square, slices.Values(upTo(1000)), procpool.InFlight(2))
	var last error
	n := 0
	for _, err := range results {
		last = err
		if n++; n == 3 {
			check(t, p.Close()) // what was submitted still comes
		}
	}
	wantIs(t, last, procpool.ErrClosed)
	if n < 4 || n > 10 {
		t.Errorf("%d results", n)
	}
	for _, err := range results {
		wantIs(t, err, procpool.ErrClosed)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	for _, err := range procpool.Stream(newPool(t, 1).WithContext(ctx), nap, slices.Values([]time.Duration{time.Hour})) {
		last = err
	}
	wantIs(t, last, context.DeadlineExceeded)
}

func TestAStreamMayBeRangedOverAgain(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	s := procpool.Stream(p, square, slices.Values(upTo(5)))
	for range 3 {
		if got := outcomes(s); !slices.Equal(got, []string{"0", "1", "4", "9", "16"}) {
			t.Errorf("got %q", got)
		}
	}
}

func TestC28_chunk(t *testing.T) {
	t.Parallel()
	for in, want := range map[[2]int]int{{5, 2}: 1, {9, 2}: 2, {16, 2}: 2, {17, 2}: 3, {100, 2}: 13, {0, 2}: 0} {
		if got := procpool.Chunk(in[0], in[1]); got != want {
			t.Errorf("Chunk(%d, %d) = %d", in[0], in[1], got)
		}
	}
}

func TestD21_softTimeout(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	out, err := procpool.TryMap(p, trySlow, []time.Duration{0, time.Hour, 0}, procpool.Timeout(200*time.Millisecond))
	var late *procpool.TimeoutError
	if !errors.As(err, &late) || late.Err == nil || !strings.Contains(err.Error(), "gave up") || !slices.Equal(out, []string{"slept", "", "slept"}) {
		t.Errorf("%q, %v", out, err)
	}
	wantIs(t, err, context.DeadlineExceeded)
	_, err = procpool.TryMap(p, ignoresContext, []time.Duration{0, 0})
	check(t, err)
	if st := p.Stats(); st.Started > 2 || st.Died+st.Replaced > 0 {
		t.Errorf("workers were killed: %+v", st)
	}
	begin := time.Now()
	_, err = procpool.TryMap(p, ignoresContext, []time.Duration{time.Hour}, procpool.Timeout(100*time.Millisecond))
	late = nil
	if !errors.As(err, &late) || late.Err != nil || time.Since(begin) > time.Minute {
		t.Errorf("error %v", err)
	}
}

func TestD22_retry(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	tries := procpool.NewArrayLen[int64](3)
	trials := []trial{{0, tries, 1}, {1, tries, 3}, {2, tries, 9}}
	out, err := procpool.TryMap(p, flaky, trials, procpool.Retry(2, procpool.Backoff(time.Millisecond, 10*time.Millisecond)), procpool.Label("D22"))
	var e *procpool.TaskError
	if !slices.Equal(out, []int{0, 1, 0}) || !errors.As(err, &e) || e.Index != 2 || e.Attempts != 3 || !strings.Contains(err.Error(), "(D22)") {
		t.Errorf("%v, %v", out, err)
	}
	if got := tries.Slice(); !slices.Equal(got, []int64{1, 3, 3}) || p.Stats().Retried != 4 {
		t.Errorf("%d attempts, %d retried", got, p.Stats().Retried)
	}
	asked := make(chan error, 10)
	when := func(err error) bool { asked <- err; return !errors.Is(err, io.ErrUnexpectedEOF) }
	_, err = procpool.TryMap(p, flaky, []trial{{1, procpool.NewArrayLen[int64](3), 3}}, procpool.Retry(5, procpool.RetryIf(when)))
	if !errors.As(err, &e) || e.Attempts != 1 || len(asked) != 1 {
		t.Errorf("%v after %d questions", err, len(asked))
	}
	_, err = procpool.TryMap(p, flaky, []trial{{1, procpool.NewArrayLen[int64](3), 3}}, procpool.Retry(5, procpool.RetryIf(func(error) bool { panic("no idea") })))
	if !errors.As(err, &e) || e.Attempts != 1 {
		t.Error(err)
	}
}

func TestD22_poisonIsQuarantined(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	tries := procpool.NewArrayLen[int64](8)
	var trials []trial
	for i := range 8 {
		trials = append(trials, trial{i, tries, 0})
	}
	out, err := procpool.Map(p, alwaysDies, trials, procpool.Retry(2))
	var e *procpool.TaskError
	var died *procpool.WorkerDiedError
	if !errors.As(err, &e) || !errors.As(err, &died) || e.Index != 1 || e.Attempts != 3 || !strings.Contains(err.Error(), "given up after 3 attempts") {
		t.Errorf("error %v", err)
	}
	if !slices.Equal(out, []int{0, 0, 2, 3, 4, 5, 6, 7}) || tries.At(1) != 3 || tries.At(2) != 1 {
		t.Errorf("%v after %d", out, tries.Slice())
	}
	got := outcomes(procpool.Stream(p, diesOnce, slices.Values([]trial{{0, procpool.NewArrayLen[int64](1), 0}}), procpool.Retry(1)))
	if !slices.Equal(got, []string{"0"}) {
		t.Errorf("got %q", got)
	}
}

func TestRetriesEndWithTheirCall(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	tries := procpool.NewArrayLen[int64](1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for tries.At(0) == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	_, err := procpool.TryMap(p.WithContext(ctx), flaky, []trial{{0, tries, 9}}, procpool.Retry(5, procpool.Backoff(time.Hour, time.Hour)))
	wantIs(t, err, context.Canceled)
}

func TestSeedDoesNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	var want []uint64
	for i := range 50 {
		r := rand.New(rand.NewPCG(7, uint64(i)))
		want = append(want, r.Uint64()+r.Uint64())
	}
	for n := 1; n < 4; n++ {
		got, err := procpool.Map(newPool(t, n), draws, upTo(50), procpool.Seed(7), procpool.ChunkSize(n*3))
		if check(t, err); !slices.Equal(got, want) {
			t.Errorf("%d workers: %v", n, got)
		}
	}
	p := newPool(t, 1)
	a, _ := procpool.Map(p, draws, upTo(2))
	b, _ := procpool.Map(p, draws, upTo(2))
	if a[0] == a[1] || a[0] == b[0] {
		t.Error("the same numbers without a seed")
	}
}

func TestTaskIndex(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	got, err := procpool.Map(p, taskIndex, make([]string, 100))
	if check(t, err); !slices.Equal(got, upTo(100)) {
		t.Errorf("got %v", got)
	}
	rows, err := p.StarMap(indexes, [][]any{{1, 2}, {3, 4}})
	if err != nil || rows[1] != 1 {
		t.Errorf("%v, %v", rows, err)
	}
	if v, err := p.Apply(taskIndex, ""); v != 0 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
	if _, ok := procpool.TaskIndex(); ok {
		t.Error("this is no task")
	}
}

func TestD03_D04_statesAndCallbacks(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	gate := procpool.NewValue[int64](0)
	first := procpool.Submit(p, waitsForGate, gate)
	second := procpool.Submit(p, square, 3)
	third := procpool.Submit(p, failsOn, 2)
	var mu sync.Mutex
	var calls []string
	said := make(chan struct{}, 10)
	say := func(s string) {
		mu.Lock()
		calls = append(calls, s)
		mu.Unlock()
		said <- struct{}{}
	}
	eventually(t, "the first runs", func() bool { return first.State() == procpool.Running })
	if second.State() != procpool.Pending {
		t.Errorf("state %v", second.State())
	}
	second.OnDone(func(_ int, err error) { say(fmt.Sprint("canceled ", errors.Is(err, procpool.ErrCanceled))) })
	third.OnDone(func(int, error) { panic("D03 callback") })
	third.OnDone(func(_ int, err error) { say(fmt.Sprint("failed ", err != nil)) })
	if !second.Cancel() || second.Cancel() || second.State() != procpool.Cancelled {
		t.Errorf("state %v", second.State())
	}
	<-said
	gate.Store(1)
	check(t, first.Err())
	if err := third.Err(); err == nil || third.State() != procpool.Done || first.State().String() != "done" {
		t.Errorf("%v, %v, %v", err, third.State(), first.State())
	}
	<-said
	third.OnDone(func(int, error) { say("late") })
	<-said
	if want := []string{"canceled true", "failed true", "late"}; !slices.Equal(calls, want) {
		t.Errorf("calls %q", calls)
	}
	if first.Cancel() {
		t.Error("what is done was cancelled")
	}
}

func TestD05_getContext(t *testing.T) {
	t.Parallel()
	f := procpool.Submit(newPool(t, 1), nap, 300*time.Millisecond)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err := f.GetContext(ctx)
	wantIs(t, err, context.DeadlineExceeded)
	_, err = f.GetTimeout(0)
	wantIs(t, err, context.DeadlineExceeded)
	if v, err := f.GetContext(context.Background()); v != 1 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
}

func TestD06_waiting(t *testing.T) {
	t.Parallel()
	p := newPool(t, 3)
	gate := procpool.NewValue[int64](0)
	slow := procpool.Submit(p, waitsForGate, gate)
	quick := procpool.Submit(p, square, 2)
	bad := procpool.Submit(p, failsOn, 2)
	all := []*procpool.Future[int]{slow, quick, bad, quick}
	ctx := context.Background()
	if i, err := procpool.WaitAny(ctx, all[:2]...); i != 1 || err != nil {
		t.Errorf("%d, %v", i, err)
	}
	if i, err := procpool.WaitFirstError(ctx, all...); i != 2 || err == nil {
		t.Errorf("%d, %v", i, err)
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	err := procpool.WaitAll(short, all...)
	wantIs(t, err, context.DeadlineExceeded)
	if !strings.Contains(err.Error(), "1 of 3") {
		t.Error(err)
	}
	if i, err := procpool.WaitFirstError(short, slow); i != -1 || err == nil {
		t.Errorf("%d, %v", i, err)
	}
	var order []*procpool.Future[int]
	for f := range procpool.AsCompleted(ctx, all...) {
		order = append(order, f)
		if len(order) == 2 {
			gate.Store(1)
		}
	}
	if !slices.Equal(order, []*procpool.Future[int]{quick, bad, slow}) {
		t.Errorf("order %v", order)
	}
	check(t, procpool.WaitAll(ctx, all...))
	proc := procpool.NewProcess(nothing)
	check(t, proc.Start())
	if i, err := procpool.WaitAny[procpool.Waitable](ctx, slow, proc); i != 0 || err != nil {
		t.Errorf("%d, %v", i, err)
	}
	if _, err := procpool.WaitAny[procpool.Waitable](ctx); err == nil {
		t.Error("nothing has ended")
	}
	if err := procpool.WaitAll[procpool.Waitable](ctx); err != nil {
		t.Error(err)
	}
}

func TestD08_D09_D10_closing(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	gate := procpool.NewValue[int64](0)
	running := procpool.Submit(p, waitsForGate, gate)
	eventually(t, "it runs", func() bool { return running.State() == procpool.Running })
	waiting := procpool.Submit(p, square, 2)
	if n := p.CancelPending(); n != 1 {
		t.Errorf("%d were cancelled", n)
	}
	wantIs(t, waiting.Err(), procpool.ErrCanceled)
	second := procpool.Submit(p, square, 5)
	closed := make(chan error)
	go func() { closed <- p.Close() }() // D10
	eventually(t, "the pool is closed", func() bool {
		f := procpool.Submit(p, square, 1)
		return f.State() == procpool.Done && errors.Is(f.Err(), procpool.ErrClosed)
	})
	gate.Store(1)
	check(t, running.Err())
	if v, err := second.Get(); v != 25 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	check(t, <-closed)

	p = newPool(t, 1)
	hour := procpool.Submit(p, nap, time.Hour)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	wantIs(t, p.CloseContext(ctx), context.DeadlineExceeded)
	wantIs(t, hour.Err(), procpool.ErrTerminated)
	p = newPool(t, 1)
	done := procpool.Submit(p, square, 3)
	check(t, p.CloseContext(context.Background()))
	if v, err := done.Get(); v != 9 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
}

func TestC24_closeFinishes(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2, procpool.MaxTasksPerWorker(1))
	var all []*procpool.Future[int]
	for range 6 {
		all = append(all, procpool.Submit(p, nap, 20*time.Millisecond))
	}
	check(t, p.Close())
	for _, f := range all {
		if v, err := f.Get(); v != 1 || err != nil {
			t.Errorf("%d, %v", v, err)
		}
	}
}

func TestC32_saturation(t *testing.T) {
	t.Parallel()
	p := newPool(t, 3)
	gate := procpool.NewValue[int64](0)
	var all []*procpool.Future[int]
	for range 45 {
		all = append(all, procpool.Submit(p, waitsForGate, gate))
	}
	eventually(t, "all workers are busy", func() bool {
		n := 0
		for _, f := range all {
			if f.State() == procpool.Running {
				n++
			}
		}
		return n == 3
	})
	gate.Store(1)
	pids := map[int]bool{}
	for _, f := range all {
		pid, err := f.Get()
		check(t, err)
		pids[pid] = true
	}
	if len(pids) != 3 {
		t.Errorf("%d workers", len(pids))
	}
}

func TestD19_whatEndsAFunctionIsTold(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	_, err := p.Apply(panicsNil, 1)
	var rp *procpool.RemotePanic
	if !errors.As(err, &rp) || !strings.Contains(rp.Value, "panic called with nil argument") {
		t.Errorf("error %v", err)
	}
	_, err = procpool.TryMap(p, returnsContextError, []int{1})
	wantIs(t, err, context.Canceled)
	if errors.Is(err, procpool.ErrCanceled) {
		t.Error("nobody has cancelled it")
	}
}

// TestC19_remoteStack looks for the line of the source that panics.
func TestC19_remoteStack(t *testing.T) {
	t.Parallel()
	_, err := newPool(t, 1).Apply(failsOnThree, 3)
	var e *procpool.TaskError
	if !errors.As(err, &e) || !strings.Contains(e.Stack, "failsOnThree") {
		t.Fatalf("error %v", err)
	}
	source, readErr := os.ReadFile("calls_test.go")
	check(t, readErr)
	line := 1 + bytes.Count(source[:bytes.Index(source, []byte(`panic("no three")`))], []byte("\n"))
	if want := fmt.Sprintf("%s:%d", filepath.Base("calls_test.go"), line); !strings.Contains(e.Stack, want) {
		t.Errorf("no %s in %s", want, e.Stack)
	}
}
