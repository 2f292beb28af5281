package procpool

import (
	"context"
	"reflect"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/view"
	"github.com/parago/parago/procpool/wire"
)

// task runs a task, or the elements of a chunk. Its arguments may be apart from the rest.
func (u *parentLink) task(id uint64, data, args []byte) {
	if k, err := task.Parse(&this.Codec, data, args); err == nil && k.Has(task.IsElement) {
		u.chunk = newChunkRun(u, uint32(id), k)
		u.goOn()
		return
	}
	if len(data) == 0 {
		data = args
	}
	if !u.outbox.Begin(uint32(id)) {
		u.Out.Put(wire.Frame{Kind: task.FrameSkipped, ID: id, Data: broker.Number(1)})
		return
	}
	u.outbox.BeganAt(time.Now())
	fn, values, fail := u.prepare(data)
	if data[0]&task.IsProcess != 0 {
		runProcess(fn, values, fail)
	}
	if data[0]&task.MakesState != 0 {
		fn = u.state.keeping(fn)
	}
	var result task.Message
	if fail == nil {
		finished := false
		defer func() { // runtime.Goexit: serve starts the loop anew
			if x := recover(); x != nil {
				u.Out.Put(wire.Frame{Kind: task.FrameResult, ID: id, Data: task.EncodeFailure(&this.Codec, panicked(x, stack()))})
			} else if !finished {
				u.Out.Put(wire.Frame{Kind: task.FrameResult, ID: id, Data: task.EncodeFailure(&this.Codec, goexited())})
			}
		}()
		result, fail = invoke(fn, values, u.encodeResults)
		finished = true
	}
	if fail != nil {
		result = task.Message{Buf: task.EncodeFailure(&this.Codec, fail)}
	}
	if err := u.putResult(id, result); err != nil {
		fault.Fatal(err)
	}
}

// prepare finds the function of a task of its own, and its arguments.
func (u *parentLink) prepare(data []byte) (fn function, args []reflect.Value, fail *task.Failure) {
	if data[0]&task.IsMethod != 0 {
		return u.method(data)
	}
	k, err := task.Parse(&this.Codec, data, nil)
	if err != nil {
		return fn, nil, &task.Failure{Err: err, NotMade: true}
	}
	if fn, fail = u.function(k.Fn); fail == nil {
		args, fail = fn.arguments(&k)
	}
	return fn, args, fail
}

// function finds a function by its number.
func (u *parentLink) function(number uint64) (fn function, fail *task.Failure) {
	fn = u.funcs[number]
	if bad := u.funcs[0].err; bad != nil && fn.err == nil && !fn.call.IsValid() {
		fn.err = bad
	}
	if fn.err == nil && (!fn.call.IsValid() || fn.call.Kind() != reflect.Func) {
		fn.err = fault.Errorf("%s is no function here", fn.name)
	}
	if fn.err != nil {
		return fn, &task.Failure{Err: fn.err, NotMade: true}
	}
	return fn, nil
}

// first is where the argument of an element stands.
func (fn function) first(k *task.Chunk) int { return len(fn.args) + elementPlace(k.Flags) }

// arguments decodes those of the next element.
func (fn function) arguments(k *task.Chunk) (args []reflect.Value, fail *task.Failure) {
	data, err := k.Next()
	if err != nil {
		return nil, &task.Failure{Err: err, NotMade: true}
	}
	typ := fn.call.Type()
	args = append(args, fn.args...)
	if k.Has(task.WithContext) {
		args = append(args, reflect.Zero(contextType)) // invokeWithin makes it
	}
	for i, data := range data {
		in, ok := parameter(typ, len(args))
		if !ok {
			return nil, &task.Failure{Err: fault.Errorf("%s takes %s, %d came", fn.name, view.Count(typ.NumIn(), "argument"), len(args)+1), NotMade: true}
		}
		v := reflect.New(in)
		if err := this.Codec.Decode(data, v); err != nil {
			return nil, &task.Failure{Err: fault.Errorf("args[%d] of %s: %w", i, fn.name, err), NotMade: true}
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
type encoder func(out []reflect.Value) (task.Message, *task.Failure)

// invokeWithin is invoke for an element, whose function may want a context.
func invokeWithin(ctx context.Context, k *task.Chunk, fn function, args []reflect.Value, encode encoder) (result task.Message, fail *task.Failure) {
	if !k.Has(task.WithContext) {
		return invoke(fn, args, encode)
	}
	ctx, stop := softContext(ctx, time.Duration(k.Limit))
	defer stop()
	args[len(fn.args)] = reflect.ValueOf(&ctx).Elem()
	result, fail = invoke(fn, args, encode)
	if fail != nil && fail.Err != nil && ctx.Err() != nil && fault.IsError(fail.Err, context.DeadlineExceeded) {
		fail.Err = &fault.TimeoutError{What: fn.name, Err: fail.Err}
	}
	return result, fail
}

// invoke calls the function and encodes what it returns.
func invoke(fn function, args []reflect.Value, encode encoder) (result task.Message, fail *task.Failure) {
	defer func() {
		if x := recover(); x != nil {
			fail = panicked(x, stack())
		}
	}()
	out := fn.call.Call(args)
	if n := len(out); n > 0 && out[n-1].Type() == errorType {
		if err, _ := out[n-1].Interface().(error); err != nil {
			return result, &task.Failure{Err: err}
		}
		out = out[:n-1]
	}
	return encode(out)
}

// encodeResults makes the result of a worker, which may be large.
func (u *parentLink) encodeResults(out []reflect.Value) (result task.Message, fail *task.Failure) {
	u.reclaim()
	m := task.Message{From: &u.results}
	return m.EncodeResults(&this.Codec, out, u.passOn)
}

// softContext is the context of a task that may run for d, or for ever if d is 0.
func softContext(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d <= 0 {
		return context.WithCancel(parent)
	}
	return context.WithTimeout(parent, d)
}
