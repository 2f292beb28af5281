package procpool

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/parago/parago/procpool/codec"
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
		return nil, errorf("an empty result")
	case data[0] == resultFailure:
		return nil, decodeFailure(data[1:]).asError()
	}
	return data[1:], nil
}

// task runs one task, if it has not been taken back.
func (u *parentLink) task(f wire.Frame) {
	if !u.outbox.Begin(uint32(f.ID)) {
		u.out.Put(wire.Frame{Kind: frameSkipped, ID: f.ID})
		return
	}
	begun := u.outbox.BegunAt()
	var fn function
	var args []reflect.Value
	var fail *failure
	var t parsedTask
	if f.Data[0]&taskMethod != 0 {
		fn, args, fail = u.method(f.Data)
	} else {
		var err error
		t, err = parseTask(f.Data)
		fn, args, fail = u.prepare(t, err)
	}
	if f.Data[0]&taskProcess != 0 {
		runProcess(fn, args, fail)
	}
	if f.Data[0]&taskState != 0 {
		fn = u.state.keeping(fn)
	}
	var result message
	if fail == nil {
		finished := false
		defer func() { // runtime.Goexit: serve starts the loop anew
			if x := recover(); x != nil {
				u.out.Put(wire.Frame{Kind: frameResult, ID: f.ID, Data: encodeFailure(panicked(x, stack()))})
			} else if !finished {
				u.out.Put(wire.Frame{Kind: frameResult, ID: f.ID, Data: encodeFailure(goexited())})
			}
		}()
		result, fail = u.run(t, fn, args)
		finished = true
	}
	if fail != nil {
		result = message{buf: encodeFailure(fail)}
	}
	if f.Data[0]&taskTimed != 0 {
		u.out.Put(wire.Frame{Kind: frameTimes, ID: f.ID, Data: encodeTimes(begun, time.Now())})
	}
	if err := u.putResult(f.ID, result); err != nil {
		fatal(err)
	}
}

// prepare decodes a task: the function's number, then each argument.
func (u *parentLink) prepare(t parsedTask, err error) (fn function, args []reflect.Value, fail *failure) {
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
	return fn.arguments(t)
}

// arguments decodes those of a task.
func (fn function) arguments(t parsedTask) (_ function, args []reflect.Value, fail *failure) {
	typ := fn.call.Type()
	args = append(args, fn.args...)
	if t.context {
		args = append(args, reflect.Zero(contextType)) // run makes it
	}
	for i, data := range t.args {
		in, ok := parameter(typ, len(args))
		if !ok {
			return fn, nil, &failure{Err: errorf("%s takes %s, %d came", fn.name, view.Count(typ.NumIn(), "argument"), len(t.args)), NotMade: true}
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

var (
	errorType   = reflect.TypeFor[error]()
	contextType = reflect.TypeFor[context.Context]()
)

// run calls the function as t says.
func (u *parentLink) run(t parsedTask, fn function, args []reflect.Value) (result message, fail *failure) {
	return runWith(context.Background(), t, fn, args, u.encodeResults)
}

// An encoder makes a result of what a function returned.
type encoder func(out []reflect.Value) (message, *failure)

func runWith(ctx context.Context, t parsedTask, fn function, args []reflect.Value, encode encoder) (result message, fail *failure) {
	if t.element {
		own := &running{index: int(t.index), seed: t.seed, seeded: t.seeded}
		outer := this.task.now.Swap(own)
		defer this.task.now.CompareAndSwap(own, outer) // Serial may have left it behind
	}
	if !t.context {
		return invoke(fn, args, encode)
	}
	ctx, stop := softContext(ctx, time.Duration(t.limit))
	defer stop()
	args[len(fn.args)] = reflect.ValueOf(&ctx).Elem()
	result, fail = invoke(fn, args, encode)
	if fail != nil && fail.Err != nil && ctx.Err() != nil && isError(fail.Err, context.DeadlineExceeded) {
		fail.Err = &TimeoutError{What: fn.name, Err: fail.Err}
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
