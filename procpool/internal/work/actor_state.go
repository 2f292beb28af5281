package work

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/view"
)

// An actorState is what an actor's process keeps between calls. It is owned by run.
type actorState struct {
	node    *node.Node
	name    string // of its type
	methods map[string]reflect.Value
}

// keeping is fn, but the first of what it returns stays here.
func (s *actorState) keeping(fn callee.Body) callee.Body {
	if fn.Err != nil || !fn.Func.IsValid() || fn.Func.Kind() != reflect.Func {
		return fn
	}
	f, t := fn.Func, fn.Func.Type()
	var in []reflect.Type
	for i := range t.NumIn() {
		in = append(in, t.In(i))
	}
	fn.Func = reflect.MakeFunc(reflect.FuncOf(in, []reflect.Type{callee.ErrorType}, t.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		var out []reflect.Value
		if t.IsVariadic() {
			out = f.CallSlice(args)
		} else {
			out = f.Call(args)
		}
		if n := len(out); n > 1 && out[n-1].Type() == callee.ErrorType && !out[n-1].IsNil() {
			return out[n-1:]
		}
		bad := reflect.New(callee.ErrorType).Elem()
		if err := s.keep(out[0], fn.Result); err != nil {
			bad.Set(reflect.ValueOf(err))
		}
		return []reflect.Value{bad}
	})
	return fn
}

// keep takes the state in, and finds its methods.
func (s *actorState) keep(state reflect.Value, result string) error {
	if state.Kind() == reflect.Interface {
		state = state.Elem()
	}
	if !state.IsValid() || state.Kind() == reflect.Pointer && state.IsNil() {
		return fault.Errorf("the state of an actor is nil")
	}
	s.name = callee.StateName(state.Type(), result)
	if s.node.Host != nil && s.node.Host.Methods != nil {
		if s.methods = s.node.Host.Methods(state.Interface(), result); s.methods != nil {
			return nil
		}
	}
	if state.Kind() != reflect.Pointer { // its methods may change it
		p := reflect.New(state.Type())
		p.Elem().Set(state)
		state = p
	}
	s.methods = map[string]reflect.Value{}
	for i := range state.NumMethod() {
		s.methods[state.Type().Method(i).Name] = state.Method(i)
	}
	return nil
}

// method decodes a call of a method: who calls, its name, each argument.
func (u *Link) method(data []byte) (fn callee.Body, args []reflect.Value, fail *task.Failure) {
	items, ok := broker.ParseItems(data[1:])
	if !ok || len(items) < 2 {
		return fn, nil, &task.Failure{Err: fault.Errorf("a call that cannot be read"), NotMade: true}
	}
	s, name := &u.state, string(items[1])
	u.caller = string(items[0])
	fn.Node, fn.Name = u.Node, cmp.Or(s.name, "Actor")+"."+name
	if fn.Func = s.methods[name]; !fn.Func.IsValid() {
		has := "none"
		if names := slices.Sorted(maps.Keys(s.methods)); len(names) > 0 {
			has = strings.Join(names, ", ")
		}
		return fn, nil, &task.Failure{Err: fmt.Errorf("%w: %s; the actor's methods: %s", fault.ErrNoMethod, fn.Name, has), NotMade: true}
	}
	items = items[2:]
	typ := fn.Func.Type()
	if n := typ.NumIn(); typ.IsVariadic() && len(items) < n-1 || !typ.IsVariadic() && len(items) != n {
		return fn, nil, &task.Failure{Err: fault.Errorf("%s takes %s, %d given", fn.Name, view.Count(n, "argument"), len(items)), NotMade: true}
	}
	for i, item := range items {
		in, _ := callee.Parameter(typ, i)
		v := reflect.New(in)
		if err := decodeTo(u.Node, item, v); err != nil {
			return fn, nil, &task.Failure{Err: fault.Errorf("argument %d of %s is %w", i+1, fn.Name, err), NotMade: true}
		}
		args = append(args, v.Elem())
	}
	return fn, args, nil
}

// decodeTo sets what v points to to a value that came without a type, as an argument of
// a call would be.
func decodeTo(n *node.Node, data []byte, v reflect.Value) error {
	err := n.Codec.Decode(data, v)
	if err == nil {
		return nil
	}
	var x any
	if n.Codec.Decode(data, reflect.ValueOf(&x)) != nil {
		return err
	}
	v.Elem().SetZero()
	return callee.Fit(n, x, v.Interface())
}

// passOn is pass for what a task returns: to the parent, or to who has called a method.
func (u *Link) passOn(h any) {
	if u.state.methods == nil {
		u.PassUp(h)
		return
	}
	u.Pass(h, u.caller)
}
