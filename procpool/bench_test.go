//go:build unix

package procpool_test

import (
	"testing"

	"github.com/parago/parago/procpool"
)

// The rows of the design's table of speeds that this package can be measured by.

func BenchmarkProcessStartJoin(b *testing.B) {
	for b.Loop() {
		p := procpool.NewProcess(nothing)
		if err := p.Start(); err != nil {
			b.Fatal(err)
		}
		p.Join()
	}
}

func BenchmarkPool4Map10(b *testing.B) {
	xs := upTo(10)
	for b.Loop() {
		p := procpool.NewPool(4)
		if _, err := procpool.Map(p, square, xs); err != nil {
			b.Fatal(err)
		}
		p.Close()
	}
}

func BenchmarkApply(b *testing.B) {
	p := procpool.NewPool(1)
	defer p.Close()
	for b.Loop() {
		if _, err := procpool.Submit(p, square, 3).Get(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMapSmallTasks(b *testing.B) {
	p := procpool.NewPool(2)
	defer p.Close()
	xs := upTo(20000)
	for b.Loop() {
		if _, err := procpool.Map(p, square, xs, procpool.ChunkSize(1)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*20000/b.Elapsed().Seconds(), "tasks/s")
}

func lengthOf(p []float64) int { return len(p) }

func zeros(n int) []float64 { return make([]float64, n) }

func BenchmarkLargeArgument(b *testing.B) {
	p := procpool.NewPool(1)
	defer p.Close()
	x := make([]float64, 100<<20/8)
	b.SetBytes(100 << 20)
	for b.Loop() {
		if n, err := procpool.Submit(p, lengthOf, x).Get(); err != nil || n != len(x) {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkQueue(b *testing.B) {
	q := procpool.NewQueue[int](0)
	for b.Loop() {
		q.Put(1)
		q.Get()
	}
}

func BenchmarkLargeResult(b *testing.B) {
	p := procpool.NewPool(1)
	defer p.Close()
	b.SetBytes(100 << 20)
	for b.Loop() {
		out, err := procpool.Map(p, zeros, []int{100 << 20 / 8})
		if err != nil || len(out[0]) != 100<<20/8 {
			b.Fatal(err)
		}
	}
}
