//go:build unix

package procpool_test

import (
	"testing"

	"github.com/parago/parago/procpool"
)

func putsForBench(q *procpool.Queue[[]float64], n, times int) {
	x := make([]float64, n)
	for range times {
		q.Put(x)
	}
}

// BenchmarkQueueLarge takes 16 MB values out of a queue of two that a child fills.
func BenchmarkQueueLarge(b *testing.B) {
	const n = 2 << 20
	q := procpool.NewQueue[[]float64](2)
	b.SetBytes(n * 8)
	p := procpool.NewProcess(putsForBench, q, n, b.N)
	if err := p.Start(); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		if v, err := q.Get(); err != nil || len(v) != n {
			b.Fatal(err)
		}
	}
	p.Join()
}

// BenchmarkPipeEcho sends a small message to a child and back.
func BenchmarkPipeEcho(b *testing.B) {
	near, far := procpool.NewPipe[[]byte]()
	p := procpool.NewProcess(echoes, far)
	if err := p.Start(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		near.Send([]byte{1})
		if _, err := near.Recv(); err != nil {
			b.Fatal(err)
		}
	}
	near.Close()
	p.Join()
}
