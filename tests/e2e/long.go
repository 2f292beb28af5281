package e2e

import "os"

// Long reports whether tests are to run everything. The variable PARAGO_LONG says so, which .ci/run
// sets; without it, what only repeats the same with other front-ends is left out.
func Long() bool { return os.Getenv("PARAGO_LONG") != "" }
