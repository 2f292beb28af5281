package slices

import (
	"cmp"
	"sort"
)

func Sort[S ~[]E, E cmp.Ordered](x S) {
	sort.Slice(x, func(i, j int) bool { return cmp.Less(x[i], x[j]) })
}

func SortFunc[S ~[]E, E any](x S, order func(a, b E) int) {
	sort.Slice(x, func(i, j int) bool { return order(x[i], x[j]) < 0 })
}

func SortStableFunc[S ~[]E, E any](x S, order func(a, b E) int) {
	sort.SliceStable(x, func(i, j int) bool { return order(x[i], x[j]) < 0 })
}

func IsSorted[S ~[]E, E cmp.Ordered](x S) bool {
	for i := 1; i < len(x); i++ {
		if cmp.Less(x[i], x[i-1]) {
			return false
		}
	}
	return true
}

func IsSortedFunc[S ~[]E, E any](x S, order func(a, b E) int) bool {
	for i := 1; i < len(x); i++ {
		if order(x[i], x[i-1]) < 0 {
			return false
		}
	}
	return true
}
