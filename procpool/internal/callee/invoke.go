package callee

import (
	"context"
	"reflect"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/view"
)

// First is where the argument of an element stands.
func (fn Body) First(k *task.Chunk) int { return len(fn.Args) + ElementPlace(k.Flags) }

// Arguments decodes those of the next element.
func (fn Body) Arguments(k *task.Chunk) (args []reflect.Value, fail *task.Failure) {
	data, err := k.Next()
	if err != nil {
		return nil, &task.Failure{Err: err, NotMade: true}
	}
	typ := fn.Func.Type()
	args = append(args, fn.Args...)
	if k.Has(task.WithContext) {
		args = append(args, reflect.Zero(ContextType)) // invokeWithin makes it
	}
	for i, data := range data {
		in, ok := Parameter(typ, len(args))
		if !ok {
			return nil, &task.Failure{Err: fault.Errorf("%s takes %s, %d came", fn.Name, view.Count(typ.NumIn(), "argument"), len(args)+1), NotMade: true}
		}
		v := reflect.New(in)
		if err := fn.Node.Codec.Decode(data, v); err != nil {
			return nil, &task.Failure{Err: fault.Errorf("args[%d] of %s: %w", i, fn.Name, err), NotMade: true}
		}
		args = append(args, v.Elem())
	}
	return args, nil
}

// Parameter returns the type of the i-th argument.
func Parameter(typ reflect.Type, i int) (reflect.Type, bool) {
	if typ.IsVariadic() && i >= typ.NumIn()-1 {
		return typ.In(typ.NumIn() - 1).Elem(), true
	}
	if i >= typ.NumIn() {
		return nil, false
	}
	return typ.In(i), true
}

var (
	ErrorType   = reflect.TypeFor[error]()
	ContextType = reflect.TypeFor[context.Context]()
)

// An encoder makes a result of what a function returned.
type encoder func(out []reflect.Value) (task.Message, *task.Failure)

// InvokeWithin is invoke for an element, whose function may want a context.
func InvokeWithin(ctx context.Context, k *task.Chunk, fn Body, args []reflect.Value, encode encoder) (result task.Message, fail *task.Failure) {
	if !k.Has(task.WithContext) {
		return Invoke(fn, args, encode)
	}
	ctx, stop := softContext(ctx, time.Duration(k.Limit))
	defer stop()
	args[len(fn.Args)] = reflect.ValueOf(&ctx).Elem()
	result, fail = Invoke(fn, args, encode)
	if fail != nil && fail.Err != nil && ctx.Err() != nil && fault.IsError(fail.Err, context.DeadlineExceeded) {
		fail.Err = &fault.TimeoutError{What: fn.Name, Err: fail.Err}
	}
	return result, fail
}

// Invoke calls the function and encodes what it returns.
func Invoke(fn Body, args []reflect.Value, encode encoder) (result task.Message, fail *task.Failure) {
	defer func() {
		if x := recover(); x != nil {
			fail = Panicked(fn.Node.Host, x, Stack())
		}
	}()
	out := fn.Func.Call(args)
	if n := len(out); n > 0 && out[n-1].Type() == ErrorType {
		if err, _ := out[n-1].Interface().(error); err != nil {
			return result, &task.Failure{Err: err}
		}
		out = out[:n-1]
	}
	return encode(out)
}

// softContext is the context of a task that may run for d, or for ever if d is 0.
func softContext(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d <= 0 {
		return context.WithCancel(parent)
	}
	return context.WithTimeout(parent, d)
}
