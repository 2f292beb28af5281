package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parago/parago/procpool"
)

type mapPoint struct {
	X, Y int
	Name string
}

func mapSquare(n int) int { return n * n }

func mapUpper(s string) string { return strings.ToUpper(s) }

func mapMove(p mapPoint) mapPoint {
	p.X++
	return p
}

func mapSum(row []float64) float64 {
	sum := 0.0
	for _, x := range row {
		sum += x
	}
	return sum
}

func mapInts(p *procpool.Pool, n int) func() {
	xs := make([]int, n)
	for i := range xs {
		xs[i] = i
	}
	return func() { mapCheck(procpool.Map(p, mapSquare, xs)) }
}

func mapStrings(p *procpool.Pool, n int) func() {
	xs := make([]string, n)
	for i := range xs {
		xs[i] = fmt.Sprint("element ", i)
	}
	return func() { mapCheck(procpool.Map(p, mapUpper, xs)) }
}

func mapStructs(p *procpool.Pool, n int) func() {
	xs := make([]mapPoint, n)
	for i := range xs {
		xs[i] = mapPoint{i, i, "point"}
	}
	return func() { mapCheck(procpool.Map(p, mapMove, xs)) }
}

func mapRows(p *procpool.Pool, n int) func() {
	xs := make([][]float64, n)
	for i := range xs {
		xs[i] = make([]float64, 100)
	}
	return func() { mapCheck(procpool.Map(p, mapSum, xs)) }
}

func mapStream(p *procpool.Pool, n int) func() {
	xs := make([]int, n)
	return func() {
		for _, err := range procpool.Stream(p, mapSquare, slices.Values(xs)) {
			mapCheck(0, err)
		}
	}
}

func mapSubmit(p *procpool.Pool, n int) func() {
	return func() {
		futures := make([]*procpool.Future[int], n)
		for i := range futures {
			futures[i] = procpool.Submit(p, mapSquare, i)
		}
		for _, f := range futures {
			mapCheck(f.Get())
		}
	}
}

func mapCheck(_ any, err error) {
	if err != nil {
		panic(err)
	}
}

// mapTime returns the shortest of some rounds, in nanoseconds.
func mapTime(what string, n, rounds int) int64 {
	p := procpool.NewPool(4)
	defer p.Close()
	run := map[string]func(*procpool.Pool, int) func(){
		"ints": mapInts, "strings": mapStrings, "structs": mapStructs, "rows": mapRows, "stream": mapStream, "submit": mapSubmit,
	}[what](p, n)
	run()
	best := time.Hour
	for range rounds {
		start := time.Now()
		run()
		best = min(best, time.Since(start))
	}
	return best.Nanoseconds()
}
