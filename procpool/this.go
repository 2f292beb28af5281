package procpool

import (
	"embed"
	"os"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/here"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/spawn"
)

// Source is this package's own source, for front-ends that type-check programs or
// instantiate the generic declarations (generic_*.go) themselves.
//
// The patterns leave out names that end in test: t, st and est before .go need their own, and
// each must find a file.
//
//go:embed *[^t].go *[^s]t.go *[^e]st.go broker/*[^t].go broker/*[^s]t.go broker/*[^e]st.go broker/*[^t]est.go codec/*[^t].go shm/*[^t].go spawn/*[^t].go spawn/*[^s]t.go view/*[^t].go wire/*[^t].go internal/*/*[^t].go internal/*/*[^s]t.go internal/*/*[^e]st.go embed/*[^t].go
var Source embed.FS

// A process is what this package knows about the process it is in.
type process struct {
	*here.Here

	current *Process
	parent  *Process

	mu        sync.Mutex
	processes map[string]*Process // that run
	pools     map[*scheduler]bool
	defaults  *Pool
	over      []ProcessInfo // the last processes that have ended, oldest first

	numbers atomic.Int64 // of pools
}

// this is the process that we are in: the one thing there is just one of.
var this = newProcess()

func newProcess() *process {
	p := &process{
		Here:      here.This,
		processes: map[string]*Process{},
		pools:     map[*scheduler]bool{},
	}
	p.Space.Process = reflect.TypeFor[*Process]()
	p.current = &Process{Name: "MainProcess", class: "MainProcess", state: stateSelf, pid: os.Getpid(), done: make(chan struct{})}
	return p
}

// Main makes a compiled program fit to be its own worker. It is called first in
// main, after Register: in the program it returns at once; in a process
// that the program started it serves, and does not return.
func Main() {
	if !spawn.Started() {
		return
	}
	fault.Fatal(this.Serve()) // it returns only if there is no parent
}

// CPUCount returns how many processes can run at once here. It heeds CPU affinity and
// container limits. Python's process_cpu_count.
func CPUCount() int { return runtime.GOMAXPROCS(0) }

// Shutdown calls what AtExit was given, and ends all children, and theirs: pools and daemons at
// once, other processes after grace if they have not ended by then. It returns when they are
// gone. Nothing can be started afterwards.
func Shutdown(grace time.Duration) {
	p := this
	p.Ending.Run()
	p.Nursery.Close()
	p.mu.Lock()
	var pools []*scheduler
	for pool := range p.pools {
		pools = append(pools, pool)
	}
	var procs []*Process
	for _, proc := range p.processes {
		procs = append(procs, proc)
	}
	p.mu.Unlock()
	for _, pool := range pools {
		pool.terminate()
		p.forgetPool(pool)
	}
	for _, proc := range procs {
		if _, c := proc.lookAt(); c != nil && proc.Daemon {
			c.Spawned.Kill()
		}
	}
	limit := time.After(grace)
	for _, proc := range procs {
		select {
		case <-proc.done:
		case <-limit:
			limit = time.After(0)
		}
	}
	p.Nursery.KillAll()
	p.Segments.Clear()
	p.Space.Mail.Clear()
}

// became takes in what the parent has said of this process.
func (p *process) became(r task.Role) {
	p.current = &Process{
		Name: r.Name, Daemon: r.Daemon, class: r.Class, identity: r.Identity, pid: os.Getpid(), parentPID: r.ParentPID,
		state: stateSelf, done: make(chan struct{}),
	}
	p.parent = &Process{Name: r.ParentName, state: stateForeign, pid: r.ParentPID, done: make(chan struct{})}
}
