package procpool

import (
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/watch"
)

// A Report says what there is of this process's pools and processes, and what they share.
// Printed, or as the last value of a notebook's cell, it is tables. Its fields are
//
//	Pools     []PoolInfo
//	Processes []ProcessInfo
//	Objects   []ObjectInfo // of the whole tree of processes; none are known in a child
type Report = watch.Report

// A PoolInfo describes a pool that is not closed. Its fields are
//
//	Name    string // Pool-N, counted over the life of the program; "default" for the default pool
//	Size    int    // the most workers
//	Stats   Stats
//	Workers []WorkerInfo
type PoolInfo = watch.PoolInfo

// A ProcessInfo describes a process that was started here: those that run, and the last
// ones that have ended. Its fields are
//
//	Name     string
//	PID      int
//	Daemon   bool
//	Exited   bool
//	ExitCode int // once it has: negative for a signal
//
//	CPUTime time.Duration // that it has used, as long as it runs
//	RSS     int64         // the bytes of memory that it occupies, shared ones included
type ProcessInfo = watch.ProcessInfo

// An ObjectInfo describes something that processes share: a queue, a pipe, a piece of
// memory, a dict, a semaphore and so on. Its fields are
//
//	Name     string // kind and number: "queue 3"
//	Length   int    // items in it, bytes of memory, permits of a semaphore, 1 for an event that is set, who has come to a barrier
//	Capacity int    // 0: unbounded
//	Waiting  int    // calls, of any process, that wait for it
//	Closed   bool
type ObjectInfo = watch.ObjectInfo

// Inspect returns what there is now. It disturbs nobody.
func Inspect() Report {
	var standard *pool.Scheduler
	if p := this.defaults.Load(); p != nil {
		standard = p.s
	}
	r := Report{Pools: watch.Pools(this.Pools.All(), standard), Processes: this.ended(), Objects: watch.Objects(this.Broker)}
	for _, proc := range ActiveChildren() {
		r.Processes = append(r.Processes, proc.info())
	}
	return r
}
