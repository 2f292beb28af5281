package callee

import (
	"errors"
	"reflect"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// A Body is what a define frame has named.
type Body struct {
	Node   *node.Node
	Name   string
	Func   reflect.Value
	Args   []reflect.Value // that come before those of a task
	Result string          // see Func
	Err    error
}

// Define finds a function.
func (c *Table) Define(f wire.Frame) (fn Body) {
	err := task.ReadBulk(f, func(data []byte) error {
		fn = c.defineFrom(data)
		return nil
	})
	if err != nil {
		return Body{Err: err}
	}
	return fn
}

// defineFrom reads a definition, and behind it what the function has captured.
func (c *Table) defineFrom(data []byte) (fn Body) {
	var d task.Definition
	head, data, ok := task.CutArg(data)
	if !ok {
		return Body{Err: fault.Errorf("a definition that cannot be read")}
	}
	if err := c.Codec.Decode(head, reflect.ValueOf(&d)); err != nil {
		return Body{Err: err}
	}
	fn.Node, fn.Name, fn.Result = c.Node, d.Name, d.Result
	defer func() {
		if x := recover(); x != nil {
			fn.Err = fault.Errorf("%s: panic: %v", d.Name, x)
		}
	}()
	entry, err := c.Lookup(d.Entry)
	if err != nil {
		return Body{Name: d.Name, Err: fault.Errorf("%s: %w", d.Name, err)}
	}
	c.Codec.RegisterType(entry.Type())
	captures := make([]reflect.Value, entry.Type().NumIn())
	n := 0
	for ; len(data) > 0; n++ {
		var capture []byte
		if capture, data, ok = task.CutArg(data); !ok || n == len(captures) {
			return Body{Name: d.Name, Err: fault.Errorf("%s does not take the values that were captured", d.Name)}
		}
		v := reflect.New(entry.Type().In(n))
		if err := c.Codec.Decode(capture, v); err != nil {
			return Body{Name: d.Name, Err: fault.Errorf("%s: captured value %d: %w", d.Name, n, err)}
		}
		captures[n] = v.Elem()
	}
	captures = captures[:n]
	switch d.Mode {
	case task.CapturesFactory:
		fn.Func = entry.Call(captures)[0]
		if fn.Func.Kind() == reflect.Interface {
			fn.Func = fn.Func.Elem()
		}
	case task.CapturesReceiver:
		fn.Func, fn.Args = entry, captures
	default:
		fn.Func = entry
	}
	return fn
}

// Lookup finds an entry in this process, in the interpreter if there is one.
func (c *Table) Lookup(entry string) (reflect.Value, error) {
	if c.Host != nil && c.Host.Runner != nil {
		v, err := c.Host.Runner.Lookup(entry)
		if err != nil || v.IsValid() {
			return v, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.funcs[entry]; ok {
		return v, nil
	}
	return reflect.Value{}, errors.New("not registered in this process")
}
