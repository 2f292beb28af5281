package procpool

import (
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/task"
)

// A target is a function that another process can find.
type target struct {
	name    string // for people
	class   string
	entry   string
	factory bool
	capture []any
	fields  bool // see Func
	result  string
	typ     reflect.Type
	local   reflect.Value
	units   []host.Unit // what it needs, in load order; data may be there already

	id   uint64
	def  *task.Bulk  // its definition, when it is sealed
	over atomic.Bool // no call uses it any more
	cost cost        // of its calls
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
	if old != nil && old.typ == t.typ && old.name == t.name && slices.EqualFunc(old.units, t.units, func(a, b host.Unit) bool { return a.Key == b.Key && a.Version == b.Version }) {
		return old
	}
	return nil
}

// cached returns an earlier target for a function that has captured nothing, so
// that processes need not be told again.
func (p *process) cached(t *target) *target {
	if old := p.known(t); old != nil {
		return old.renew(t)
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
// what the function reads is taken now, and held until the caller drops it.
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
		return old.renew(t), nil
	}
	if err := t.seal(nil); err != nil {
		return nil, err
	}
	return p.cached(t), nil
}

func (p *process) find(f any) (*target, error) {
	if f, ok := f.(*host.Func); ok && f != nil {
		return p.resolveFunc(f)
	}
	v := reflect.ValueOf(f)
	switch {
	case v.Kind() != reflect.Func:
		return nil, fault.Errorf("%T is not a function", f)
	case v.IsNil():
		return nil, fault.Errorf("the function is nil: a %T", f)
	}
	if p.Host != nil && p.Host.Find != nil {
		found, err := p.Host.Find(funcName(v), f)
		if err != nil {
			return nil, fault.Errorf("%w", err)
		}
		if found != nil {
			return p.resolveFunc(found)
		}
	}
	return p.resolveNative(v)
}

func (p *process) resolveFunc(f *host.Func) (*target, error) {
	local := reflect.ValueOf(f.Local)
	if local.Kind() != reflect.Func {
		return nil, fault.Errorf("%s is not a function", f.Name)
	}
	t := p.newTarget(&target{name: f.Name, class: f.Class, entry: f.Entry, factory: f.Factory, capture: f.Captures, fields: f.Fields, result: f.Result, typ: local.Type(), local: local})
	if p.Host == nil || p.Host.Linker == nil {
		return t, nil
	}
	var needs []host.Unit
	fresh, err := p.Host.Linker.Link(f.Entry, func(key string, version uint64) bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		u, ok := p.units[key]
		ok = ok && u.Version == version
		if !ok {
			u = host.Unit{Key: key, Version: version}
		}
		needs = append(needs, u)
		return ok
	})
	if err != nil {
		return nil, fault.Errorf("%s: %w", f.Name, err)
	}
	t.units = p.addUnits(needs, fresh)
	return t, nil
}

// addUnits keeps fresh units for processes to come, and completes needs with them.
func (p *process) addUnits(needs, fresh []host.Unit) []host.Unit {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, u := range fresh {
		p.units[u.Key] = u
		at := slices.IndexFunc(needs, func(n host.Unit) bool { return n.Key == u.Key })
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
		return nil, fault.Errorf("%s is a function literal, which cannot cross to another process: make it a top-level function and register it", name)
	}
	p.mu.Lock()
	_, ok := p.funcs[t.entry]
	p.mu.Unlock()
	if !ok {
		return nil, fault.Errorf("%s is not registered: call procpool.Register(%s) before procpool.Main()", name, name[strings.LastIndexByte(name, '.')+1:])
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
		return nil, fault.Errorf("method %s is not registered: call procpool.Register(%s) before procpool.Main()", method, method[strings.LastIndexByte(method, '/')+1:])
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
