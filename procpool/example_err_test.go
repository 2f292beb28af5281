//go:build unix

package procpool_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/parago/parago/procpool"
)

// errFuncs are what the workers of these examples run.
var errFuncs = []any{strconv.Atoi, checksName}

func checksName(name string) error {
	if name == "" {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func ExampleMapErr() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	numbers, err := procpool.MapErr(pool, strconv.Atoi, []string{"1", "two", "3"})
	fmt.Println(numbers, errors.Is(err, strconv.ErrSyntax))
	// Output: [1 0 3] true
}

func ExampleForEachErr() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	err := procpool.ForEachErr(pool, checksName, []string{"a", "b", ""})
	fmt.Println(errors.Is(err, io.ErrUnexpectedEOF))
	// Output: true
}

func ExampleStreamErr() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	for n, err := range procpool.StreamErr(pool, strconv.Atoi, slices.Values([]string{"1", "two", "3"})) {
		fmt.Println(n, err != nil)
	}
	// Output:
	// 1 false
	// 0 true
	// 3 false
}

func ExampleSubmitErr() {
	pool := procpool.NewPool(1)
	defer pool.Close()
	n, err := procpool.SubmitErr(pool, strconv.Atoi, "42").Get()
	fmt.Println(n, err)
	_, err = procpool.SubmitErr(pool, strconv.Atoi, "x").Get()
	fmt.Println(errors.Is(err, strconv.ErrSyntax))
	// Output:
	// 42 <nil>
	// true
}
