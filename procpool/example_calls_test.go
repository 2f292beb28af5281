//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/parago/parago/procpool"
)

func ExampleStream() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	for v, err := range procpool.Stream(pool, failsOnThree, slices.Values([]int{1, 2, 3, 4})) {
		fmt.Println(v, err != nil)
	}
	// Output:
	// 10 false
	// 20 false
	// 0 true
	// 40 false
}

func ExampleTryStream() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	for v, err := range procpool.TryStream(pool, tryHalf, slices.Values([]int{8, 9})) {
		fmt.Println(v, errors.Is(err, io.EOF))
	}
	// Output:
	// 4 false
	// 0 true
}

func ExampleUnordered() {
	naps := slices.Values([]time.Duration{time.Second, 0})
	pool := procpool.NewPool(2)
	defer pool.Close()
	for d := range procpool.Stream(pool, sleepsThenReturns, naps, procpool.Unordered(), procpool.InFlight(2)) {
		fmt.Println(d)
	}
	// Output:
	// 0s
	// 1s
}

func ExampleChunk() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	xs := make([]int, 100)
	out, err := procpool.Map(pool, square, xs, procpool.ChunkSize(procpool.Chunk(len(xs), 2)))
	fmt.Println(len(out), err, procpool.Chunk(len(xs), 2))
	// Output: 100 <nil> 13
}

func ExampleTimeout() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	out, err := procpool.TryMap(pool, trySlow, []time.Duration{0, time.Hour}, procpool.Timeout(100*time.Millisecond))
	var late *procpool.TimeoutError
	fmt.Printf("%q %v\n", out, errors.As(err, &late) && late.Timeout())
	// Output: ["slept" ""] true
}

func ExampleRetry() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	tries := procpool.NewArrayLen[int64](1)
	out, err := procpool.TryMap(pool, flaky, []trial{{0, tries, 3}}, procpool.Label("retried"),
		procpool.Retry(5, procpool.Backoff(time.Millisecond, time.Second), procpool.RetryIf(func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) })))
	fmt.Println(out, err, tries.At(0))
	// Output: [0] <nil> 3
}

func ExampleFailFast() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	out, err := procpool.Map(pool, failsOnThree, []int{3}, procpool.FailFast())
	fmt.Println(out, err != nil)
	// Output: [0] true
}

func ExampleSeed() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	a, _ := procpool.Map(pool, draws, []int{1, 2, 3}, procpool.Seed(42)) // draws calls procpool.Rand
	b, _ := procpool.Map(pool, draws, []int{4, 5, 6}, procpool.Seed(42), procpool.ChunkSize(3))
	fmt.Println(slices.Equal(a, b), procpool.Rand() != nil)
	// Output: true true
}

func ExampleTaskIndex() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	_, inTask := procpool.TaskIndex()
	out, err := procpool.Map(pool, taskIndex, []string{"a", "b"}) // taskIndex returns what TaskIndex does
	fmt.Println(inTask, out, err)
	// Output: false [0 1] <nil>
}

func ExampleFuture() {
	pool := procpool.NewPool(1)
	defer pool.Close()
	f := procpool.Submit(pool, nap, time.Hour)
	_, err := f.GetTimeout(10 * time.Millisecond)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err = f.GetContext(ctx)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	called := make(chan bool)
	f.OnDone(func(_ int, err error) { called <- errors.Is(err, procpool.ErrCanceled) })
	fmt.Println(f.Cancel(), <-called)
	<-f.Done()
	fmt.Println(f.State(), f.Err())
	// Output:
	// true
	// true
	// true true
	// cancelled procpool: task was cancelled: context canceled
}

func ExampleState_String() {
	fmt.Println(procpool.Pending.String(), procpool.Running, procpool.Done, procpool.Cancelled)
	// Output: pending running done cancelled
}

func ExampleAsCompleted() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	slow := procpool.Submit(pool, sleepsThenReturns, time.Second)
	quick := procpool.Submit(pool, sleepsThenReturns, 0)
	ctx := context.Background()
	first, _ := procpool.WaitAny(ctx, slow, quick)
	fmt.Println("first:", first)
	for f := range procpool.AsCompleted(ctx, slow, quick) {
		fmt.Println(f.Get())
	}
	failed, err := procpool.WaitFirstError(ctx, slow, quick)
	fmt.Println(failed, err, procpool.WaitAll(ctx, slow, quick))
	// Output:
	// first: 1
	// 0s <nil>
	// 1s <nil>
	// -1 <nil> <nil>
}

func ExamplePool_CancelPending() {
	pool := procpool.NewPool(1)
	running := procpool.Submit(pool, nap, 100*time.Millisecond)
	for running.State() != procpool.Running {
		time.Sleep(time.Millisecond)
	}
	waiting := procpool.Submit(pool, nap, time.Hour)
	fmt.Println(pool.CancelPending(), waiting.State())
	fmt.Println(pool.CloseContext(context.Background()), running.Err())
	// Output:
	// 1 cancelled
	// <nil> <nil>
}

func ExampleForEach() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	total := procpool.NewValue(0)
	err := procpool.ForEach(pool, addsOne, []*procpool.Value[int]{total, total})
	fmt.Println(total.Load(), err)
	// Output: 2 <nil>
}

func addsOne(v *procpool.Value[int]) { v.Add(1) }
