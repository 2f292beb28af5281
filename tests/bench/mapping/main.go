// Mapping is the compiled side of the rows about Map: the same declarations are run as cells. Its
// arguments are what to map, how many and how often; it prints nanoseconds.
package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/parago/parago/procpool"
)

func main() {
	procpool.Register(mapSquare, mapUpper, mapMove, mapSum)
	procpool.Main()
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: mapping what n rounds")
		os.Exit(2)
	}
	n, _ := strconv.Atoi(os.Args[2])
	rounds, _ := strconv.Atoi(os.Args[3])
	fmt.Println(mapTime(os.Args[1], n, rounds))
}
