package procpool

import (
	"context"
	"embed"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parago/parago/procpool/codec"
)

// Source is this package's own source, for front-ends that type-check programs or
// instantiate the generic declarations (generic_*.go) themselves.
//
// The patterns leave out names that end in t: the tests.
//
//go:embed *[^t].go codec/*[^t].go shm/*[^t].go spawn/*[^t].go spawn/parent.go wire/*[^t].go
var Source embed.FS

// A process is what this package knows about the process it is in.
type process struct {
	codec codec.Registry
	host  *Host // nil in a compiled program; set before anything else, by Use
	up    *parentLink

	identity string // "1:2" for the second child of the first child; "" for the root
	current  *Process
	parent   *Process
	counter  atomic.Int64  // of children
	targets  atomic.Uint64 // functions resolved so far
	broker   *broker       // nil unless this is the root

	mu       sync.Mutex
	funcs    map[string]reflect.Value // guarded by mu, as is the rest
	units    map[string]Unit
	plain    map[string]*target // functions that capture nothing
	spares   []*child
	starting int // spares being started
	wanted   int // spares to keep
	children map[*child]bool
	running  map[string]*Process
	pools    map[*scheduler]bool
	cancels  map[string]context.CancelCauseFunc
	contexts map[string]context.Context
	defaults *Pool
	shut     bool

	register   sync.Once // of handles
	memories   memories
	segments   segments // for large tasks
	lockNumber atomic.Uint32
}

// this is the process that we are in: the one thing there is just one of.
var this = newProcess()

func newProcess() *process {
	p := &process{
		funcs:    map[string]reflect.Value{},
		units:    map[string]Unit{},
		plain:    map[string]*target{},
		children: map[*child]bool{},
		running:  map[string]*Process{},
		pools:    map[*scheduler]bool{},
		cancels:  map[string]context.CancelCauseFunc{},
		contexts: map[string]context.Context{},
	}
	p.broker = newBroker()
	p.current = &Process{Name: "MainProcess", state: stateSelf, pid: os.Getpid(), done: make(chan struct{})}
	return p
}

func errorf(format string, args ...any) error { return fmt.Errorf("procpool: "+format, args...) }

// Use tells the package which interpreter hosts it. It is called once at program
// start, before anything else of this package, in the process that runs the cells.
func Use(h Host) { this.host = &h }

// Main makes a compiled program fit to be its own worker. It is called first in
// main, after Register: in the program it returns at once; in a process
// that the program started it serves, and does not return.
func Main() {
	if !started() {
		return
	}
	fatal(serve()) // it returns only if there is no parent
}

// Serve makes an interpreter process a worker. It returns only when this process was
// not started by a parent, with an error that says so.
func Serve(h Host) error {
	this.host = &h
	return serve()
}

// Register makes functions of a compiled program known under their own names in all
// of its processes. Each is a top-level function, or a method expression
// such as (*MyProcess).Run for method values of that type. It panics on anything else.
func Register(funcs ...any) {
	for _, f := range funcs {
		v := reflect.ValueOf(f)
		if v.Kind() != reflect.Func || v.IsNil() {
			panic(errorf("Register: %T is not a function", f))
		}
		name := funcName(v)
		if isClosure(name) {
			panic(errorf("Register: %s is not a top-level function", name))
		}
		this.mu.Lock()
		this.funcs[funcKey(name, v.Type())] = v
		this.mu.Unlock()
		this.codec.RegisterType(v.Type())
	}
}

// RegisterType makes the named types of the samples known, so that they can cross
// in interfaces. A sample may be a reflect.Type. Types that
// registered functions mention are known already.
func RegisterType(samples ...any) {
	for _, s := range samples {
		t, ok := s.(reflect.Type)
		if !ok {
			t = reflect.TypeOf(s)
		}
		this.codec.RegisterType(t)
	}
}

// RegisterError makes errors.Is hold for err when it crosses. The name must be the
// same in all processes. Without it, errors of one type and text match.
func RegisterError(name string, err error) { this.codec.RegisterError(name, err) }

// Encode turns a value into bytes that Decode of another process understands. Its
// error is an *EncodeError.
func Encode(v reflect.Value) ([]byte, error) {
	this.registerHandles()
	return this.codec.Encode(nil, v)
}

// Decode sets into, which is settable or a non-nil pointer, to an encoded value.
func Decode(data []byte, into reflect.Value) error {
	this.registerHandles()
	return this.codec.Decode(data, into)
}

// CPUCount returns how many processes can run at once here. It heeds CPU affinity and
// container limits. Python's process_cpu_count.
func CPUCount() int { return runtime.GOMAXPROCS(0) }

// origin says on whose behalf the caller acts.
func (p *process) origin() string {
	if p.host == nil || p.host.Origin == nil || p.up != nil {
		return ""
	}
	return p.host.Origin()
}

// context is done when its origin is cancelled.
func (p *process) context(origin string) context.Context {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx := p.contexts[origin]; ctx != nil {
		return ctx
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	p.contexts[origin], p.cancels[origin] = ctx, cancel
	return ctx
}

// CancelOrigin stops what was begun on behalf of origin and has not ended: its tasks
// fail with ErrCanceled, workers running them are killed and replaced,
// processes it started are killed, and calls it waits in return. Others notice
// nothing. It returns when the processes are gone.
func CancelOrigin(origin string) {
	p := this
	p.mu.Lock()
	if cancel := p.cancels[origin]; cancel != nil {
		cancel(ErrCanceled)
		delete(p.cancels, origin)
		delete(p.contexts, origin)
	}
	var pools []*scheduler
	for pool := range p.pools {
		pools = append(pools, pool)
	}
	var procs []*Process
	for _, proc := range p.running {
		if proc.origin == origin {
			procs = append(procs, proc)
		}
	}
	p.mu.Unlock()
	var killed []*child
	for _, pool := range pools {
		killed = append(killed, pool.cancelOrigin(origin)...)
	}
	for _, proc := range procs {
		if _, c := proc.lookAt(); c != nil {
			c.spawned.Kill()
			killed = append(killed, c)
		}
	}
	for _, c := range killed {
		<-c.gone
	}
}

// Shutdown ends all children, and theirs: pools and daemons at once, other processes after grace
// if they have not ended by then. It returns when they are gone. Nothing can be started afterwards.
func Shutdown(grace time.Duration) {
	p := this
	p.mu.Lock()
	p.shut = true
	var pools []*scheduler
	for pool := range p.pools {
		pools = append(pools, pool)
	}
	var procs []*Process
	for _, proc := range p.running {
		procs = append(procs, proc)
	}
	p.mu.Unlock()
	for _, pool := range pools {
		pool.terminate()
		p.forgetPool(pool)
	}
	for _, proc := range procs {
		if _, c := proc.lookAt(); c != nil && proc.Daemon {
			c.spawned.Kill()
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
	p.mu.Lock()
	var rest []*child
	for c := range p.children {
		rest = append(rest, c)
	}
	p.mu.Unlock()
	for _, c := range rest {
		c.spawned.Kill()
	}
	for _, c := range rest {
		<-c.gone
	}
	p.segments.clear()
}

// command starts a process like this one.
func (p *process) command() ([]string, error) {
	if p.host != nil && len(p.host.Command) > 0 {
		return p.host.Command, nil
	}
	if runtime.GOOS == "linux" {
		return []string{"/proc/self/exe"}, nil // also when its file has been replaced
	}
	exe, err := os.Executable()
	return []string{exe}, err
}

// A target is a function that another process can find.
type target struct {
	name    string // for people
	class   string
	entry   string
	factory bool
	capture []any
	typ     reflect.Type
	local   reflect.Value
	units   []Unit // what it needs, in load order; data may be there already

	id   uint64
	wire []byte      // its definition
	over atomic.Bool // no call uses it any more
}

// newTarget numbers a target.
func (p *process) newTarget(t *target) *target {
	t.id = p.targets.Add(1)
	return t
}

// known returns an earlier target for the same function, or nil.
func (p *process) known(t *target) *target {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.plain[t.entry]
	if old != nil && old.typ == t.typ && old.name == t.name && slices.EqualFunc(old.units, t.units, func(a, b Unit) bool { return a.Key == b.Key && a.Version == b.Version }) {
		return old
	}
	return nil
}

// cached returns an earlier target for a function that has captured nothing, so
// that processes need not be told again.
func (p *process) cached(t *target) *target {
	if old := p.known(t); old != nil {
		return old
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if old := p.plain[t.entry]; old != nil {
		old.over.Store(true)
	}
	p.plain[t.entry] = t
	return t
}

// resolve finds out what f is. It is called in the goroutine of the caller, since
// what the function reads is taken now.
func (p *process) resolve(f any) (*target, error) {
	p.registerHandles()
	t, err := p.find(f)
	if err != nil {
		return nil, err
	}
	if t.factory || len(t.capture) > 0 {
		return t, nil
	}
	if old := p.known(t); old != nil {
		return old, nil
	}
	if err := t.seal(nil); err != nil {
		return nil, err
	}
	return p.cached(t), nil
}

func (p *process) find(f any) (*target, error) {
	if f, ok := f.(*Func); ok && f != nil {
		return p.resolveFunc(f)
	}
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return nil, errorf("%T is not a function", f)
	}
	return p.resolveNative(v)
}

func (p *process) resolveFunc(f *Func) (*target, error) {
	local := reflect.ValueOf(f.Local)
	if local.Kind() != reflect.Func {
		return nil, errorf("%s is not a function", f.Name)
	}
	t := p.newTarget(&target{name: f.Name, class: f.Class, entry: f.Entry, factory: f.Factory, capture: f.Captures, typ: local.Type(), local: local})
	if p.host == nil || p.host.Linker == nil {
		return t, nil
	}
	var needs []Unit
	fresh, err := p.host.Linker.Link(f.Entry, func(key string, version uint64) bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		u, ok := p.units[key]
		ok = ok && u.Version == version
		if !ok {
			u = Unit{Key: key, Version: version}
		}
		needs = append(needs, u)
		return ok
	})
	if err != nil {
		return nil, errorf("%s: %w", f.Name, err)
	}
	t.units = p.addUnits(needs, fresh)
	return t, nil
}

// addUnits keeps fresh units for processes to come, and completes needs with them.
func (p *process) addUnits(needs, fresh []Unit) []Unit {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, u := range fresh {
		p.units[u.Key] = u
		at := slices.IndexFunc(needs, func(n Unit) bool { return n.Key == u.Key })
		if at < 0 {
			needs = append(needs, u)
			continue
		}
		needs[at] = u
	}
	return needs
}

func funcName(v reflect.Value) string {
	f := runtime.FuncForPC(v.Pointer())
	if f == nil {
		return "an unknown function"
	}
	return f.Name()
}

// funcKey tells the instances of a generic function apart.
func funcKey(name string, t reflect.Type) string {
	if strings.HasSuffix(name, "[...]") {
		return name + t.String()
	}
	return name
}

// isClosure tells function literals, "main.f.func1", and method values, "main.T.M-fm".
func isClosure(name string) bool {
	if strings.HasSuffix(name, "-fm") {
		return true
	}
	base := name[strings.LastIndexByte(name, '/')+1:]
	for _, part := range strings.Split(base, ".")[1:] {
		if rest, ok := strings.CutPrefix(part, "func"); ok && rest != "" && strings.Trim(rest, "0123456789") == "" {
			return true
		}
	}
	return false
}

// resolveNative finds a function of a compiled program by its name.
func (p *process) resolveNative(v reflect.Value) (*target, error) {
	name := funcName(v)
	t := p.newTarget(&target{name: name, entry: funcKey(name, v.Type()), typ: v.Type(), local: v})
	if method, ok := strings.CutSuffix(name, "-fm"); ok {
		return p.resolveMethod(t, method)
	}
	if isClosure(name) {
		return nil, errorf("%s is a function literal, which cannot cross to another process: make it a top-level function and register it", name)
	}
	p.mu.Lock()
	_, ok := p.funcs[t.entry]
	p.mu.Unlock()
	if !ok {
		return nil, errorf("%s is not registered: call procpool.Register(%s) before procpool.Main()", name, name[strings.LastIndexByte(name, '.')+1:])
	}
	return t, nil
}

// resolveMethod takes a method value apart: the method expression, which must be
// registered, and the receiver, which the compiler puts behind the code pointer.
func (p *process) resolveMethod(t *target, method string) (*target, error) {
	p.mu.Lock()
	expr, ok := p.funcs[method]
	p.mu.Unlock()
	if !ok {
		return nil, errorf("method %s is not registered: call procpool.Register(%s) before procpool.Main()", method, method[strings.LastIndexByte(method, '/')+1:])
	}
	t.name, t.entry = method, method
	receiver := expr.Type().In(0)
	t.capture = []any{methodReceiver(t.local, receiver).Interface()}
	for receiver.Kind() == reflect.Pointer {
		receiver = receiver.Elem()
	}
	t.class = receiver.Name()
	return t, nil
}
