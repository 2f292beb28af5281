//go:build unix

package procpool_test

import (
	"fmt"

	"github.com/parago/parago/procpool"
)

// What is printed of a handle is what is in it.
func Example_printing() {
	q := procpool.NewQueue[string](10)
	q.Put("a")
	d := procpool.NewDict[string, int]()
	d.Set("x", 1)
	fmt.Println(procpool.NewArray(2, 3, 4), procpool.NewValue(15))
	fmt.Println(q, d, procpool.NewSemaphore(2), procpool.NewLock())
	// Output:
	// Array[2 3 4] Value(15)
	// Queue(1 of 10) Dict[x:1] Semaphore(2) Lock(free)
}
