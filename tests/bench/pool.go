package main

import (
	_ "embed" // the other side
	"fmt"
	"slices"
	"time"
)

//go:embed pools.py
var pools []byte

// poolRows compare pools of cells with Python's that fork, and work on two workers with the
// same work in a loop.
func poolRows() []row { return slices.Concat(forkRows(), workRows()) }

// forkRows are the rows of what a pool itself costs.
func forkRows() []row {
	const declare = `func benchSquare(n int) int { return n * n }
func benchLength(p []byte) int { return len(p) }
func timed(run func(), times int) int64 {
	run()
	start := time.Now()
	for range times { run() }
	return time.Since(start).Nanoseconds() / int64(times)
}
func must(err error) { if err != nil { panic(err) } }
func ready(times int) int64 {
	xs := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	return timed(func() {
		p := procpool.NewPool(4)
		_, err := procpool.Map(p, benchSquare, xs)
		must(err)
		p.Close()
	}, times)
}
func call(times int) int64 {
	p := procpool.NewPool(1)
	defer p.Close()
	return timed(func() { _, err := procpool.Submit(p, benchSquare, 3).Get(); must(err) }, times)
}
func small(times int) int64 {
	p := procpool.NewPool(2)
	defer p.Close()
	xs := make([]int, 20_000)
	for i := range xs { xs[i] = i }
	return timed(func() { _, err := procpool.Map(p, benchSquare, xs, procpool.ChunkSize(1)); must(err) }, times) / int64(len(xs))
}
func large(times int) int64 {
	p := procpool.NewPool(1)
	defer p.Close()
	x := make([]byte, 100<<20)
	return timed(func() { _, err := procpool.Submit(p, benchLength, x).Get(); must(err) }, times)
}
func memory(int) int64 {
	p := procpool.NewPool(1)
	defer p.Close()
	_, err := procpool.Map(p, benchSquare, []int{3})
	must(err)
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", p.Workers()[0].PID))
	must(err)
	var total int64
	for _, line := range strings.Split(string(data), "\n") {
		var kilobytes int64
		if name, value, ok := strings.Cut(line, ":"); ok && strings.HasPrefix(name, "Private_") {
			fmt.Sscan(value, &kilobytes)
		}
		total += kilobytes << 10
	}
	return total
}`
	measured := func(what string, times int) func(b *bench) (ours, theirs time.Duration, err error) {
		return func(b *bench) (ours, theirs time.Duration, err error) {
			if err := b.once("pools", func() error { _, err := b.eval(declare); return err }); err != nil {
				return 0, 0, err
			}
			if ours, err = duration(b.eval(fmt.Sprintf("%s(%d)", what, times))); err != nil {
				return 0, 0, err
			}
			theirs, err = duration(b.python("pools.py", pools, what, fmt.Sprint(times)))
			return ours, theirs, err
		}
	}
	return []row{
		{name: "Pool(4) to the end of Map(10)", peer: "Python's fork", reach: 0.5, round: measured("ready", 20)},
		{name: "one call of a worker", peer: "Python", reach: 0.25, round: measured("call", 2000)},
		{name: "a small task of Map, chunk 1", peer: "Python", reach: 0.1, round: measured("small", 5)},
		{name: "100 MB argument", peer: "Python", reach: 0.1, round: measured("large", 20)},
		{name: "an idle worker's private memory", peer: "Python's fork", reach: 1, unit: megabytes, round: measured("memory", 0)},
	}
}

// workRows compare work on two workers with the same work in a loop.
func workRows() []row {
	const work = `func work(n int) int {
	sum := 0
	for i := 0; i < 40_000_000; i++ {
		sum += i ^ n
	}
	return sum
}
pair := procpool.NewPool(2)
tasks := []int{1, 2, 3, 4, 5, 6, 7, 8}
procpool.Map(pair, work, []int{1, 2})
start := time.Now()`
	return []row{{name: "Map on two workers", peer: "the loop itself", reach: 0.55, round: func(b *bench) (ours, theirs time.Duration, err error) {
		if err := b.once("work", func() error { _, err := b.eval(work); return err }); err != nil {
			return 0, 0, err
		}
		if ours, err = duration(b.eval("start = time.Now()\n_, err := procpool.Map(pair, work, tasks, procpool.ChunkSize(1))\nif err != nil { panic(err) }\ntime.Since(start).Nanoseconds()")); err != nil {
			return 0, 0, err
		}
		theirs, err = duration(b.eval("start = time.Now()\nfor _, n := range tasks { work(n) }\ntime.Since(start).Nanoseconds()"))
		return ours, theirs, err
	}}}
}
