// Package rand draws numbers of any integer type.
package rand

import "math/rand/v2"

func N[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr](n T) T {
	if n <= 0 {
		panic("invalid argument to N")
	}
	return T(rand.Uint64N(uint64(n)))
}
