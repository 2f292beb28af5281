package prelude_test

import (
	stdcmp "cmp"
	stditer "iter"
	stdmaps "maps"
	"math"
	"math/rand"
	"reflect"
	stdslices "slices"
	"testing"

	"github.com/parago/parago/interp/write/interpreted/prelude/cmp"
	"github.com/parago/parago/interp/write/interpreted/prelude/iter"
	"github.com/parago/parago/interp/write/interpreted/prelude/maps"
	"github.com/parago/parago/interp/write/interpreted/prelude/slices"
	"github.com/parago/parago/interp/write/interpreted/prelude/sync"
	"github.com/parago/parago/interp/write/interpreted/prelude/sync/atomic"
)

func random(r *rand.Rand) []int {
	xs := make([]int, r.Intn(30))
	for i := range xs {
		xs[i] = r.Intn(8)
	}
	return xs
}

// same compares what two functions make of copies of the same slices.
func same[R any](t *testing.T, name string, ours, std func(xs, ys []int) R) {
	t.Helper()
	r := rand.New(rand.NewSource(1))
	for range 200 {
		xs, ys := random(r), random(r)
		a, b := ours(stdslices.Clone(xs), stdslices.Clone(ys)), std(stdslices.Clone(xs), stdslices.Clone(ys))
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("%s(%v, %v) = %v, want %v", name, xs, ys, a, b)
		}
	}
}

func less(a, b int) int { return b - a }

func TestSlicesAreLikeTheStandardLibrarys(t *testing.T) {
	t.Parallel()
	same(t, "Sort", func(xs, _ []int) []int { slices.Sort(xs); return xs }, func(xs, _ []int) []int { stdslices.Sort(xs); return xs })
	same(t, "SortFunc", func(xs, _ []int) []int { slices.SortFunc(xs, less); return xs }, func(xs, _ []int) []int { stdslices.SortFunc(xs, less); return xs })
	same(t, "Compact", func(xs, _ []int) []int { return slices.Compact(xs) }, func(xs, _ []int) []int { return stdslices.Compact(xs) })
	same(t, "Compare", func(xs, ys []int) int { return slices.Compare(xs, ys) }, func(xs, ys []int) int { return stdslices.Compare(xs, ys) })
	same(t, "Equal", func(xs, ys []int) bool { return slices.Equal(xs, ys) }, func(xs, ys []int) bool { return stdslices.Equal(xs, ys) })
	same(t, "Index", func(xs, _ []int) int { return slices.Index(xs, 3) }, func(xs, _ []int) int { return stdslices.Index(xs, 3) })
	same(t, "Insert", func(xs, ys []int) []int { return slices.Insert(xs, len(xs)/2, ys...) }, func(xs, ys []int) []int { return stdslices.Insert(xs, len(xs)/2, ys...) })
	same(t, "Delete", func(xs, _ []int) []int { return slices.Delete(xs, len(xs)/3, len(xs)/2) }, func(xs, _ []int) []int { return stdslices.Delete(xs, len(xs)/3, len(xs)/2) })
	same(t, "DeleteFunc", func(xs, _ []int) []int { return slices.DeleteFunc(xs, func(x int) bool { return x%2 == 0 }) }, func(xs, _ []int) []int { return stdslices.DeleteFunc(xs, func(x int) bool { return x%2 == 0 }) })
	same(t, "Replace", func(xs, ys []int) []int { return slices.Replace(xs, len(xs)/3, len(xs)/2, ys...) }, func(xs, ys []int) []int { return stdslices.Replace(xs, len(xs)/3, len(xs)/2, ys...) })
	same(t, "Reverse", func(xs, _ []int) []int { slices.Reverse(xs); return xs }, func(xs, _ []int) []int { stdslices.Reverse(xs); return xs })
	same(t, "Concat", func(xs, ys []int) []int { return slices.Concat(xs, ys, xs) }, func(xs, ys []int) []int { return stdslices.Concat(xs, ys, xs) })
	same(t, "Repeat", func(xs, _ []int) []int { return slices.Repeat(xs, 3) }, func(xs, _ []int) []int { return stdslices.Repeat(xs, 3) })
	same(t, "Chunk", func(xs, _ []int) [][]int { return slices.Collect(slices.Chunk(xs, 4)) }, func(xs, _ []int) [][]int { return stdslices.Collect(stdslices.Chunk(xs, 4)) })
	same(t, "Sorted", func(xs, _ []int) []int { return slices.Sorted(slices.Values(xs)) }, func(xs, _ []int) []int { return stdslices.Sorted(stdslices.Values(xs)) })
	same(t, "BinarySearch", func(xs, _ []int) [2]any { slices.Sort(xs); i, ok := slices.BinarySearch(xs, 4); return [2]any{i, ok} }, func(xs, _ []int) [2]any {
		stdslices.Sort(xs)
		i, ok := stdslices.BinarySearch(xs, 4)
		return [2]any{i, ok}
	})
	same(t, "Keys", func(xs, _ []int) []int { return slices.Sorted(maps.Keys(maps.Collect(slices.All(xs)))) }, func(xs, _ []int) []int { return stdslices.Sorted(stdmaps.Keys(stdmaps.Collect(stdslices.All(xs)))) })
}

func TestCompareIsLikeTheStandardLibrarys(t *testing.T) {
	t.Parallel()
	vs := []float64{math.NaN(), math.Inf(-1), -1, math.Copysign(0, -1), 0, 1, math.Inf(1)}
	for _, a := range vs {
		for _, b := range vs {
			if cmp.Compare(a, b) != stdcmp.Compare(a, b) || cmp.Less(a, b) != stdcmp.Less(a, b) {
				t.Errorf("compare %v and %v", a, b)
			}
		}
	}
	if cmp.Or(0, 3, 4) != 3 || cmp.Or[string]() != "" {
		t.Error("Or")
	}
}

func TestPullStopsItsSequence(t *testing.T) {
	t.Parallel()
	ended := make(chan bool, 1)
	var seq stditer.Seq[int] = func(yield func(int) bool) {
		defer func() { ended <- true }()
		for i := 0; yield(i); i++ {
		}
	}
	next, stop := iter.Pull(seq)
	if v, ok := next(); v != 0 || !ok {
		t.Errorf("first is %v %v", v, ok)
	}
	if v, _ := next(); v != 1 {
		t.Errorf("second is %v", v)
	}
	stop()
	<-ended
	if _, ok := next(); ok {
		t.Error("a value after stop")
	}
}

func TestOnceKeepsValuesAndPanics(t *testing.T) {
	t.Parallel()
	n := 0
	f := sync.OnceValue(func() int { n++; return n })
	if first, second := f(), f(); first != 1 || second != 1 {
		t.Error("called twice")
	}
	p := sync.OnceValue(func() int { panic("fault") })
	for range 2 {
		func() {
			defer func() {
				if r := recover(); r != "fault" {
					t.Errorf("recovered %v", r)
				}
			}()
			p()
		}()
	}
	var ptr atomic.Pointer[int]
	x := 3
	if ptr.Load() != nil || !ptr.CompareAndSwap(nil, &x) || *ptr.Swap(nil) != 3 {
		t.Error("Pointer")
	}
}
