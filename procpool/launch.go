package procpool

import (
	"context"
	"os"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/child"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// Start starts the process, once. It fails, and starts nothing, if f cannot cross, the
// arguments do not fit f, or one of them cannot cross (*EncodeError).
func (p *Process) Start() error {
	return p.start(task.IsProcess, func(m task.Message, handles task.Kept) child.Owner { return &processOwner{p, m, handles} })
}

// start starts the process with a task of some kind, for an owner.
func (p *Process) start(flags byte, owned func(m task.Message, handles task.Kept) child.Owner) error {
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
	t, err := this.Callees.Resolve(p.f)
	if err != nil {
		return err
	}
	defer t.Drop() // the process has been told
	args, err := t.Arguments(p.args, 0)
	if err != nil {
		return err
	}
	if node.Depth(this.Identity) >= node.MaxDepth {
		return fault.ErrTooDeep
	}
	if !this.IsOurs(p.identity) || p.Name == "" {
		p.name()
	}
	p.parentPID = os.Getpid()
	var handles task.Kept
	onHandle := func(h any) {
		handles.Add(h)
		this.Pass(h, p.identity)
	}
	if err := t.Seal(onHandle); err != nil {
		return err
	}
	m := task.Message{Buf: task.Append(nil, flags, t.ID, len(args)), From: &this.Segments}
	for i, v := range args {
		if err := m.Arg(&this.Codec, v, onHandle); err != nil {
			m.Drop()
			return fault.AtPath(err, fault.Place("args", i))
		}
	}
	m.Finish()
	return p.launch(t, m, owned(m, append(handles, t.Kept()...)))
}

// launch starts the process with its m. mu is held.
func (p *Process) launch(t *callee.Callee, m task.Message, owner child.Owner) error {
	p.origin = this.Origin()
	origin := this.Context(p.origin)
	if err := context.Cause(origin); err != nil {
		m.Drop()
		return err
	}
	p.sinks = child.NewSinks(p.Stdout, p.Stderr)
	r := task.Role{Identity: p.identity, Name: p.Name, Class: p.class, Daemon: p.Daemon, Dir: p.Dir}
	this.add(p) // before it can end
	c, err := this.Nursery.Adopt(owner, p.origin, r, p.Env, p.sinks)
	if err == nil {
		c.Speak(screen.Voice{Origin: p.origin, Mode: p.Output})
		err = c.Define(t)
	}
	if err != nil {
		if c != nil {
			c.Spawned.Kill()
		} else {
			m.Drop()
		}
		this.remove(p)
		return err
	}
	p.child, p.pid, p.state = c, c.Spawned.PID(), stateStarted
	if origin.Err() != nil { // CancelOrigin may not have seen the child
		c.Spawned.Kill()
	}
	c.Outbox.Allow(1)
	c.SendTask(1, nil, m)
	c.Out.Flush() // if it is dead, died tells
	return nil
}

// A processOwner is told of a process's end.
type processOwner struct {
	p    *Process
	task task.Message
	kept task.Kept // the handles in that, and in what goes along with the function
}

func (o *processOwner) Results(*child.Child, []wire.Frame) {}

func (o *processOwner) Died(_ *child.Child, code int) {
	this.remove(o.p)
	o.task.Drop()
	o.kept = nil
	o.p.code = code
	this.remember(o.p)
	close(o.p.done)
	o.p.forget()
}

// forget lets go of StartContext's context.
func (p *Process) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.unwatch != nil {
		p.unwatch()
	}
}
