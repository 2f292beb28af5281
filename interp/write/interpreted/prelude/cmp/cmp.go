// Package cmp compares ordered values.
package cmp

import "cmp"

func isNaN[T cmp.Ordered](x T) bool { return x != x }

func Less[T cmp.Ordered](x, y T) bool { return x < y || isNaN(x) && !isNaN(y) }

func Compare[T cmp.Ordered](x, y T) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	case x == y:
		return 0
	}
	if isNaN(x) && isNaN(y) {
		return 0
	}
	if isNaN(x) {
		return -1
	}
	return 1
}

func Or[T comparable](vals ...T) T {
	var zero T
	for _, v := range vals {
		if v != zero {
			return v
		}
	}
	return zero
}
