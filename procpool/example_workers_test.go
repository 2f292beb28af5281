//go:build unix

package procpool_test

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/parago/parago/procpool"
)

// exampleWorkersFuncs are what the workers of these examples run.
var exampleWorkersFuncs = []any{pid, greet, setFactor, timesFactor}

func ExampleTrace() {
	var timeline procpool.Timeline
	procpool.Map(nil, square, []int{1, 2, 3}, procpool.Trace(&timeline))
	for _, s := range timeline.Spans() {
		fmt.Println(s.Index, s.Outcome, s.Begun.After(s.Submitted), s.Worker != "")
	}
	fmt.Println(timeline.Dropped(), "dropped")
	// Unordered output:
	// 0 succeeded true true
	// 1 succeeded true true
	// 2 succeeded true true
	// 0 dropped
}

func ExampleTimeline_WriteTo() {
	var timeline procpool.Timeline
	procpool.Map(nil, square, []int{1, 2, 3}, procpool.Trace(&timeline))
	file, err := os.CreateTemp("", "trace-*.json") // for https://ui.perfetto.dev
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(file.Name())
	n, err := timeline.WriteTo(file)
	fmt.Println(n > 100, err)
	// Output: true <nil>
}

func pid() int { return os.Getpid() }

func greet(name string) string { return os.Getenv("GREETING") + ", " + name }

var factor int

func setFactor(n int) { factor = n }

func timesFactor(n int) int { return n * factor }

func ExampleBroadcast() {
	pool := procpool.NewPool(3)
	defer pool.Close()
	pids, err := procpool.Broadcast(pool, pid) // once in each worker
	slices.Sort(pids)
	fmt.Println(len(slices.Compact(pids)), err)
	// Output: 3 <nil>
}

func ExampleDefault() {
	procpool.Default().Resize(2) // what a nil *Pool stands for
	squares, err := procpool.Map(nil, square, []int{1, 2, 3})
	fmt.Println(squares, err)
	// Output: [1 4 9] <nil>
}

func ExamplePool_Resize() {
	pool := procpool.NewPool(1)
	defer pool.Close()
	pool.Resize(3)
	pids, err := procpool.Broadcast(pool, pid)
	fmt.Println(len(pids), err)
	// Output: 3 <nil>
}

func ExamplePool_StarMap() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	products, err := pool.StarMap(mul, [][]any{{2, 3}, {4, 5}})
	fmt.Println(products, err)
	// Output: [6 20] <nil>
}

func ExamplePool_Stats() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	procpool.Map(pool, square, []int{1, 2, 3})
	stats := pool.Stats()
	fmt.Println(stats.Done, "done,", stats.Failed, "failed,", stats.Waiting, "waiting")
	// Output: 3 done, 0 failed, 0 waiting
}

func ExamplePool_Terminate() {
	pool := procpool.NewPool(2)
	sleep := procpool.Submit(pool, nap, time.Hour)
	pool.Terminate() // does not wait for it
	_, err := sleep.Get()
	fmt.Println(errors.Is(err, procpool.ErrTerminated))
	// Output: true
}

func ExamplePool_Workers() {
	pool := procpool.NewPool(1)
	defer pool.Close()
	procpool.Map(pool, square, []int{1, 2, 3})
	for _, w := range pool.Workers() {
		fmt.Println(w.Tasks, "tasks, busy:", w.Busy, w.RSS > 0)
	}
	// Output: 3 tasks, busy: false true
}

func ExampleInitializer() {
	pool := procpool.NewPool(2, procpool.Initializer(setFactor, 10))
	defer pool.Close()
	fmt.Println(procpool.Map(pool, timesFactor, []int{1, 2, 3}))
	// Output: [10 20 30] <nil>
}

func ExampleMaxTasksPerWorker() {
	pool := procpool.NewPool(1, procpool.MaxTasksPerWorker(2))
	defer pool.Close()
	procpool.Map(pool, square, []int{1, 2, 3, 4})
	fmt.Println(pool.Stats().Started, "workers")
	// Output: 2 workers
}

func ExampleIdleTimeout() {
	pool := procpool.NewPool(4, procpool.IdleTimeout(10*time.Second), procpool.MaxAge(time.Hour))
	defer pool.Close()
	fmt.Println(procpool.Map(pool, square, []int{1, 2, 3}))
	// Output: [1 4 9] <nil>
}

func ExampleMemoryLimit() {
	// A worker of more than 500 MB is replaced after its task; none may have more than 2 GB.
	options := []procpool.PoolOption{procpool.MemoryLimit(500 << 20)}
	if runtime.GOOS == "linux" {
		options = append(options, procpool.HardMemoryLimit(2<<30))
	}
	pool := procpool.NewPool(2, options...)
	defer pool.Close()
	fmt.Println(procpool.Map(pool, square, []int{1, 2, 3}))
	// Output: [1 4 9] <nil>
}

func ExampleCPUs() {
	options := []procpool.PoolOption{procpool.Nice(5)}
	if runtime.GOOS == "linux" {
		options = append(options, procpool.CPUs([]int{0}, []int{0})) // a set for each worker
	}
	pool := procpool.NewPool(2, options...)
	defer pool.Close()
	fmt.Println(procpool.CPUCount() > 0)
	fmt.Println(procpool.Map(pool, square, []int{1, 2, 3}))
	// Output:
	// true
	// [1 4 9] <nil>
}

func ExamplePoolEnv() {
	pool := procpool.NewPool(1, procpool.PoolEnv("GREETING=Hello"), procpool.PoolDir(os.TempDir()))
	defer pool.Close()
	fmt.Println(procpool.Map(pool, greet, []string{"Ann", "Bob"}))
	// Output: [Hello, Ann Hello, Bob] <nil>
}

func ExampleWarm() {
	procpool.Warm(2) // the first workers will be there at once
	fmt.Println(procpool.Map(nil, square, []int{1, 2, 3}))
	// Output: [1 4 9] <nil>
}

func ExampleSerial() {
	pool := procpool.NewPool(4, procpool.Serial()) // for a debugger, say
	defer pool.Close()
	fmt.Println(procpool.Map(pool, square, []int{1, 2, 3}))
	// Output: [1 4 9] <nil>
}
