package work

import (
	"reflect"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// task runs a task, or the elements of a chunk. Its arguments may be apart from the rest.
func (u *Link) task(id uint64, data, args []byte) {
	if k, err := task.Parse(&u.Codec, data, args); err == nil && k.Has(task.IsElement) {
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
		u.in.attend()
		u.runProcess(fn, values, fail)
	}
	if data[0]&task.MakesState != 0 {
		fn = u.state.keeping(fn)
	}
	var result task.Message
	if fail == nil {
		finished := false
		defer func() { // runtime.Goexit: serve starts the loop anew
			if x := recover(); x != nil {
				u.Out.Put(wire.Frame{Kind: task.FrameResult, ID: id, Data: task.EncodeFailure(&u.Codec, callee.Panicked(u.Host, x, callee.Stack()))})
			} else if !finished {
				u.Out.Put(wire.Frame{Kind: task.FrameResult, ID: id, Data: task.EncodeFailure(&u.Codec, callee.Exited(u.Host))})
			}
		}()
		result, fail = callee.Invoke(fn, values, u.encodeResults)
		finished = true
	}
	if fail != nil {
		result = task.Message{Buf: task.EncodeFailure(&u.Codec, fail)}
	}
	if err := u.putResult(id, result); err != nil {
		fault.Fatal(err)
	}
}

// prepare finds the function of a task of its own, and its arguments.
func (u *Link) prepare(data []byte) (fn callee.Body, args []reflect.Value, fail *task.Failure) {
	if data[0]&task.IsMethod != 0 {
		return u.method(data)
	}
	k, err := task.Parse(&u.Codec, data, nil)
	if err != nil {
		return fn, nil, &task.Failure{Err: err, NotMade: true}
	}
	if fn, fail = u.function(k.Fn); fail == nil {
		args, fail = fn.Arguments(&k)
	}
	return fn, args, fail
}

// function finds a function by its number.
func (u *Link) function(number uint64) (fn callee.Body, fail *task.Failure) {
	fn = u.funcs[number]
	if bad := u.funcs[0].Err; bad != nil && fn.Err == nil && !fn.Func.IsValid() {
		fn.Err = bad
	}
	if fn.Err == nil && (!fn.Func.IsValid() || fn.Func.Kind() != reflect.Func) {
		fn.Err = fault.Errorf("%s is no function here", fn.Name)
	}
	if fn.Err != nil {
		return fn, &task.Failure{Err: fn.Err, NotMade: true}
	}
	return fn, nil
}

// encodeResults makes the result of a worker, which may be large.
func (u *Link) encodeResults(out []reflect.Value) (result task.Message, fail *task.Failure) {
	u.reclaim()
	m := task.Message{From: &u.results}
	return m.EncodeResults(&u.Codec, out, u.passOn)
}
