package main

import (
	"fmt"
	"time"
)

// largeRows are what large values and much output cost. In Python, whatever a worker is to have goes as an argument.
func largeRows() []row {
	const declare = `func largeLength(p []byte) int { return len(p) }
func largePool() *procpool.Pool {
	p := procpool.NewPool(1)
	if _, err := procpool.Submit(p, largeLength, []byte{1}).Get(); err != nil { panic(err) }
	return p
}
func largeOnce(size int) int64 {
	p := largePool()
	defer p.Close()
	x := make([]byte, size)
	for i := range x { x[i] = byte(i) }
	start := time.Now()
	if n, err := procpool.Submit(p, largeLength, x).Get(); n != size || err != nil { panic(fmt.Sprint(n, err)) }
	return time.Since(start).Nanoseconds()
}
func largeCaptured(size int) int64 {
	p := largePool()
	defer p.Close()
	x := make([]byte, size)
	spent := time.Duration(0)
	const times = 5
	for i := range times {
		x[i]++
		start := time.Now()
		if n, err := procpool.Submit(p, func(int) int { return len(x) }, 0).Get(); n != size || err != nil { panic(fmt.Sprint(n, err)) }
		spent += time.Since(start)
	}
	return spent.Nanoseconds() / times
}
func largePrints(lines int) { for i := range lines { fmt.Println("line", i, "of a worker") } }
func largeLines(lines int) int64 {
	p := procpool.NewPool(4)
	defer p.Close()
	if err := procpool.ForEach(p, largePrints, []int{1, 1, 1, 1}); err != nil { panic(err) }
	start := time.Now()
	if err := procpool.ForEach(p, largePrints, []int{lines/4, lines/4, lines/4, lines/4}); err != nil { panic(err) }
	return time.Since(start).Nanoseconds()
}`
	ours := func(b *bench, call string) (time.Duration, error) {
		if err := b.once("large", func() error { _, err := b.eval(declare); return err }); err != nil {
			return 0, err
		}
		return duration(b.eval(call))
	}
	beside := func(call string, size int) func(b *bench) (time.Duration, time.Duration, error) {
		return func(b *bench) (o, t time.Duration, err error) {
			if o, err = ours(b, fmt.Sprintf("%s(%d)", call, size)); err != nil {
				return 0, 0, err
			}
			t, err = duration(b.python("pools.py", pools, "once", fmt.Sprint(size)))
			return o, t, err
		}
	}
	return []row{
		{name: "100 MB argument, the first", peer: "Python", reach: 0.4, round: beside("largeOnce", 100<<20)},
		{name: "100 MB captured, changed", peer: "Python's argument", reach: 0.5, round: beside("largeCaptured", 100<<20)},
		{name: "1 GB argument", peer: "Python", reach: 1, single: true, round: beside("largeOnce", 1<<30)},
		{name: "2 GB argument", peer: "Python", reach: 1, single: true, round: beside("largeOnce", 2<<30-1<<12)},
		{name: "1,000,000 lines of four workers", peer: "the limit", reach: 1, round: func(b *bench) (time.Duration, time.Duration, error) {
			o, err := ours(b, "largeLines(1_000_000)")
			return o, linesLimit, err
		}},
	}
}

// linesLimit is how long a million lines may take.
const linesLimit = 1500 * time.Millisecond
