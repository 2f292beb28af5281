package procpool

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/spawn"
	"github.com/parago/parago/procpool/wire"
)

func started() bool { return spawn.Started() }

func valueOf(v any) reflect.Value { return reflect.ValueOf(v) }

// A parentLink is a child's side of the connection to its parent.
type parentLink struct {
	out    *wire.Writer
	outbox *wire.Outbox

	mu    sync.Mutex
	queue []wire.Frame // not begun; guarded by mu
	more  sync.Cond    // queue has grown
	next  uint64       // number of the last call; guarded by mu
	calls map[uint64]func(wire.Frame)

	funcs map[uint64]function // owned by run

	tasks   borrowed   // large ones; owned by run, as are the following
	results segments   // for large results
	unread  []*segment // those that the parent may still read
	lent    uint64     // the one it was sent last
}

// A function is what a define frame has named.
type function struct {
	name string
	call reflect.Value
	args []reflect.Value // that come before those of a task
	err  error
}

// A definition is what crosses of a target.
type definition struct {
	Name     string
	Entry    string
	Mode     int // how captures are used
	Captures [][]byte
}

const (
	capturesNone     = iota
	capturesFactory  // entry(captures...) returns the function
	capturesReceiver // the function is entry, with captures before its arguments
)

// serve makes this process a child of the one that started it. It does not return
// unless there is none.
func serve() error {
	conn, err := spawn.Parent()
	if err != nil {
		return err
	}
	seg, err := shm.Map(os.NewFile(spawn.FirstFile, "outbox"), wire.OutboxSize)
	if err != nil {
		return err
	}
	seg.File.Close() // the mapping stays, and nobody inherits the file
	p := this
	p.registerHandles()
	up := &parentLink{outbox: wire.NewOutbox(seg), calls: map[uint64]func(wire.Frame){}, funcs: map[uint64]function{}}
	up.more.L = &up.mu
	up.out = wire.NewWriter(conn.(*net.UnixConn), up.outbox)
	p.up, p.broker = up, nil
	dieOfSignals()
	up.out.Send(wire.Frame{Kind: frameHello})
	go up.read(wire.NewReader(conn.(*net.UnixConn), nil)) // ends with the process
	up.run()
	return nil
}

// read takes frames as fast as they come, so that the parent never waits to write.
func (u *parentLink) read(in *wire.Reader) {
	for {
		f, err := in.Next()
		if err != nil {
			spawn.Orphaned()
		}
		u.mu.Lock()
		if f.Kind == frameReply {
			reply := u.calls[f.ID]
			delete(u.calls, f.ID)
			u.mu.Unlock()
			if reply != nil {
				reply(f)
			}
			continue
		}
		u.queue = append(u.queue, f)
		u.more.Signal()
		u.mu.Unlock()
	}
}

// run does what the parent asks, one thing after the other. A task that ends its
// goroutine (runtime.Goexit) does not end the loop.
func (u *parentLink) run() {
	for {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			u.loop()
		}()
		<-ended
	}
}

func (u *parentLink) loop() {
	for {
		f := u.take()
		switch f.Kind {
		case frameRole:
			this.become(f)
		case frameUnit:
			u.load(f)
		case frameDefine:
			if len(f.Data) == 0 {
				delete(u.funcs, f.ID)
				continue
			}
			u.funcs[f.ID] = define(f)
		case frameTask:
			u.task(f)
		case frameLarge:
			u.large(f)
		case frameQuit:
			u.out.Flush()
			os.Exit(0)
		}
	}
}

// take returns the next frame, after sending what is ready if it has to wait.
func (u *parentLink) take() wire.Frame {
	u.mu.Lock()
	if len(u.queue) == 0 {
		u.mu.Unlock()
		u.out.Flush()
		u.mu.Lock()
		for len(u.queue) == 0 {
			u.more.Wait()
		}
	}
	f := u.queue[0]
	u.queue[0] = wire.Frame{}
	u.queue = u.queue[1:]
	u.mu.Unlock()
	u.out.FlushSoon() // it may be long until the next pause
	return f
}

// become gives this process its name and place.
func (p *process) become(f wire.Frame) {
	var r role
	if err := p.codec.Decode(f.Data, reflect.ValueOf(&r)); err != nil {
		fatal(err)
	}
	p.identity = r.Identity
	p.current = &Process{Name: r.Name, Daemon: r.Daemon, identity: r.Identity, state: stateSelf, pid: os.Getpid(), done: make(chan struct{})}
	p.parent = &Process{Name: r.ParentName, state: stateForeign, pid: r.ParentPID, done: make(chan struct{})}
}

// fatal ends a process that its parent, if it has one, cannot use. Stderr tells why.
func fatal(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func (u *parentLink) load(f wire.Frame) {
	var unit Unit
	if err := this.codec.Decode(f.Data, reflect.ValueOf(&unit)); err != nil {
		fatal(err)
	}
	if this.host == nil || this.host.Runner == nil {
		fatal(errorf("load %s: no interpreter here", unit.Key))
	}
	if err := this.host.Runner.Load(unit); err != nil {
		u.funcs[0] = function{err: errorf("load %s: %w", unit.Key, err)} // the next definition fails with it
	}
}

// define finds a function.
func define(f wire.Frame) (fn function) {
	var d definition
	if err := this.codec.Decode(f.Data, reflect.ValueOf(&d)); err != nil {
		return function{err: err}
	}
	fn.name = d.Name
	defer func() {
		if x := recover(); x != nil {
			fn.err = errorf("%s: panic: %v", d.Name, x)
		}
	}()
	entry, err := lookup(d.Entry)
	if err != nil {
		return function{name: d.Name, err: errorf("%s: %w", d.Name, err)}
	}
	this.codec.RegisterType(entry.Type())
	captures := make([]reflect.Value, len(d.Captures))
	for i, data := range d.Captures {
		if i >= entry.Type().NumIn() {
			return function{name: d.Name, err: errorf("%s takes %d captured values, %d came", d.Name, entry.Type().NumIn(), len(d.Captures))}
		}
		v := reflect.New(entry.Type().In(i))
		if err := this.codec.Decode(data, v); err != nil {
			return function{name: d.Name, err: errorf("%s: captured value %d: %w", d.Name, i, err)}
		}
		captures[i] = v.Elem()
	}
	switch d.Mode {
	case capturesFactory:
		fn.call = entry.Call(captures)[0]
		if fn.call.Kind() == reflect.Interface {
			fn.call = fn.call.Elem()
		}
	case capturesReceiver:
		fn.call, fn.args = entry, captures
	default:
		fn.call = entry
	}
	return fn
}

func lookup(entry string) (reflect.Value, error) {
	if this.host != nil && this.host.Runner != nil {
		v, err := this.host.Runner.Lookup(entry)
		if err != nil || v.IsValid() {
			return v, err
		}
	}
	this.mu.Lock()
	defer this.mu.Unlock()
	if v, ok := this.funcs[entry]; ok {
		return v, nil
	}
	return reflect.Value{}, errors.New("not registered in this process")
}

// The first byte of a result.
const (
	resultValue   = iota // a message
	resultFailure        // a failure
)

// A failure is why a task has no result, as it crosses.
type failure struct {
	Panic   bool
	Value   string
	Stack   string
	Err     error
	Encode  bool // the result could not be encoded: Path, Type
	Path    string
	Type    string
	NotMade bool // the function or its arguments could not be made here
}

// task runs one task, if it has not been taken back.
func (u *parentLink) task(f wire.Frame) {
	if !u.outbox.Begin(uint32(f.ID)) {
		u.out.Put(wire.Frame{Kind: frameSkipped, ID: f.ID})
		return
	}
	fn, args, fail := u.prepare(f.Data)
	if f.Data[0]&taskProcess != 0 {
		runProcess(fn, args, fail)
	}
	var result message
	if fail == nil {
		finished := false
		defer func() { // runtime.Goexit: run starts the loop anew
			if !finished {
				u.out.Put(wire.Frame{Kind: frameResult, ID: f.ID, Data: encodeFailure(&failure{Panic: true, Value: "runtime.Goexit was called"})})
			}
		}()
		result, fail = u.invoke(fn, args)
		finished = true
	}
	if fail != nil {
		result = message{buf: encodeFailure(fail)}
	}
	if err := u.putResult(f.ID, result); err != nil {
		fatal(err)
	}
}

// prepare decodes a task: the function's number, then each argument.
func (u *parentLink) prepare(data []byte) (fn function, args []reflect.Value, fail *failure) {
	t, err := parseTask(data)
	if err != nil {
		return fn, nil, &failure{Err: err, NotMade: true}
	}
	fn = u.funcs[t.fn]
	if bad := u.funcs[0].err; bad != nil && fn.err == nil && !fn.call.IsValid() {
		fn.err = bad
	}
	if fn.err != nil {
		return fn, nil, &failure{Err: fn.err, NotMade: true}
	}
	if !fn.call.IsValid() || fn.call.Kind() != reflect.Func {
		return fn, nil, &failure{Err: errorf("%s is no function here", fn.name), NotMade: true}
	}
	typ := fn.call.Type()
	args = append(args, fn.args...)
	if t.context {
		args = append(args, reflect.ValueOf(context.Background()))
	}
	for i, data := range t.args {
		in, ok := parameter(typ, len(args))
		if !ok {
			return fn, nil, &failure{Err: errorf("%s takes %d arguments, %d came", fn.name, typ.NumIn(), len(t.args)), NotMade: true}
		}
		v := reflect.New(in)
		if err := this.codec.Decode(data, v); err != nil {
			return fn, nil, &failure{Err: errorf("args[%d] of %s: %w", i, fn.name, err), NotMade: true}
		}
		args = append(args, v.Elem())
	}
	return fn, args, nil
}

// parameter returns the type of the i-th argument.
func parameter(typ reflect.Type, i int) (reflect.Type, bool) {
	if typ.IsVariadic() && i >= typ.NumIn()-1 {
		return typ.In(typ.NumIn() - 1).Elem(), true
	}
	if i >= typ.NumIn() {
		return nil, false
	}
	return typ.In(i), true
}

var errorType = reflect.TypeFor[error]()

// invoke calls the function and encodes what it returns.
func (u *parentLink) invoke(fn function, args []reflect.Value) (result message, fail *failure) {
	defer func() {
		if x := recover(); x != nil {
			fail = panicked(x, stack())
		}
	}()
	out := fn.call.Call(args)
	if n := len(out); n > 0 && out[n-1].Type() == errorType {
		if err, _ := out[n-1].Interface().(error); err != nil {
			return result, &failure{Err: err}
		}
		out = out[:n-1]
	}
	return u.encodeResults(out)
}

// encodeResults writes no value, one, or a slice of them.
func (u *parentLink) encodeResults(out []reflect.Value) (result message, fail *failure) {
	var v reflect.Value
	switch len(out) {
	case 0:
		return message{buf: []byte{resultValue}}, nil
	case 1:
		v = out[0]
	default:
		all := make([]any, len(out))
		for i := range out {
			all[i] = out[i].Interface()
		}
		v = reflect.ValueOf(all)
	}
	u.reclaim()
	m := message{from: &u.results}
	buf, err := this.codec.EncodeWith([]byte{resultValue}, v, codec.Options{OnHandle: this.passUp, Grow: m.grow})
	var bad *EncodeError
	if errors.As(err, &bad) {
		m.drop()
		return m, &failure{Encode: true, Path: "result" + bad.Path, Type: bad.Type, Err: bad.Err}
	}
	m.buf = buf
	m.finish()
	return m, nil
}

func stack() []byte { return debug.Stack() }

func panicked(x any, stack []byte) *failure {
	f := &failure{Panic: true}
	if this.host != nil && this.host.Explain != nil {
		f.Value, f.Stack = this.host.Explain(x)
	} else {
		f.Value, f.Stack = panicText(x), userFrames(stack)
	}
	if err, ok := x.(error); ok {
		f.Err = err
	}
	return f
}

func panicText(x any) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("a %T that cannot be printed", x)
		}
	}()
	if v, ok := x.(reflect.Value); ok && v.IsValid() && v.CanInterface() { // an interpreter's
		x = v.Interface()
	}
	return fmt.Sprint(x)
}

// userFrames cuts a stack where this package calls the function.
func userFrames(stack []byte) string {
	s := string(stack)
	if _, after, ok := strings.Cut(s, "\npanic("); ok {
		if i := strings.Index(after, "\n\t"); i >= 0 {
			if j := strings.IndexByte(after[i+2:], '\n'); j >= 0 {
				s = after[i+2+j+1:]
			}
		}
	}
	if i := strings.Index(s, "reflect.Value.call("); i >= 0 {
		s = s[:i]
	}
	return s
}

func encodeFailure(f *failure) []byte {
	data, err := this.codec.Encode([]byte{resultFailure}, reflect.ValueOf(f))
	if err != nil { // the error's own methods
		f = &failure{Panic: f.Panic, Value: f.Value, Stack: f.Stack, Err: errorf("an error that cannot be told: %v", err)}
		data, _ = this.codec.Encode([]byte{resultFailure}, reflect.ValueOf(f))
	}
	return data
}
