//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

type (
	chunkDegree float64
	chunkPoint  struct {
		X, Y int32
		name string
	}
	chunkPair struct {
		A int8
		B bool
	}
)

func chunkTurns(d chunkDegree) bool          { return d > 1 }
func chunkCount(s string) uint16             { return uint16(len(s)) }
func chunkNot(b bool) bool                   { return !b }
func chunkHalf(f float32) float64            { return float64(f) / 2 }
func chunkNegative(n int8) int16             { return -int16(n) }
func chunkUpper(s string) string             { return strings.ToUpper(s) }
func chunkText(n uint32) string              { return strings.Repeat("x", int(n)) }
func chunkMoves(p chunkPoint) chunkPoint     { return chunkPoint{p.Y, p.X, p.name + "!"} }
func chunkSwaps(p chunkPair) chunkPair       { return chunkPair{-p.A, !p.B} }
func chunkSum(xs []float64) (sum float64)    { return xs[0] + xs[len(xs)-1] }
func chunkTwice(xs []int) []int              { return append(xs, xs...) }
func chunkMap(m map[string]int) int          { return m["a"] }
func chunkDeref(p *int) *int                 { n := *p + 1; return &n }
func chunkAny(x any) any                     { return x }
func chunkCelsius(c complex128) complex64    { return complex64(c) }
func chunkArray(a [3]uint8) [3]uint8         { return [3]uint8{a[2], a[1], a[0]} }
func chunkNone(int)                          {}
func chunkDuration(d time.Duration) struct{} { return struct{}{} }

// chunkFuncs are what the workers of these tests run.
var chunkFuncs = []any{
	chunkTurns, chunkCount, chunkNot, chunkHalf, chunkNegative, chunkUpper, chunkText, chunkMoves, chunkSwaps, chunkSum, chunkTwice,
	chunkMap, chunkDeref, chunkAny, chunkCelsius, chunkArray, chunkNone, chunkDuration,
	chunkFails, chunkFailsToo, chunkIndex, chunkDraws, chunkWaits, chunkBig, chunkSays, chunkMallocs, chunkFailsOrWaits, chunkFailsOnce,
}

func many[T any](n int, make func(i int) T) []T {
	out := []T{}
	for i := range n {
		out = append(out, make(i))
	}
	return out
}

// mapped maps xs in a pool and here.
func mapped[T, R any](t *testing.T, p *procpool.Pool, f func(T) R, xs []T) {
	t.Helper()
	got, err := procpool.Map(p, f, xs)
	if err != nil || len(got) != len(xs) {
		t.Errorf("%T: %d results, %v", f, len(got), err)
		return
	}
	for i, x := range xs {
		if want := f(x); !reflect.DeepEqual(got[i], want) {
			t.Errorf("%T(%v) = %v, want %v", f, x, got[i], want)
			return
		}
	}
}

// TestChunksOfAllShapes: what crosses in blocks is as it would be one by one, in whatever form its function is called.
func TestChunksOfAllShapes(t *testing.T) {
	p := newPool(t, 3)
	mapped(t, p, chunkTurns, many(3000, func(i int) chunkDegree { return chunkDegree(i % 3) }))
	mapped(t, p, chunkCount, many(3000, func(i int) string { return strings.Repeat("a", i) }))
	mapped(t, p, chunkNot, many(3000, func(i int) bool { return i%2 == 0 }))
	mapped(t, p, chunkHalf, many(3000, func(i int) float32 { return float32(i) }))
	mapped(t, p, chunkNegative, many(3000, func(i int) int8 { return int8(i) }))
	mapped(t, p, chunkUpper, many(3000, func(i int) string { return fmt.Sprint("element ", i) }))
	mapped(t, p, chunkText, []uint32{0, 1, 127, 128, 1 << 14, 40_000, 60_000, 3, 1 << 20, 3 << 20, 5}) // larger than a block, and in a segment
	mapped(t, p, chunkMoves, many(3000, func(i int) chunkPoint { return chunkPoint{int32(i), -int32(i), "p"} }))
	mapped(t, p, chunkSwaps, many(3000, func(i int) chunkPair { return chunkPair{int8(i), i%3 == 0} }))
	mapped(t, p, chunkSum, many(500, func(i int) []float64 { return []float64{float64(i), 1} }))
	mapped(t, p, chunkSum, []([]float64){{1}, make([]float64, 1<<18), {2}, make([]float64, 1<<17), {3, 4}}) // among them some in segments
	mapped(t, p, chunkTwice, [][]int{{1, 2}, {}, nil, make([]int, 1<<12), make([]int, 1<<18), {3}})
	mapped(t, p, chunkMap, many(300, func(i int) map[string]int { return map[string]int{"a": i} }))
	mapped(t, p, chunkDeref, many(300, func(i int) *int { return &i }))
	mapped(t, p, chunkAny, []any{1, "two", 3.0, nil, []int{4}, "six"})
	mapped(t, p, chunkCelsius, many(300, func(i int) complex128 { return complex(float64(i), 1) }))
	mapped(t, p, chunkArray, many(3000, func(i int) [3]uint8 { return [3]uint8{1, uint8(i), 3} }))
	mapped(t, p, chunkDuration, many(300, func(i int) time.Duration { return time.Duration(i) }))
	if err := procpool.ForEach(p, chunkNone, upTo(3000)); err != nil {
		t.Error(err)
	}
}

// chunkFails fails in all ways, at elements that are next to each other, too.
func chunkFails(n int) int {
	switch n % 100 {
	case 10, 11:
		panic(fmt.Sprint("at ", n))
	case 20:
		runtime.Goexit()
	case 30:
		os.Exit(3)
	}
	return n * n
}

func chunkFailsToo(_ context.Context, n int) (string, error) {
	if n%7 == 3 {
		return "", fmt.Errorf("no %d", n)
	}
	return fmt.Sprint(n), nil
}

// TestChunksFailByElement: whatever ends an element costs that one only.
func TestChunksFailByElement(t *testing.T) {
	const n = 1000
	for _, chunk := range []int{0, 1, 50, n} {
		var opts []procpool.CallOption
		if chunk > 0 {
			opts = append(opts, procpool.ChunkSize(chunk))
		}
		out, err := procpool.Map(newPool(t, 2), chunkFails, upTo(n), opts...)
		failed := map[int]error{}
		for _, e := range each(t, err) {
			failed[e.Index] = e.Err
		}
		for i := range n {
			want := map[int]string{10: "at", 11: "at", 20: "Goexit", 30: "exit"}[i%100]
			switch got := failed[i]; {
			case want == "" && (got != nil || out[i] != i*i):
				t.Fatalf("chunk %d: element %d: %d, %v", chunk, i, out[i], got)
			case want != "" && (got == nil || !strings.Contains(got.Error(), want)):
				t.Fatalf("chunk %d: element %d: %v, want %q", chunk, i, got, want)
			}
		}
	}
	texts, err := procpool.TryMap(newPool(t, 2), chunkFailsToo, upTo(n))
	if got := len(each(t, err)); got != 143 || texts[4] != "4" || texts[3] != "" || texts[n-1] != fmt.Sprint(n-1) {
		t.Errorf("%d errors, %q", got, texts[:5])
	}
}

func chunkIndex(int) [2]int {
	i, _ := procpool.TaskIndex()
	later := make(chan int)
	go func() { j, _ := procpool.TaskIndex(); later <- j }()
	return [2]int{i, <-later}
}

func chunkDraws(int) uint64 { return procpool.Rand().Uint64() + procpool.Rand().Uint64() }

// TestChunksKeepElementsApart: index and random numbers are each element's own, whatever the chunks.
func TestChunksKeepElementsApart(t *testing.T) {
	p := newPool(t, 3)
	got, err := procpool.Map(p, chunkIndex, make([]int, 2000))
	for i, g := range got {
		if g != [2]int{i, i} {
			t.Fatalf("element %d is %v, %v", i, g, err)
		}
	}
	a, errA := procpool.Map(p, chunkDraws, make([]int, 2000), procpool.Seed(5))
	b, errB := procpool.Map(p, chunkDraws, make([]int, 2000), procpool.Seed(5), procpool.ChunkSize(7))
	if errA != nil || errB != nil || !slices.Equal(a, b) || a[0] == a[1] {
		t.Errorf("%v %v, equal: %v", errA, errB, slices.Equal(a, b))
	}
}

// chunkWaits returns when the others have: all but the last wait for nobody, and the last for a file.
func chunkWaits(name string) string {
	for name != "" {
		if _, err := os.Stat(name); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Sprint(os.Getpid())
}

// TestChunksAreTakenBack: what a worker has in its chunk behind an element that takes long goes to others.
func TestChunksAreTakenBack(t *testing.T) {
	p := newPool(t, 2)
	name := t.TempDir() + "/go"
	xs := append([]string{name}, make([]string, 999)...)
	ended := make(chan int, len(xs))
	go func() {
		for v, err := range procpool.Stream(p, chunkWaits, slices.Values(xs), procpool.Unordered(), procpool.InFlight(1000), procpool.ChunkSize(500)) {
			if err != nil || v == "" {
				t.Error(v, err)
			}
			ended <- 1
		}
		close(ended)
	}()
	for range len(xs) - 1 {
		<-ended
	}
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if n := len(slices.Collect(func(yield func(int) bool) {
		for n := range ended {
			yield(n)
		}
	})); n != 1 {
		t.Errorf("%d results after the last", n)
	}
}

func chunkBig(n int) []int { return make([]int, n) }

func chunkSays(n int) int {
	fmt.Println("chunk says", n)
	return n
}

// TestChunksPrintBeforeTheyEnd: all that a chunk has printed is here before the call returns.
func TestChunksPrintBeforeTheyEnd(t *testing.T) {
	const n = 2000
	if _, err := procpool.Map(newPool(t, 2), chunkSays, upTo(n)); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if len(capture.chunks(fmt.Sprintf("chunk says %d\n", i))) != 1 {
			t.Fatalf("line %d is not there", i)
		}
	}
}

// TestChunksInBlocksOfAllSizes: results that are larger than what is left of a block, than a block, and than a segment's
// least size come in order.
func TestChunksInBlocksOfAllSizes(t *testing.T) {
	sizes := many(400, func(i int) int { return []int{0, 1, 3000, 5000, 7000, 200_000}[i%6] })
	out, err := procpool.Map(newPool(t, 2), chunkBig, sizes)
	if err != nil {
		t.Fatal(err)
	}
	for i, xs := range out {
		if len(xs) != sizes[i] {
			t.Fatalf("result %d has %d numbers, want %d", i, len(xs), sizes[i])
		}
	}
}

// TestChunksTellTheirTimes: a timeline has every element, begun before it ended.
func TestChunksTellTheirTimes(t *testing.T) {
	var line procpool.Timeline
	if _, err := procpool.Map(newPool(t, 2), chunkUpper, many(500, func(i int) string { return "x" }), procpool.Trace(&line)); err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for _, s := range line.Spans() {
		if seen[s.Index] || s.Outcome != procpool.OutcomeSucceeded || s.Ended.Before(s.Begun) || s.Begun.IsZero() {
			t.Fatalf("%+v", s)
		}
		seen[s.Index] = true
	}
	if len(seen) != 500 {
		t.Errorf("%d elements", len(seen))
	}
}

// TestChunksEndWithTheirCall: cancelling leaves nothing running, and what was done stays done.
func TestChunksEndWithTheirCall(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p := newPool(t, 2)
	name := t.TempDir() + "/never"
	xs := make([]string, 1000)
	xs[300] = name
	go func() {
		defer cancel()
		eventually(t, "all but one are done", func() bool { return p.Stats().Done == len(xs)-1 })
	}()
	out, err := procpool.Map(p.WithContext(ctx), chunkWaits, xs)
	if !errors.Is(err, context.Canceled) || out[299] == "" || out[300] != "" || out[301] == "" {
		t.Errorf("%v, %q", err, out[299:302])
	}
	wantAlive(t, p)
}

// chunkMallocs returns how much this process has allocated, if it is asked.
func chunkMallocs(ask int) int {
	if ask == 0 {
		return 0
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.Mallocs)
}

// TestChunksAllocateNothing: numbers cost memory for the slices that they are in, and nothing each.
func TestChunksAllocateNothing(t *testing.T) {
	const n = 20_000
	p := newPool(t, 1)
	xs := make([]int, n)
	xs[0], xs[n-1] = 1, 1
	out, err := procpool.Map(p, chunkMallocs, xs, procpool.ChunkSize(n))
	if err != nil || out[n-1]-out[0] > n/100 {
		t.Errorf("%d allocations of the worker in a chunk of %d, %v", out[n-1]-out[0], n, err)
	}
	xs[0], xs[n-1] = 0, 0
	if each := testing.AllocsPerRun(5, func() { procpool.Map(p, chunkMallocs, xs) }) / n; each > 0.1 {
		t.Errorf("%.2f allocations here for each element", each)
	}
}

// chunkFailsOrWaits fails without a name, and with one waits for the file.
func chunkFailsOrWaits(name string) string {
	if name == "" {
		panic("no name")
	}
	return chunkWaits(name)
}

// TestChunksFailFast: what has not begun when an element fails does not begin, though its worker has it.
func TestChunksFailFast(t *testing.T) {
	p := newPool(t, 1)
	name := t.TempDir() + "/go"
	xs := append([]string{""}, slices.Repeat([]string{name}, 99)...)
	go func() {
		eventually(t, "an element has failed", func() bool { return p.Stats().Failed == 1 })
		os.WriteFile(name, nil, 0o600)
	}()
	out, err := procpool.Map(p, chunkFailsOrWaits, xs, procpool.ChunkSize(100), procpool.FailFast())
	ended := 0
	for _, s := range out {
		if s != "" {
			ended++
		}
	}
	if len(each(t, err)) != 1 || ended > 1 {
		t.Errorf("%d elements ended after the first had failed: %v", ended, err)
	}
}

// TestChunksFailFastAtOnce: though they take no time, elements that follow one that fails in its chunk do not begin.
func TestChunksFailFastAtOnce(t *testing.T) {
	p := newPool(t, 1)
	name := t.TempDir() + "/go"
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	xs := slices.Concat(slices.Repeat([]string{name}, 10), []string{""}, slices.Repeat([]string{name}, 89))
	out, err := procpool.Map(p, chunkFailsOrWaits, xs, procpool.ChunkSize(100), procpool.FailFast())
	if errs := each(t, err); len(errs) != 1 || errs[0].Index != 10 {
		t.Errorf("%v, want that element 10 failed", err)
	}
	for i, s := range out {
		if (s != "") != (i < 10) {
			t.Errorf("element %d: %q", i, s)
		}
	}
}

// chunkFailsOnce fails where the file is not there yet, and makes it.
func chunkFailsOnce(name string) string {
	if _, err := os.Stat(name); err != nil {
		os.WriteFile(name, nil, 0o600)
		panic("the first time")
	}
	return name
}

// TestChunksFailFastAfterRetries: what a worker has left out for a failure that was none in the end is run.
func TestChunksFailFastAfterRetries(t *testing.T) {
	dir := t.TempDir()
	xs := make([]string, 100)
	for i := range xs {
		xs[i] = fmt.Sprint(dir, "/", i/10)
	}
	out, err := procpool.Map(newPool(t, 1), chunkFailsOnce, xs, procpool.ChunkSize(100), procpool.FailFast(), procpool.Retry(1))
	if err != nil || !slices.Equal(out, xs) {
		t.Errorf("%q, %v", out, err)
	}
}

// TestChunksCost: what elements cost follows how long they take, but for a worker that had to wait for a
// processor once.
func TestChunksCost(t *testing.T) {
	for _, c := range []struct {
		took        []time.Duration
		least, most time.Duration
	}{
		{nil, 0, 0},
		{[]time.Duration{0}, 1, 1},
		{[]time.Duration{time.Millisecond}, time.Millisecond, time.Millisecond},
		{[]time.Duration{10, 10, time.Second, 10}, 10, 10},
		{[]time.Duration{10, time.Millisecond, time.Millisecond, time.Millisecond, time.Millisecond}, 800 * time.Microsecond, time.Millisecond},
		{[]time.Duration{time.Millisecond, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10}, 10, 30},
	} {
		if got := procpool.CostOf(c.took...); got < c.least || got > c.most {
			t.Errorf("%v: %s, want %s to %s", c.took, got, c.least, c.most)
		}
	}
}
