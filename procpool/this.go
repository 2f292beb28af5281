package procpool

import (
	"embed"
	"math"
	"os"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"

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

	current  *Process
	parent   *Process
	defaults atomic.Pointer[Pool]

	mu        sync.Mutex
	processes map[string]*Process // that run; guarded by mu, as is the rest
	over      []ProcessInfo       // the last processes that have ended, oldest first
}

// this is the process that we are in: the one thing there is just one of.
var this = newProcess()

// newProcess tells the rooms what this package does: which handles it has, and what ends when the process does. Nothing that it
// mentions may mention this.
func newProcess() *process {
	p := &process{Here: here.This, processes: map[string]*Process{}}
	p.Space.Process = reflect.TypeFor[*Process]()
	p.OnReady(p.register)
	p.OnBecome(p.became)
	p.OnCancel(p.cancel)
	p.Ending.Children = p.joinAll
	p.Ending.Shutdown = func() { p.shutdown(math.MaxInt64) }
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

// became takes in what the parent has said of this process.
func (p *process) became(r task.Role) {
	p.current = &Process{
		Name: r.Name, Daemon: r.Daemon, class: r.Class, identity: r.Identity, pid: os.Getpid(), parentPID: r.ParentPID,
		state: stateSelf, done: make(chan struct{}),
	}
	p.parent = &Process{Name: r.ParentName, state: stateForeign, pid: r.ParentPID, done: make(chan struct{})}
}
