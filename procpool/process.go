package procpool

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"syscall"

	"github.com/parago/parago/procpool/codec"
)

// A Process runs one function in a process of its own. Python's multiprocessing.Process.
// The exported fields may be set before Start. Its methods are safe for concurrent
// use. A type that embeds the *Process made with NewProcess(m.Run) is a subclass, whose
// name its processes bear.
type Process struct {
	Name   string   // default: the receiver's type or "Process", and a number
	Daemon bool     // Shutdown kills it at once, without grace
	Env    []string // like exec.Cmd's; nil: this process's
	Dir    string   // "": this process's

	f    any
	args []any

	mu       sync.Mutex
	state    processState // guarded by mu
	origin   string       // set by Start, like the rest
	identity string
	child    *child
	pid      int
	code     int // set before done is closed
	done     chan struct{}
}

type processState int

const (
	stateNew processState = iota
	stateStarted
	stateClosed
	stateSelf    // the process that we are in
	stateForeign // somebody else's child
)

// NewProcess returns a process that will call f(args...). What does not fit is
// the error of Start.
func NewProcess(f any, args ...any) *Process {
	this.warm(1)
	return &Process{f: this.tagged(f), args: args, done: make(chan struct{})}
}

// CurrentProcess returns the process that we are in. Python's current_process.
func CurrentProcess() *Process { return this.current }

// ParentProcess returns the process that started this one with this package, or nil. Python's
// parent_process.
func ParentProcess() *Process { return this.parent }

// ActiveChildren returns the processes that were started here and have not ended, in the order
// of their start; workers of pools are not among them. Python's active_children.
func ActiveChildren() []*Process {
	this.mu.Lock()
	defer this.mu.Unlock()
	var out []*Process
	for _, p := range this.running {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *Process) int {
		if len(a.identity) != len(b.identity) {
			return len(a.identity) - len(b.identity)
		}
		if a.identity < b.identity {
			return -1
		}
		return 1
	})
	return out
}

// lookAt returns the state and, once it was started, the child.
func (p *Process) lookAt() (processState, *child) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state, p.child
}

// PID returns the process id, 0 before Start.
func (p *Process) PID() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pid
}

// Terminate asks the process and all that it has started to end (SIGTERM). It does
// nothing after the end.
func (p *Process) Terminate() error { return p.signal(syscall.SIGTERM) }

// Kill ends the process and all that it has started (SIGKILL).
func (p *Process) Kill() error { return p.signal(syscall.SIGKILL) }

// Interrupt sends SIGINT, which ends the process unless it is handled there.
func (p *Process) Interrupt() error { return p.signal(syscall.SIGINT) }

func (p *Process) signal(s syscall.Signal) error {
	state, c := p.lookAt()
	switch state {
	case stateStarted:
		return c.spawned.Signal(s)
	case stateClosed:
		return ErrClosed
	case stateNew:
		return ErrNotStarted
	}
	return errNotAChild
}

// Close frees what an ended process still holds; its methods then fail with
// ErrClosed. It is an error while the process runs, and none to call it again.
func (p *Process) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state == stateStarted {
		select {
		case <-p.done:
		default:
			return errorf("close process %s: it has not ended", p.Name)
		}
	}
	if p.state == stateNew || p.state == stateStarted {
		p.state = stateClosed
	}
	return nil
}

// String describes the process as Python's repr does.
func (p *Process) String() string {
	state, _ := p.lookAt()
	text := "initial"
	switch code, exited := p.ExitCode(); {
	case state == stateClosed:
		text = "closed"
	case exited && code < 0:
		text = "stopped exitcode=-" + signalName(code)
	case exited:
		text = fmt.Sprintf("stopped exitcode=%d", code)
	case state != stateNew:
		text = "started"
	}
	daemon := ""
	if p.Daemon {
		daemon = " daemon"
	}
	return fmt.Sprintf("<Process name=%q pid=%d %s%s>", p.Name, p.PID(), text, daemon)
}

// processHandle lets a Process cross, as the field of its subclass for one. In the
// process itself it is the current one.
func processHandle() codec.Handle {
	type crossing struct {
		Identity, Name string
		Daemon         bool
		PID            int
	}
	return codec.Handle{
		Name: "Process",
		Type: reflect.TypeFor[*Process](),
		Encode: func(v any) ([]byte, error) {
			p := v.(*Process)
			// Not p.PID(): Start, which holds the lock, may be what encodes it.
			return this.codec.Encode(nil, reflect.ValueOf(crossing{p.identity, p.Name, p.Daemon, p.pid}))
		},
		Decode: func(data []byte) (any, error) {
			var c crossing
			if err := this.codec.Decode(data, reflect.ValueOf(&c)); err != nil {
				return nil, err
			}
			if c.Identity == this.identity {
				return this.current, nil
			}
			this.mu.Lock()
			defer this.mu.Unlock()
			if p := this.running[c.Identity]; p != nil {
				return p, nil
			}
			return &Process{Name: c.Name, Daemon: c.Daemon, identity: c.Identity, pid: c.PID, state: stateForeign, done: make(chan struct{})}, nil
		},
	}
}
