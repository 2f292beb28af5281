package wire

import "time"

// Measure has a cell's last expression, a func(n int, start, stop func()) that calls start, runs
// something n times and calls stop, called until it is known how long that takes.
type Measure struct {
	Loops int // n; 0: as many as it takes
	Runs  int // 0: some
}

// Measured is what came of a Measure.
type Measured struct {
	Loops  int
	Runs   []time.Duration // from start to stop
	Allocs uint64          // of all runs
	Bytes  uint64
}

// Tests has a cell's last expression, which is a []testing.InternalTest, a
// []testing.InternalBenchmark and a []testing.InternalExample, run as `go test` does.
type Tests struct {
	Flags [][2]string // of go test: {"run", "^TestX$"}
}

// Times say how long a cell ran.
type Times struct {
	Wall         time.Duration
	User, System time.Duration // of all threads of the process, 0 if the system does not tell
}
