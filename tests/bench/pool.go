package main

import (
	"time"
)

// poolRows compare work on two workers with the same work in a loop.
func poolRows() []row {
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
	return []row{{"Map on two workers", "the loop itself", 0.55, func(b *bench) (ours, theirs time.Duration, err error) {
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
