package procpool

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/child"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/share"
	"github.com/parago/parago/procpool/internal/task"
)

// An Actor is a value that lives in a process of its own, and whose methods are called from
// anywhere: it is a handle, which crosses to other processes as an argument, a
// field, an element. Its calls run one after the other, in the order in which they have come to
// the root process, so the value needs no lock. An error or a panic of a method is the caller's
// (*RemotePanic), and the actor lives on. It ends with Stop or Kill, with the process that
// has spawned it, and when the cell that spawned it is interrupted before it is over; calls
// of one that was killed or has ended by itself fail with a *WorkerDiedError. The interrupt of a
// cell that waits for a call ends the waiting and not the call. Actors that call each other in a
// circle wait for each other: give such calls a context. What a method prints
// belongs to the cell that has called it. Python's BaseManager and its proxies.
type Actor struct {
	o        *share.Object
	name     string
	identity string
	process  *Process // nil where it is somebody else's child
}

// Spawn starts a process that calls f(args...), and keeps what that returns: the actor's
// state, mostly a pointer to a type with methods, and maybe an error. It does not wait. If f or an argument
// cannot cross, or f fails, that is the error of all calls.
func Spawn(f any, args ...any) *Actor {
	p := NewProcess(f, args...)
	p.Daemon = true
	p.class = cmp.Or(resultName(p.f), "Actor")
	p.name()
	a := &Actor{name: p.Name, identity: p.identity, process: p}
	a.o = share.NewObject(this.Space, broker.Request{Op: broker.OpNewActor, Data: []byte(p.identity)})
	if a.o.Err == nil {
		a.o.Err = a.start()
	}
	return a
}

// resultName is the type of what a function returns first, "" if that has no name.
func resultName(f any) string {
	result := ""
	if fn, ok := f.(*host.Func); ok {
		f, result = fn.Local, fn.Result
	}
	t := reflect.TypeOf(f)
	if t == nil || t.Kind() != reflect.Func || t.NumOut() == 0 {
		return ""
	}
	return callee.StateName(t.Out(0), result)
}

func (a *Actor) start() error {
	f := a.process.f
	if fn, ok := f.(*host.Func); ok {
		f = fn.Local
	}
	if t := reflect.TypeOf(f); t != nil && t.Kind() == reflect.Func && (t.NumOut() == 0 || t.Out(0) == callee.ErrorType) {
		return fault.Errorf("the function of an actor must return its state")
	}
	o := newActorOwner(a)
	err := a.process.start(task.MakesState, func(m task.Message, handles task.Kept) child.Owner {
		o.task, o.kept = m, handles
		return o
	})
	if err != nil {
		return err
	}
	this.Tell(broker.Request{Op: broker.OpStartedActor, ID: a.o.ID, N: int64(a.process.PID())})
	go o.drive() // ends with the actor
	return nil
}

// Call calls a method, and returns what it returns: nil if that is nothing, a []any if it is
// several values. A last error is Call's. Arguments are as those of a Process: copies, and numbers
// change their type if they keep their value. If there is no such method the error
// is ErrNoMethod, and lists those that there are.
func (a *Actor) Call(method string, args ...any) (any, error) {
	return a.CallContext(context.Background(), method, args...)
}

// CallContext is Call until ctx is done; then its error is ctx's cause. A call that has
// begun goes on without its caller, one that has not never begins.
func (a *Actor) CallContext(ctx context.Context, method string, args ...any) (any, error) {
	data, err := a.ask(ctx, method, args)
	if err != nil || len(data) == 0 {
		return nil, err
	}
	var v any
	if err := this.Codec.Decode(data, reflect.ValueOf(&v)); err != nil {
		return nil, fault.Errorf("what %s.%s returns: %w", a.name, method, err)
	}
	return v, nil
}

// AskInto is Call, and sets into, a pointer, to what the method returns. It is an error if that is
// of another type.
func (a *Actor) AskInto(into any, method string, args ...any) error {
	v, err := a.Call(method, args...)
	if err != nil {
		return err
	}
	if err := callee.Fit(this.Node, v, into); err != nil {
		return fault.Errorf("what %s.%s returns is %w", a.name, method, err)
	}
	return nil
}

// ask returns the encoded result of a call.
func (a *Actor) ask(ctx context.Context, method string, args []any) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	call := broker.AppendItem([]byte{task.IsMethod}, []byte(this.Identity))
	call = broker.AppendItem(call, []byte(method))
	for i, x := range args {
		item, err := this.Codec.EncodeWith(nil, reflect.ValueOf(x), codec.Options{OnHandle: func(h any) { this.Pass(h, a.identity) }})
		if err != nil {
			return nil, fault.AtPath(err, fault.Place("args", i))
		}
		call = broker.AppendItem(call, item)
	}
	data := broker.AppendItem(broker.AppendItem(nil, []byte(this.Origin())), call)
	answer, err := a.o.Wait(ctx, -1, broker.Request{Op: broker.OpCallActor, Data: data})
	if answer.Status == broker.StatusDied {
		return nil, a.death(answer.Data)
	}
	if err != nil {
		return nil, err
	}
	this.Screen.Flush()
	return task.Outcome(&this.Codec, answer.Data)
}

// death is why the actor is no more. Who went with its parent had nobody to tell.
func (a *Actor) death(why []byte) error {
	if len(why) == 0 {
		return &fault.WorkerDiedError{Worker: a.name, PID: a.PID(), Signal: "killed"}
	}
	_, err := task.Outcome(&this.Codec, why)
	return err
}

// Stop ends the actor after the calls that came before, and returns when its process is gone.
// Later calls fail with ErrClosed. It may be called again.
func (a *Actor) Stop() error {
	_, err := a.o.Wait(context.Background(), -1, broker.Request{Op: broker.OpStopActor})
	this.Screen.Flush()
	return err
}

// Kill ends the actor's process at once, and what it has started. Calls that have no result fail
// with a *WorkerDiedError.
func (a *Actor) Kill() error {
	if a.process != nil {
		return a.process.Kill()
	}
	if !a.Alive() {
		return nil
	}
	p, err := os.FindProcess(a.PID())
	if err == nil {
		err = p.Kill()
	}
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// PID returns the process id, 0 if the process could not be started.
func (a *Actor) PID() int {
	answer, _ := a.o.Ask(broker.Request{Op: broker.OpLookActor})
	return int(answer.Number())
}

// Alive reports whether the actor can be called.
func (a *Actor) Alive() bool {
	answer, err := a.o.Ask(broker.Request{Op: broker.OpLookActor})
	return err == nil && len(answer.Data) == 16 && answer.Data[8] == 0
}

// Name returns the name of the actor's process: its state's type and a number.
func (a *Actor) Name() string { return a.name }

// String describes the actor.
func (a *Actor) String() string {
	state := "stopped"
	if a.Alive() {
		state = "started"
	}
	return fmt.Sprintf("<Actor name=%q pid=%d %s>", a.name, a.PID(), state)
}

func (p *process) actorHandle() codec.Handle {
	type crossing struct {
		Object         *share.Object
		Name, Identity string
	}
	return codec.Handle{
		Name: "Actor",
		Type: reflect.TypeFor[*Actor](),
		Encode: func(v any) ([]byte, error) {
			a := v.(*Actor)
			return p.Codec.Encode(nil, reflect.ValueOf(crossing{a.o, a.name, a.identity}))
		},
		Decode: func(data []byte) (any, error) {
			var c crossing
			if err := p.Codec.Decode(bytes.Clone(data), reflect.ValueOf(&c)); err != nil {
				return nil, err
			}
			return &Actor{o: c.Object, name: c.Name, identity: c.Identity}, nil
		},
	}
}
