//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parago/parago/procpool"
)

// In a program, main calls Register for the functions that other processes run, and Main.
func init() { procpool.Register(crunch, welcomes, fill, knows, client, addTo) }

func crunch(jobs, results *procpool.Queue[int]) {
	for n, err := range jobs.All() {
		if err != nil {
			return
		}
		results.Put(n * n)
		jobs.TaskDone()
	}
}

func welcomes(c *procpool.Conn[string]) {
	name, _ := c.Recv()
	c.Send("hello, " + name)
}

func fill(a *procpool.Array[float64], done *procpool.Value[int]) {
	for i := range a.Len() {
		a.Set(i, float64(i)/2)
	}
	done.Store(1)
}

func addTo(m *procpool.SharedMemory) { copy(m.Bytes()[6:], "world") }

func knows(q question) string { return q.Words.Get()[q.Word] }

type question struct {
	Words *procpool.Shared[map[string]string]
	Word  string
}

func client(network, addr string, key []byte) {
	c, err := procpool.Dial[string](context.Background(), network, addr, key)
	if err != nil {
		return
	}
	defer c.Close()
	c.Send("hello")
}

func ExampleQueue() {
	jobs, results := procpool.NewQueue[int](0), procpool.NewQueue[int](0)
	p := procpool.NewProcess(crunch, jobs, results)
	p.Start()
	for n := range 4 {
		jobs.Put(n)
	}
	jobs.Close()
	fmt.Println(jobs.Wait(), results.Len()) // all were dealt with
	p.Join()                                // before the results are taken
	for !results.Empty() {
		n, _ := results.Get()
		fmt.Print(n, " ")
	}
	// Output:
	// <nil> 4
	// 0 1 4 9
}

func ExampleQueue_TryPut() {
	q := procpool.NewQueue[string](1)
	fmt.Println(q.TryPut("one"), q.Full())
	fmt.Println(q.TryPut("two"))
	fmt.Println(q.PutTimeout("two", time.Millisecond))
	fmt.Println(q.TryGet())
	_, err := q.GetTimeout(time.Millisecond)
	fmt.Println(err)
	// Output:
	// <nil> true
	// procpool: queue is full
	// procpool: queue is full
	// one <nil>
	// procpool: queue is empty
}

func ExampleQueue_GetContext() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	q := procpool.NewQueue[int](1)
	q.PutContext(context.Background(), 1)
	fmt.Println(q.PutContext(ctx, 2), q.WaitContext(ctx))
	fmt.Println(q.GetContext(context.Background()))
	// Output:
	// context deadline exceeded context deadline exceeded
	// 1 <nil>
}

func ExampleConn() {
	near, far := procpool.NewPipe[string]()
	p := procpool.NewProcess(welcomes, far)
	p.Start()
	near.Send("world")
	fmt.Println(near.Recv())
	p.Join()
	fmt.Println(near.Recv())
	fmt.Println(near.Close())
	// Output:
	// hello, world <nil>
	//  EOF
	// <nil>
}

func ExampleNewOneWayPipe() {
	r, w := procpool.NewOneWayPipe[int]()
	fmt.Println(w.Send(1), r.Send(2))
	fmt.Println(r.Poll(0))
	fmt.Println(r.Recv())
	// Output:
	// <nil> procpool: this end of the pipe only receives
	// true
	// 1 <nil>
}

func ExampleConn_RecvContext() {
	a, b := procpool.NewPipe[int]()
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_, err := a.RecvContext(ctx)
	fmt.Println(err)
	_, err = a.RecvTimeout(time.Millisecond)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	fmt.Println(b.SendContext(context.Background(), 1))
	// Output:
	// context deadline exceeded
	// true
	// <nil>
}

func ExampleConn_RecvBytes() {
	a, b := procpool.NewPipe[any]()
	a.SendBytes([]byte("as it is"))
	_, err := b.RecvBytes(4)
	fmt.Println(err)
	data, _ := b.RecvBytes(0)
	fmt.Println(string(data))
	// Output:
	// procpool: message is longer than wanted
	// as it is
}

func ExampleSelect() {
	q := procpool.NewQueue[int](0)
	near, far := procpool.NewPipe[int]()
	p := procpool.NewProcess(welcomes, nil) // which has not been started
	far.Send(1)
	fmt.Println(procpool.Select(context.Background(), q, near, p))
	// Output: 1 <nil>
}

func ExampleListen() {
	l, err := procpool.Listen("tcp", "", nil) // a free port and a random key
	if err != nil {
		fmt.Println(err)
		return
	}
	defer l.Close()
	p := procpool.NewProcess(client, l.Network(), l.Addr(), l.Key())
	p.Start()
	c, err := procpool.Accept[string](context.Background(), l)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Recv())
	p.Join()
	// Output: hello <nil>
}

func ExampleValue() {
	v := procpool.NewValue(1.5)
	v.Store(2)
	fmt.Println(v.Add(0.5), v.Swap(4), v.CompareAndSwap(4, 5), v.Load())
	fmt.Println(v.Update(func(x float64) float64 { return x * 2 }))
	// Output:
	// 2.5 2.5 true 5
	// 10
}

func ExampleValue_WithLock() {
	l := procpool.NewLock()
	from, to := procpool.NewValue(100).WithLock(l), procpool.NewValue(0).WithLock(l)
	from.Lock() // which is to's lock as well
	from.Add(-30)
	to.Add(30)
	from.Unlock()
	fmt.Println(from.Load(), to.Load())
	// Output: 70 30
}

func ExampleArray() {
	a := procpool.NewArray(1, 2, 3)
	a.Set(0, 10)
	fmt.Println(a.At(0), a.Add(1, 5), a.Swap(2, 9), a.CompareAndSwap(2, 9, 8), a.Slice())
	fmt.Println(a.Update(0, func(x int) int { return -x }))
	l := procpool.NewLock()
	a = a.WithLock(l)
	a.Lock()
	fmt.Println(l.TryLock())
	a.Unlock()
	// Output:
	// 10 7 3 true [10 7 8]
	// -10
	// false
}

func ExampleNewArrayLen() {
	a, done := procpool.NewArrayLen[float64](4), procpool.NewValue(0)
	p := procpool.NewProcess(fill, a, done)
	p.Start()
	p.Join()
	fmt.Println(a.Slice(), a.Len(), done.Load())
	// Output: [0 0.5 1 1.5] 4 1
}

func ExampleNewSharedMemory() {
	m, err := procpool.NewSharedMemory(11)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	copy(m.Bytes(), "hello ")
	p := procpool.NewProcess(addTo, m)
	p.Start()
	p.Join()
	fmt.Println(string(m.Bytes()), m.Size(), m.Unlink())
	_, err = procpool.AttachSharedMemory(m.Name())
	fmt.Println(err)
	// Output:
	// hello world 11 <nil>
	// procpool: no such entry
}

func ExampleCreateSharedMemory() {
	m, err := procpool.CreateSharedMemory("weights", 8)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Unlink()
	_, err = procpool.CreateSharedMemory("weights", 8)
	fmt.Println(m.Name(), err)
	// Output: weights procpool: name is taken
}

func ExampleShare() {
	words := procpool.Share(map[string]string{"eins": "one", "zwei": "two"})
	defer words.Close()
	fmt.Println(words.Err(), len(words.Get()))
	pool := procpool.NewPool(1)
	defer pool.Close()
	fmt.Println(procpool.Map(pool, knows, []question{{words, "eins"}, {words, "zwei"}}))
	// Output:
	// <nil> 2
	// [one two] <nil>
}
