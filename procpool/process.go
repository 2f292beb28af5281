package procpool

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/wire"
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
	return &Process{f: f, args: args, done: make(chan struct{})}
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

// Start starts the process, once. It fails, and starts nothing, if f cannot cross, the
// arguments do not fit f, or one of them cannot cross (*EncodeError).
func (p *Process) Start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch p.state {
	case stateClosed:
		return ErrClosed
	case stateNew:
	default:
		return ErrStarted
	}
	t, err := this.resolve(p.f)
	if err != nil {
		return err
	}
	args, err := t.arguments(p.args, 0)
	if err != nil {
		return err
	}
	if depth(this.identity) >= maxDepth {
		return ErrTooDeep
	}
	class := "Process"
	if t.class != "" {
		class = t.class
	}
	p.identity, p.Name = this.reserve(class, p.Name)
	handles := func(h any) { this.pass(h, p.identity) }
	if err := t.seal(handles); err != nil {
		return err
	}
	task := message{buf: appendTask(nil, taskProcess, t.id, len(args)), from: &this.segments}
	for i, v := range args {
		if err := task.arg(v, handles); err != nil {
			task.drop()
			return atPath(err, place("args", i))
		}
	}
	task.finish()
	return p.launch(t, task)
}

// launch starts the process with its task. mu is held.
func (p *Process) launch(t *target, task message) error {
	p.origin = this.origin()
	owner := &processOwner{p, task}
	r := role{Identity: p.identity, Name: p.Name, Daemon: p.Daemon, Dir: p.Dir}
	this.mu.Lock()
	this.running[p.identity] = p // before it can end
	this.mu.Unlock()
	c, err := this.adopt(owner, p.origin, r, p.Env)
	if err == nil {
		err = c.define(t)
	}
	if err != nil {
		if c != nil {
			c.spawned.Kill()
		} else {
			task.drop()
		}
		this.mu.Lock()
		delete(this.running, p.identity)
		this.mu.Unlock()
		return err
	}
	p.child, p.pid, p.state = c, c.spawned.PID(), stateStarted
	c.outbox.Allow(1)
	c.sendTask(1, task)
	c.out.Flush() // if it is dead, died tells
	return nil
}

// A processOwner is told of a process's end.
type processOwner struct {
	p    *Process
	task message
}

func (o *processOwner) results(*child, []wire.Frame) {}

func (o *processOwner) died(_ *child, code int) {
	this.mu.Lock()
	delete(this.running, o.p.identity)
	this.mu.Unlock()
	o.task.drop()
	o.p.code = code
	close(o.p.done)
}

// runProcess is the life of a process in the process: it calls the function and ends
// with its outcome.
func runProcess(fn function, args []reflect.Value, fail *failure) {
	code := 1 // also after runtime.Goexit
	defer func() { os.Exit(code) }()
	if fail == nil {
		fail = callOnly(fn, args)
	}
	switch {
	case fail == nil:
		code = 0
	case fail.Panic:
		fmt.Fprintf(os.Stderr, "Process %s:\npanic: %s\n\n%s", this.current.Name, fail.Value, fail.Stack)
	default:
		fmt.Fprintf(os.Stderr, "Process %s: %v\n", this.current.Name, fail.Err)
	}
}

// callOnly calls the function and looks only at its error.
func callOnly(fn function, args []reflect.Value) (fail *failure) {
	defer func() {
		if x := recover(); x != nil {
			fail = panicked(x, stack())
		}
	}()
	out := fn.call.Call(args)
	if n := len(out); n > 0 && out[n-1].Type() == errorType {
		if err, _ := out[n-1].Interface().(error); err != nil {
			return &failure{Err: err}
		}
	}
	return nil
}

// lookAt returns the state and, once it was started, the child.
func (p *Process) lookAt() (processState, *child) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state, p.child
}

// Join returns when the process has ended and all its output is out, or when the
// caller is interrupted. It returns at once if the process was not started here.
func (p *Process) Join() { p.join(-1) }

// JoinTimeout is Join, for d at most. It reports whether the process has ended.
func (p *Process) JoinTimeout(d time.Duration) bool { return p.join(max(d, 0)) == nil }

func (p *Process) join(d time.Duration) error {
	switch state, _ := p.lookAt(); state {
	case stateStarted:
	case stateClosed:
		return ErrClosed
	case stateNew:
		return ErrNotStarted
	default:
		return errNotAChild
	}
	var timeout <-chan time.Time
	if d >= 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		timeout = t.C
	}
	ctx := this.context(this.origin())
	select {
	case <-p.done:
	default:
		select {
		case <-p.done:
		case <-timeout:
			return &TimeoutError{What: "process " + p.Name}
		case <-ctx.Done():
			if p.origin != this.origin() {
				return ErrCanceled
			}
			<-p.done // it is killed for the same reason
		}
	}
	this.flush()
	return nil
}

var errNotAChild = errors.New("procpool: not a child of this process")

// Wait is Join, and returns an *ExitError unless the function returned in peace.
func (p *Process) Wait() error {
	if err := p.join(-1); err != nil {
		return err
	}
	if p.code == 0 {
		return nil
	}
	_, c := p.lookAt()
	return &ExitError{Process: p.Name, PID: p.pid, Code: p.code, Signal: signalName(p.code), Stderr: c.lastLines()}
}

// Alive reports whether the process was started and has not ended.
func (p *Process) Alive() bool {
	switch state, _ := p.lookAt(); state {
	case stateSelf:
		return true
	case stateForeign:
		return p == this.parent && os.Getppid() == p.pid || p != this.parent && exists(p.pid)
	case stateStarted:
		select {
		case <-p.done:
			return false
		default:
			return true
		}
	}
	return false
}

// PID returns the process id, 0 before Start.
func (p *Process) PID() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pid
}

// Done is closed when the process has ended and all its output is out. It is Python's
// sentinel.
func (p *Process) Done() <-chan struct{} { return p.done }

// ExitCode returns how the process ended: 0 if its function returned, 1 if it panicked or
// returned an error, the code given to os.Exit, or the negative number of a signal.
func (p *Process) ExitCode() (code int, exited bool) {
	if state, _ := p.lookAt(); state != stateStarted && state != stateClosed {
		return 0, false
	}
	select {
	case <-p.done:
		return p.code, true
	default:
		return 0, false
	}
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
