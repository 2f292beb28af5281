package procpool

import (
	"context"
	"fmt"
	"os"
	"reflect"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/wire"
)

// Start starts the process, once. It fails, and starts nothing, if f cannot cross, the
// arguments do not fit f, or one of them cannot cross (*EncodeError).
func (p *Process) Start() error {
	return p.start(taskProcess, func(task message) owner { return &processOwner{p, task} })
}

// start starts the process with a task of some kind, for an owner.
func (p *Process) start(flags byte, owned func(task message) owner) error {
	if p.isUnmade() {
		return errUnmade
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch p.state {
	case stateClosed:
		return fault.ErrClosed
	case stateForeign:
		return fault.ErrNotChild
	case stateNew:
	default:
		return fault.ErrStarted
	}
	t, err := this.resolve(p.f)
	if err != nil {
		return err
	}
	defer t.drop() // the process has been told
	args, err := t.arguments(p.args, 0)
	if err != nil {
		return err
	}
	if depth(this.identity) >= maxDepth {
		return fault.ErrTooDeep
	}
	if !this.isOurs(p.identity) || p.Name == "" {
		p.name()
	}
	p.parentPID = os.Getpid()
	handles := func(h any) { this.pass(h, p.identity) }
	if err := t.seal(handles); err != nil {
		return err
	}
	task := message{buf: appendTask(nil, flags, t.id, len(args)), from: &this.segments}
	for i, v := range args {
		if err := task.arg(v, handles); err != nil {
			task.drop()
			return fault.AtPath(err, fault.Place("args", i))
		}
	}
	task.finish()
	return p.launch(t, task, owned(task))
}

// launch starts the process with its task. mu is held.
func (p *Process) launch(t *target, task message, owner owner) error {
	p.origin = this.origin()
	origin := this.context(p.origin)
	if err := context.Cause(origin); err != nil {
		task.drop()
		return err
	}
	p.sinks = newSinks(p.Stdout, p.Stderr)
	r := role{Identity: p.identity, Name: p.Name, Class: p.class, Daemon: p.Daemon, Dir: p.Dir}
	this.mu.Lock()
	this.running[p.identity] = p // before it can end
	this.mu.Unlock()
	c, err := this.adopt(owner, p.origin, r, p.Env, p.sinks)
	if err == nil {
		c.speak(voice{p.origin, p.Output})
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
	if origin.Err() != nil { // CancelOrigin may not have seen the child
		c.spawned.Kill()
	}
	c.outbox.Allow(1)
	c.sendTask(1, nil, task)
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
	this.remember(o.p)
	close(o.p.done)
	o.p.forget()
}

// runProcess is the life of a process in the process: it calls the function and ends
// with its outcome.
func runProcess(fn function, args []reflect.Value, fail *failure) {
	code, returned := 1, fail != nil
	defer func() {
		if f := goexited(); !returned && f.Stack != "" {
			fmt.Fprintf(os.Stderr, "Process %s:\nfatal error: %s\n\n%s", this.current.Name, f.Value, f.Stack)
		}
		this.leave(code)
	}()
	if fail == nil {
		fail = callOnly(fn, args)
		returned = true
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
