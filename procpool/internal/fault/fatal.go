package fault

import (
	"fmt"
	"os"
)

// Fatal ends a process that its parent, if it has one, cannot use. Stderr tells why.
func Fatal(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
