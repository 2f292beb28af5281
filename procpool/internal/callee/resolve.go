package callee

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/task"
)

// A Callee is a function that another process can find.
type Callee struct {
	Name    string // for people
	class   string
	Entry   string
	factory bool
	Capture []any
	fields  bool // see Func
	result  string
	Type    reflect.Type
	Local   reflect.Value
	Units   []host.Unit // what it needs, in load order; data may be there already

	Node *node.Node
	ID   uint64
	Def  *task.Bulk  // its definition, when it is sealed
	Over atomic.Bool // no call uses it any more
	Cost Cost        // of its calls
}

// newCallee numbers a callee.
func (c *Table) newCallee(t *Callee) *Callee {
	t.Node, t.ID = c.Node, c.last.Add(1)
	return t
}

// known returns an earlier target for the same function, or nil.
func (c *Table) known(t *Callee) *Callee {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.plain[t.Entry]
	if old != nil && old.Type == t.Type && old.Name == t.Name && slices.EqualFunc(old.Units, t.Units, func(a, b host.Unit) bool { return a.Key == b.Key && a.Version == b.Version }) {
		return old
	}
	return nil
}

// cached returns an earlier target for a function that has captured nothing, so
// that processes need not be told again.
func (c *Table) cached(t *Callee) *Callee {
	if old := c.known(t); old != nil {
		return old.renew(t)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.plain[t.Entry]; old != nil {
		old.Over.Store(true)
	}
	c.plain[t.Entry] = t
	return t
}

// Resolve finds out what f is. It is called in the goroutine of the caller, since
// what the function reads is taken now, and held until the caller drops it.
func (c *Table) Resolve(f any) (*Callee, error) {
	c.Ready()
	t, err := c.find(f)
	if err != nil {
		return nil, err
	}
	if t.factory || len(t.Capture) > 0 {
		return t, nil
	}
	if old := c.known(t); old != nil {
		return old.renew(t), nil
	}
	if err := t.Seal(nil); err != nil {
		return nil, err
	}
	return c.cached(t), nil
}

func (c *Table) find(f any) (*Callee, error) {
	if f, ok := f.(*host.Func); ok && f != nil {
		return c.resolveFunc(f)
	}
	v := reflect.ValueOf(f)
	switch {
	case v.Kind() != reflect.Func:
		return nil, fault.Errorf("%T is not a function", f)
	case v.IsNil():
		return nil, fault.Errorf("the function is nil: a %T", f)
	}
	if c.Host != nil && c.Host.Find != nil {
		found, err := c.Host.Find(FuncName(v), f)
		if err != nil {
			return nil, fault.Errorf("%w", err)
		}
		if found != nil {
			return c.resolveFunc(found)
		}
	}
	return c.resolveNative(v)
}

func (c *Table) resolveFunc(f *host.Func) (*Callee, error) {
	local := reflect.ValueOf(f.Local)
	if local.Kind() != reflect.Func {
		return nil, fault.Errorf("%s is not a function", f.Name)
	}
	t := c.newCallee(&Callee{Name: f.Name, class: f.Class, Entry: f.Entry, factory: f.Factory, Capture: f.Captures, fields: f.Fields, result: f.Result, Type: local.Type(), Local: local})
	if c.Host == nil || c.Host.Linker == nil {
		return t, nil
	}
	var needs []host.Unit
	fresh, err := c.Host.Linker.Link(f.Entry, func(key string, version uint64) bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		u, ok := c.units[key]
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
	t.Units = c.addUnits(needs, fresh)
	return t, nil
}

// addUnits keeps fresh units for processes to come, and completes needs with them.
func (c *Table) addUnits(needs, fresh []host.Unit) []host.Unit {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, u := range fresh {
		c.units[u.Key] = u
		at := slices.IndexFunc(needs, func(n host.Unit) bool { return n.Key == u.Key })
		if at < 0 {
			needs = append(needs, u)
			continue
		}
		needs[at] = u
	}
	return needs
}

// FuncName is what the program calls a function.
func FuncName(v reflect.Value) string {
	f := runtime.FuncForPC(v.Pointer())
	if f == nil {
		return "an unknown function"
	}
	return f.Name()
}

// funcKey is the name of a compiled function in all processes of its program. The instances of a generic one
// and of a generic type's methods have one name, and maybe one type: they are told apart by where their code
// is, from where this package's is, which is the same wherever the program runs.
func funcKey(name string, f reflect.Value) string {
	if !isGeneric(name) {
		return name
	}
	return fmt.Sprintf("%s%s@%x", name, f.Type(), f.Pointer()-reflect.ValueOf(FuncName).Pointer())
}

func isGeneric(name string) bool { return strings.Contains(name, "[...]") }

// written is a function's name as a program would have it: "square" of package main, "strings.ToUpper".
func written(name string) string {
	return strings.ReplaceAll(strings.TrimPrefix(name[strings.LastIndexByte(name, '/')+1:], "main."), "[...]", "[…]")
}

// IsClosure tells function literals, "main.f.func1", and method values, "main.T.M-fm".
func IsClosure(name string) bool {
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
func (c *Table) resolveNative(v reflect.Value) (*Callee, error) {
	name := FuncName(v)
	t := c.newCallee(&Callee{Name: name, Entry: funcKey(name, v), Type: v.Type(), Local: v})
	if method, ok := strings.CutSuffix(name, "-fm"); ok {
		return c.resolveMethod(t, method)
	}
	if IsClosure(name) {
		return nil, fault.Errorf("%s is a function literal, which cannot cross to another process: make it a top-level function and register it", name)
	}
	c.mu.Lock()
	_, ok := c.funcs[t.Entry]
	c.mu.Unlock()
	if !ok {
		return nil, fault.Errorf("%s is not registered: call procpool.Register(%s) before procpool.Main()", name, written(name))
	}
	return t, nil
}

// resolveMethod takes a method value apart: the method expression, which must be
// registered, and the receiver, which the compiler puts behind the code pointer.
func (c *Table) resolveMethod(t *Callee, method string) (*Callee, error) {
	if isGeneric(method) {
		return nil, fault.Errorf("%s is a method value of a generic type, and nothing tells of which instance: register the method of the instance that is meant, and pass that and the receiver, as in NewProcess(%s, x)", method, written(method))
	}
	c.mu.Lock()
	expr, ok := c.funcs[method]
	c.mu.Unlock()
	if !ok {
		return nil, fault.Errorf("method %s is not registered: call procpool.Register(%s) before procpool.Main()", method, written(method))
	}
	t.Name, t.Entry = method, method
	receiver := expr.Type().In(0)
	t.Capture = []any{methodReceiver(t.Local, receiver).Interface()}
	for receiver.Kind() == reflect.Pointer {
		receiver = receiver.Elem()
	}
	t.class = receiver.Name()
	return t, nil
}
