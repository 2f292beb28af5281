package procpool

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/parago/parago/procpool/internal/system"
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
	Stats   Stats
	Workers []WorkerInfo
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

// keptEnded is how many ended processes a Report remembers.
const keptEnded = 10

// Inspect returns what there is now. It disturbs nobody.
func Inspect() Report {
	p := this
	p.mu.Lock()
	schedulers := make([]*scheduler, 0, len(p.pools))
	for s := range p.pools {
		schedulers = append(schedulers, s)
	}
	var standard *scheduler
	if p.defaults != nil {
		standard = p.defaults.s
	}
	r := Report{Processes: slices.Clone(p.over)}
	p.mu.Unlock()
	slices.SortFunc(schedulers, func(a, b *scheduler) int { return cmp.Compare(a.number, b.number) })
	for _, s := range schedulers {
		pool := &Pool{s: s}
		info := PoolInfo{Name: fmt.Sprintf("Pool-%d", s.number), Stats: pool.Stats(), Workers: pool.Workers()}
		if s == standard {
			info.Name = "default"
		}
		s.mu.Lock()
		info.Size = s.size
		s.mu.Unlock()
		r.Pools = append(r.Pools, info)
	}
	for _, proc := range ActiveChildren() {
		r.Processes = append(r.Processes, proc.info())
	}
	if p.Broker != nil {
		for _, o := range p.Broker.Objects() {
			r.Objects = append(r.Objects, ObjectInfo{fmt.Sprintf("%s %d", o.Kind, o.ID), o.Length, o.Capacity, o.Waiting, o.Closed})
		}
	}
	return r
}

func (p *Process) info() ProcessInfo {
	info := ProcessInfo{Name: p.Name, PID: p.PID(), Daemon: p.Daemon}
	info.ExitCode, info.Exited = p.ExitCode()
	if !info.Exited {
		info.RSS, info.CPUTime = system.Usage(info.PID)
	}
	return info
}

// remember keeps what a process was that is ending.
func (p *process) remember(proc *Process) {
	info := proc.info()
	info.Exited, info.ExitCode = true, proc.code
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = append(p.over, info)
	if extra := len(p.over) - keptEnded; extra > 0 {
		p.over = slices.Delete(p.over, 0, extra)
	}
}
