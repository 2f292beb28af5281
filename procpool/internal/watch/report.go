package watch

import (
	"fmt"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/pool"
)

// A Report says what there is of this process's pools and processes, and what they share.
// Printed, or as the last value of a notebook's cell, it is tables.
type Report struct {
	Pools     []PoolInfo
	Processes []ProcessInfo
	Objects   []ObjectInfo // of the whole tree of processes; none are known in a child
}

// A PoolInfo describes a pool that is not closed.
type PoolInfo struct {
	Name    string // Pool-N, counted over the life of the program; "default" for the default pool
	Size    int    // the most workers
	Stats   pool.Stats
	Workers []pool.WorkerInfo
}

// A ProcessInfo describes a process that was started here: those that run, and the last
// ones that have ended.
type ProcessInfo struct {
	Name     string
	PID      int
	Daemon   bool
	Exited   bool
	ExitCode int // once it has: negative for a signal

	CPUTime time.Duration // that it has used, as long as it runs
	RSS     int64         // the bytes of memory that it occupies, shared ones included
}

// An ObjectInfo describes something that processes share: a queue, a pipe, a piece of
// memory, a dict, a semaphore and so on.
type ObjectInfo struct {
	Name     string // kind and number: "queue 3"
	Length   int    // items in it, bytes of memory, permits of a semaphore, 1 for an event that is set, who has come to a barrier
	Capacity int    // 0: unbounded
	Waiting  int    // calls, of any process, that wait for it
	Closed   bool
}

// Pools describes pools. The one that is standard is called default.
func Pools(all []*pool.Scheduler, standard *pool.Scheduler) (infos []PoolInfo) {
	for _, s := range all {
		info := PoolInfo{Name: s.Name(), Size: s.Size(), Stats: s.Stats(), Workers: s.Workers()}
		if s == standard {
			info.Name = "default"
		}
		infos = append(infos, info)
	}
	return infos
}

// Objects describes what processes share that ask a broker, which may be nil.
func Objects(b *broker.Broker) (infos []ObjectInfo) {
	if b == nil {
		return nil
	}
	for _, o := range b.Objects() {
		infos = append(infos, ObjectInfo{fmt.Sprintf("%s %d", o.Kind, o.ID), o.Length, o.Capacity, o.Waiting, o.Closed})
	}
	return infos
}
