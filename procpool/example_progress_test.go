//go:build unix

package procpool_test

import (
	"fmt"

	"github.com/parago/parago/procpool"
)

func ExampleProgress() {
	pool := procpool.NewPool(2)
	defer pool.Close()
	// Shows, in one place, something like
	//	square  ████████████░░░░░░░░  60/100  60%  120/s  330 ms left
	squares, err := procpool.Map(pool, square, make([]int, 100), procpool.Progress())
	fmt.Println(len(squares), err)
	// Output: 100 <nil>
}
