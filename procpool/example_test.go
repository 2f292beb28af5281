//go:build unix

package procpool_test

import (
	"context"
	"fmt"
	"time"

	"github.com/parago/parago/procpool"
)

func ExampleMap() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	squares, err := procpool.Map(pool, square, []int{1, 2, 3, 4, 5})
	fmt.Println(squares, err)
	// Output: [1 4 9 16 25] <nil>
}

func ExampleTryMap() {
	halves, err := procpool.TryMap(nil, tryHalf, []int{2, 3, 4})
	fmt.Println(halves, err != nil)
	// Output: [1 0 2] true
}

func ExampleSubmit() {
	pool := procpool.NewPool(1)
	defer pool.Close()
	f := procpool.Submit(pool, nap, 10*time.Millisecond)
	v, err := f.Get()
	fmt.Println(v, err)
	// Output: 1 <nil>
}

func ExampleNewProcess() {
	q := procpool.NewQueue[int](0)
	p := procpool.NewProcess(squareInto, 5, q)
	if err := p.Start(); err != nil {
		fmt.Println(err)
	}
	p.Join()
	v, _ := q.Get()
	fmt.Println(v)
	// Output: 25
}

func ExampleNewPipe() {
	near, far := procpool.NewPipe[[]int]()
	p := procpool.NewProcess(sendsData, far)
	p.Start()
	xs, _ := near.Recv()
	p.Join()
	fmt.Println(xs)
	// Output: [1 2 3]
}

func ExampleNewArray() {
	num, arr := procpool.NewValue(5), procpool.NewArray(1, 2, 3)
	p := procpool.NewProcess(modifies, num, arr)
	p.Start()
	p.Join()
	fmt.Println(num.Load(), arr.Slice())
	// Output: 15 [2 3 4]
}

func ExamplePool_Apply() {
	pool := procpool.NewPool(1)
	defer pool.Close()
	v, err := pool.Apply(mul, 6, 7)
	fmt.Println(v, err)
	// Output: 42 <nil>
}

func ExamplePool_WithContext() {
	pool := procpool.NewPool(1)
	defer pool.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err := procpool.ForEach(pool.WithContext(ctx), naps, []time.Duration{time.Minute})
	fmt.Println(err)
	// Output: context deadline exceeded
}

func naps(d time.Duration) { time.Sleep(d) }

func ExampleNewPool() {
	pool := procpool.NewPool(2, procpool.MaxTasksPerWorker(100))
	defer pool.Close()
	err := procpool.ForEach(pool, naps, []time.Duration{0, time.Millisecond})
	v, _ := procpool.Map(pool, square, []int{12})
	fmt.Println(v, err)
	// Output: [144] <nil>
}

func ExampleNewQueue() {
	q := procpool.NewQueue[int](0)
	p := procpool.NewProcess(producer, q, 3)
	p.Start()
	p.Join() // what it has put stays in the queue
	for !q.Empty() {
		v, _ := q.Get()
		fmt.Println(v)
	}
	// Output:
	// 0
	// 1
	// 2
}

func ExampleNewValue() {
	n := procpool.NewValue(int64(0))
	a := procpool.NewProcess(incrementsAtomically, n, 1000)
	b := procpool.NewProcess(incrementsAtomically, n, 1000)
	a.Start()
	b.Start()
	a.Join()
	b.Join()
	fmt.Println(n.Load())
	// Output: 2000
}
