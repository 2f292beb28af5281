package procpool

import (
	"cmp"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/parago/parago/procpool/internal/child"
	"github.com/parago/parago/procpool/internal/fault"
)

// A Process runs one function in a process of its own. Python's multiprocessing.Process.
// The exported fields may be set before Start. Its methods are safe for concurrent
// use. A type that embeds the *Process made with NewProcess(m.Run) is a subclass, whose
// name its processes bear.
type Process struct {
	Name   string   // set by NewProcess: the receiver's type or "Process", and a number
	Daemon bool     // it does not outlive what started it; set by NewProcess as that of its creator
	Env    []string // like exec.Cmd's; nil: this process's
	Dir    string   // "": this process's

	// Stdout and Stderr get what the process and its children write, chunk by chunk, from
	// one goroutine at a time. Join waits for it. Nil: it goes where this process's output goes.
	Stdout, Stderr io.Writer

	// Output is how the rest of the output is handed over.
	Output OutputMode

	// Grace is how long the process may take to end once the context of StartContext is
	// done, before it is killed. Zero: 2 seconds.
	Grace time.Duration

	f     any
	args  []any
	class string
	auto  string // the Name that NewProcess gave it

	mu        sync.Mutex
	state     processState // guarded by mu
	origin    string       // set by Start, like the rest
	identity  string
	parentPID int
	child     *child.Child
	pid       int
	sinks     *child.Sinks
	unwatch   func() bool // forgets StartContext's context
	cause     error       // why that has ended it; set before it is signalled
	code      int         // set before done is closed
	done      chan struct{}
}

type processState int

const (
	stateNew processState = iota
	stateStarted
	stateClosed
	stateSelf    // the process that we are in
	stateForeign // somebody else's child
	stateUnmade  // NewProcess has not made it
)

// errUnmade is the error of a Process that NewProcess has not made, as that of a struct which embeds one and
// does not set it.
var errUnmade = fault.Errorf("a Process that NewProcess has not made: what embeds a *Process sets it to NewProcess(x.Run)")

// NewProcess returns a process that will call f(args...). What does not fit is
// the error of Start.
func NewProcess(f any, args ...any) *Process {
	this.Nursery.Warm(1)
	p := &Process{f: f, args: args, Daemon: this.Role.Daemon, parentPID: os.Getpid(), done: make(chan struct{})}
	p.class = cmp.Or(this.Callees.ClassName(p.f), "Process")
	p.name()
	return p
}

// name gives a new process its identity, and its name if the user has not.
func (p *Process) name() {
	if p.Name == p.auto {
		p.Name = ""
	}
	p.identity, p.Name = this.Reserve(p.class, p.Name)
	p.auto = p.Name
}

// CurrentProcess returns the process that we are in. Python's current_process.
func CurrentProcess() *Process { return this.current }

// ParentProcess returns the process that started this one with this package, or nil. Python's
// parent_process.
func ParentProcess() *Process { return this.parent }

// ActiveChildren returns the processes that were started here and have not ended, in the order
// of their start; workers of pools are not among them. Python's active_children.
func ActiveChildren() []*Process { return this.running() }

// lookAt returns the state and, once it was started, the child.
func (p *Process) lookAt() (processState, *child.Child) {
	if p.isUnmade() {
		return stateUnmade, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state, p.child
}

// isUnmade tells a nil or empty Process. What it reads does not change.
func (p *Process) isUnmade() bool { return p == nil || p.done == nil }

// PID returns the process id, 0 before Start.
func (p *Process) PID() int {
	if p.isUnmade() {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pid
}

// Terminate asks the process and all that it has started to end (SIGTERM). It does
// nothing after the end.
func (p *Process) Terminate() error { return p.signal(syscall.SIGTERM) }

// Kill ends the process and all that it has started (SIGKILL).
func (p *Process) Kill() error { return p.signal(syscall.SIGKILL) }

// Interrupt sends SIGINT, which ends the process unless it is handled there. Its exit code is
// -2 then: nothing in it is told, as Python's KeyboardInterrupt would.
func (p *Process) Interrupt() error { return p.signal(syscall.SIGINT) }

// Signal sends a signal to the process and all that it has started.
func (p *Process) Signal(s os.Signal) error {
	n, ok := s.(syscall.Signal)
	if !ok {
		return fault.Errorf("%T is no signal of this system", s)
	}
	return p.signal(n)
}

func (p *Process) signal(s syscall.Signal) error {
	c, err := p.mine()
	if err != nil {
		return err
	}
	return c.Spawned.Signal(s)
}

// mine returns the child, if it was started here and not closed since.
func (p *Process) mine() (*child.Child, error) {
	state, c := p.lookAt()
	switch state {
	case stateStarted:
		return c, nil
	case stateClosed:
		return nil, fault.ErrClosed
	case stateNew:
		return nil, fault.ErrNotStarted
	case stateUnmade:
		return nil, errUnmade
	}
	return nil, fault.ErrNotChild
}

// Close frees what an ended process still holds; its methods then fail with
// ErrClosed. It is an error while the process runs, and none to call it again.
func (p *Process) Close() error {
	if p.isUnmade() {
		return errUnmade
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state == stateStarted {
		select {
		case <-p.done:
		default:
			return fault.Errorf("close process %s: it has not ended", p.Name)
		}
	}
	switch p.state {
	case stateSelf, stateForeign:
		return fault.ErrNotChild
	}
	p.state = stateClosed
	return nil
}
