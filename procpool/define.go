package procpool

import (
	"errors"
	"reflect"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// A function is what a define frame has named.
type function struct {
	name   string
	call   reflect.Value
	args   []reflect.Value // that come before those of a task
	result string          // see Func
	err    error
}

func (u *parentLink) load(f wire.Frame) {
	var unit host.Unit
	if err := this.Codec.Decode(f.Data, reflect.ValueOf(&unit)); err != nil {
		fault.Fatal(err)
	}
	if u.content != nil {
		unit.Content, u.content = task.Received(&this.Codec, *u.content), nil
	}
	if this.Host == nil || this.Host.Runner == nil {
		fault.Fatal(fault.Errorf("load %s: no interpreter here", unit.Key))
	}
	if err := this.Host.Runner.Load(unit); err != nil {
		u.funcs[0] = function{err: fault.Errorf("load %s: %w", unit.Key, err)} // the next definition fails with it
	}
}

// define finds a function.
func define(f wire.Frame) (fn function) {
	err := task.ReadBulk(f, func(data []byte) error {
		fn = defineFrom(data)
		return nil
	})
	if err != nil {
		return function{err: err}
	}
	return fn
}

// defineFrom reads a definition, and behind it what the function has captured.
func defineFrom(data []byte) (fn function) {
	var d task.Definition
	head, data, ok := task.CutArg(data)
	if !ok {
		return function{err: fault.Errorf("a definition that cannot be read")}
	}
	if err := this.Codec.Decode(head, reflect.ValueOf(&d)); err != nil {
		return function{err: err}
	}
	fn.name, fn.result = d.Name, d.Result
	defer func() {
		if x := recover(); x != nil {
			fn.err = fault.Errorf("%s: panic: %v", d.Name, x)
		}
	}()
	entry, err := lookup(d.Entry)
	if err != nil {
		return function{name: d.Name, err: fault.Errorf("%s: %w", d.Name, err)}
	}
	this.Codec.RegisterType(entry.Type())
	captures := make([]reflect.Value, entry.Type().NumIn())
	n := 0
	for ; len(data) > 0; n++ {
		var capture []byte
		if capture, data, ok = task.CutArg(data); !ok || n == len(captures) {
			return function{name: d.Name, err: fault.Errorf("%s does not take the values that were captured", d.Name)}
		}
		v := reflect.New(entry.Type().In(n))
		if err := this.Codec.Decode(capture, v); err != nil {
			return function{name: d.Name, err: fault.Errorf("%s: captured value %d: %w", d.Name, n, err)}
		}
		captures[n] = v.Elem()
	}
	captures = captures[:n]
	switch d.Mode {
	case task.CapturesFactory:
		fn.call = entry.Call(captures)[0]
		if fn.call.Kind() == reflect.Interface {
			fn.call = fn.call.Elem()
		}
	case task.CapturesReceiver:
		fn.call, fn.args = entry, captures
	default:
		fn.call = entry
	}
	return fn
}

func lookup(entry string) (reflect.Value, error) {
	if this.Host != nil && this.Host.Runner != nil {
		v, err := this.Host.Runner.Lookup(entry)
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
