package procpool

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/view"
	"github.com/parago/parago/procpool/wire"
)

// The first byte of a result.
const (
	resultValue   = iota // a message
	resultFailure        // a failure
)

// outcome takes a result apart: the value as it is encoded, or the failure.
func outcome(data []byte) ([]byte, error) {
	switch {
	case len(data) == 0:
		return nil, fault.Errorf("an empty result")
	case data[0] == resultFailure:
		return nil, decodeFailure(data[1:]).asError()
	}
	return data[1:], nil
}

// task runs a task, or the elements of a chunk. Its arguments may be apart from the rest.
func (u *parentLink) task(id uint64, data, args []byte) {
	if k, err := parseChunk(data, args); err == nil && k.has(taskElement) {
		u.chunk = newChunkRun(u, uint32(id), k)
		u.goOn()
		return
	}
	if len(data) == 0 {
		data = args
	}
	if !u.outbox.Begin(uint32(id)) {
		u.out.Put(wire.Frame{Kind: frameSkipped, ID: id, Data: broker.Number(1)})
		return
	}
	u.outbox.BeganAt(time.Now())
	fn, values, fail := u.prepare(data)
	if data[0]&taskProcess != 0 {
		runProcess(fn, values, fail)
	}
	if data[0]&taskState != 0 {
		fn = u.state.keeping(fn)
	}
	var result message
	if fail == nil {
		finished := false
		defer func() { // runtime.Goexit: serve starts the loop anew
			if x := recover(); x != nil {
				u.out.Put(wire.Frame{Kind: frameResult, ID: id, Data: encodeFailure(panicked(x, stack()))})
			} else if !finished {
				u.out.Put(wire.Frame{Kind: frameResult, ID: id, Data: encodeFailure(goexited())})
			}
		}()
		result, fail = invoke(fn, values, u.encodeResults)
		finished = true
	}
	if fail != nil {
		result = message{buf: encodeFailure(fail)}
	}
	if err := u.putResult(id, result); err != nil {
		fatal(err)
	}
}

// prepare finds the function of a task of its own, and its arguments.
func (u *parentLink) prepare(data []byte) (fn function, args []reflect.Value, fail *failure) {
	if data[0]&taskMethod != 0 {
		return u.method(data)
	}
	k, err := parseChunk(data, nil)
	if err != nil {
		return fn, nil, &failure{Err: err, NotMade: true}
	}
	if fn, fail = u.function(k.fn); fail == nil {
		args, fail = fn.arguments(&k)
	}
	return fn, args, fail
}

// function finds a function by its number.
func (u *parentLink) function(number uint64) (fn function, fail *failure) {
	fn = u.funcs[number]
	if bad := u.funcs[0].err; bad != nil && fn.err == nil && !fn.call.IsValid() {
		fn.err = bad
	}
	if fn.err == nil && (!fn.call.IsValid() || fn.call.Kind() != reflect.Func) {
		fn.err = fault.Errorf("%s is no function here", fn.name)
	}
	if fn.err != nil {
		return fn, &failure{Err: fn.err, NotMade: true}
	}
	return fn, nil
}

// first is where the argument of an element stands.
func (fn function) first(k *chunk) int { return len(fn.args) + elementPlace(k.flags) }

// arguments decodes those of the next element.
func (fn function) arguments(k *chunk) (args []reflect.Value, fail *failure) {
	data, err := k.next()
	if err != nil {
		return nil, &failure{Err: err, NotMade: true}
	}
	typ := fn.call.Type()
	args = append(args, fn.args...)
	if k.has(taskContext) {
		args = append(args, reflect.Zero(contextType)) // invokeWithin makes it
	}
	for i, data := range data {
		in, ok := parameter(typ, len(args))
		if !ok {
			return nil, &failure{Err: fault.Errorf("%s takes %s, %d came", fn.name, view.Count(typ.NumIn(), "argument"), len(args)+1), NotMade: true}
		}
		v := reflect.New(in)
		if err := this.codec.Decode(data, v); err != nil {
			return nil, &failure{Err: fault.Errorf("args[%d] of %s: %w", i, fn.name, err), NotMade: true}
		}
		args = append(args, v.Elem())
	}
	return args, nil
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

var (
	errorType   = reflect.TypeFor[error]()
	contextType = reflect.TypeFor[context.Context]()
)

// An encoder makes a result of what a function returned.
type encoder func(out []reflect.Value) (message, *failure)

// invokeWithin is invoke for an element, whose function may want a context.
func invokeWithin(ctx context.Context, k *chunk, fn function, args []reflect.Value, encode encoder) (result message, fail *failure) {
	if !k.has(taskContext) {
		return invoke(fn, args, encode)
	}
	ctx, stop := softContext(ctx, time.Duration(k.limit))
	defer stop()
	args[len(fn.args)] = reflect.ValueOf(&ctx).Elem()
	result, fail = invoke(fn, args, encode)
	if fail != nil && fail.Err != nil && ctx.Err() != nil && fault.IsError(fail.Err, context.DeadlineExceeded) {
		fail.Err = &fault.TimeoutError{What: fn.name, Err: fail.Err}
	}
	return result, fail
}

// invoke calls the function and encodes what it returns.
func invoke(fn function, args []reflect.Value, encode encoder) (result message, fail *failure) {
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
	return encode(out)
}

// encodeResults makes the result of a worker, which may be large.
func (u *parentLink) encodeResults(out []reflect.Value) (result message, fail *failure) {
	u.reclaim()
	m := message{from: &u.results}
	return m.encodeResults(out, u.passOn)
}

// encodeResults writes no value, one, or a slice of them.
func (m message) encodeResults(out []reflect.Value, onHandle func(any)) (result message, fail *failure) {
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
	buf, err := this.codec.EncodeWith([]byte{resultValue}, v, codec.Options{OnHandle: onHandle, Grow: m.grow})
	var bad *EncodeError
	if errors.As(err, &bad) {
		m.drop()
		return m, &failure{Encode: true, Path: "result" + bad.Path, Type: bad.Type, Err: bad.Err}
	}
	m.buf = buf
	m.finish()
	return m, nil
}
