//go:build unix

package procpool_test

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

var largeFuncs = []any{stampsLarge, takesLarge, lengthAndMore, doubles, joins, keepsAndSums}

func doubles(xs []float64) []float64 {
	for i := range xs {
		xs[i] *= 2
	}
	return xs
}

func joins(parts []string) string { return strings.Join(parts, "") }

var kept [][]float64

// keepsAndSums keeps what it got, which the next arguments must not change.
func keepsAndSums(xs []float64) (sums []float64) {
	kept = append(kept, xs)
	for _, k := range kept {
		sum := 0.0
		for _, x := range k {
			sum += x
		}
		sums = append(sums, sum)
	}
	return sums
}

func filled(n int, x float64) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = x
	}
	return xs
}

func TestLargeArgumentsAndResultsAreCopies(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	const n = 300_000 // 2.4 MB
	var all [][]float64
	for round := range 4 {
		var xs [][]float64
		for k := range 6 {
			xs = append(xs, filled(n, float64(10*round+k)))
		}
		out, err := procpool.Map(p, doubles, xs)
		check(t, err)
		all = append(all, out...)
	}
	x := filled(n, 1)
	f := procpool.Submit(p, doubles, x)
	x[0], x[n-1] = 5, 5
	out, err := f.Get()
	check(t, err)
	again, err := f.Get()
	check(t, err)
	again[0]++
	for i, out := range append(all, out) {
		want := float64(2 * (10*(i/6) + i%6))
		if i == len(all) {
			want = 2
		}
		if len(out) != n || out[0] != want || out[n/2] != want || out[n-1] != want {
			t.Fatalf("result %d: %d numbers %v … %v, want %v", i, len(out), out[0], out[n-1], want)
		}
	}
}

func TestAWorkerMayKeepALargeArgument(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	for i := range 3 {
		sums, err := procpool.Submit(p, keepsAndSums, filled(200_000, float64(i+1))).Get()
		check(t, err)
		for k, sum := range sums {
			if want := float64(k+1) * 200_000; sum != want {
				t.Errorf("after %d calls number %d sums to %v, want %v", i+1, k, sum, want)
			}
		}
	}
}

func TestLargeTasksOfADeadWorkerGoToOthers(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	type stamped = struct {
		stamp
		Data []byte
	}
	xs, pids := stampsFor(6, 100*time.Millisecond)
	q := make([]stamped, len(xs))
	for i := range q {
		q[i] = stamped{xs[i], make([]byte, 2<<20)}
		q[i].Data[1<<20] = byte(i)
	}
	go func() {
		eventually(t, "it runs", func() bool { return pids.At(1) != 0 })
		kill(pids.At(1))
	}()
	out, err := procpool.Map(p, stampsLarge, q)
	wantDeaths(t, out, err, 1, 1)
}

func stampsLarge(s struct {
	stamp
	Data []byte
}) int {
	stamps(s.stamp)
	return int(s.Data[1<<20]) * s.I
}

func TestLargeValuesOfManySmallPieces(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	parts := make([]string, 3000)
	for i := range parts {
		parts[i] = strings.Repeat(string(rune('a'+i%26)), 1000)
	}
	s, err := procpool.Submit(p, joins, parts).Get()
	if want := strings.Join(parts, ""); err != nil || s != want {
		t.Errorf("%d bytes, want %d, %v", len(s), len(want), err)
	}
	proc := start(t, takesLarge, make([]byte, 5<<20), procpool.NewValue(3))
	check(t, proc.Wait())
}

func takesLarge(data []byte, v *procpool.Value[int]) {
	if len(data) != 5<<20 || v.Load() != 3 {
		os.Exit(1)
	}
}

func TestE16_aLargeArgumentThatCannotCrossLeavesNothing(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	for range 50 {
		if _, err := p.Apply(lengthAndMore, make([]byte, 8<<20), make(chan int)); err == nil {
			t.Fatal("a channel crossed")
		}
	}
	if v, err := p.Apply(lengthAndMore, make([]byte, 8<<20), nil); v != 8<<20 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}

func lengthAndMore(p []byte, _ any) int { return len(p) }

func liveHeap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Not parallel: it measures.
func TestC21_resultsThatAreDroppedAreFreed(t *testing.T) {
	p := newPool(t, 2)
	round := func() {
		for range 10 {
			if _, err := procpool.Map(p, longStrings, []int{1000, 2000, 3 << 20}); err != nil {
				t.Fatal(err)
			}
			if _, err := procpool.Map(p, square, upTo(10_000)); err != nil {
				t.Fatal(err)
			}
		}
	}
	round()
	before, files := liveHeap(), openFiles()
	for range 9 { // nearly a million results
		round()
	}
	if after := liveHeap(); after > before+4<<20 {
		t.Errorf("%d bytes live before, %d after", before, after)
	}
	if now := openFiles(); now > files+16 {
		t.Errorf("%d descriptors before, %d after", files, now)
	}
}
