package local

import (
	"bytes"
	"context"
	"encoding/binary"
	"reflect"
	"runtime"
	"time"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// A serialRun is one element, or the initializer, that runs in a goroutine of its own.
type serialRun struct {
	worker *serialWorker
	node   *node.Node
	chunk  pool.Chunk
	ctx    context.Context
	stop   context.CancelFunc
	own    node.Running // what it may ask about itself
	result chan []byte  // 1-buffered: it may have been left
	timed  bool
	began  time.Time
	ended  time.Time
}

func newSerialRun(w *serialWorker, k pool.Chunk) *serialRun {
	r := &serialRun{worker: w, node: w.serial.node, chunk: k, result: make(chan []byte, 1), began: time.Now()}
	r.ctx, r.stop = context.WithCancel(context.Background())
	if k.Args.Seg != nil { // which is freed when the element is left
		r.chunk.Args.Buf = bytes.Clone(k.Args.Buf)
	}
	return r
}

// end is called when nobody waits for the run any more.
func (r *serialRun) end() {
	r.node.Running.End(&r.own)
	r.stop()
}

// run runs the task. A panic that nothing has met, and the end of the goroutine, are its failures.
func (r *serialRun) run() {
	var data []byte
	defer func() {
		if x := recover(); x != nil {
			data = task.EncodeFailure(&r.node.Codec, callee.Panicked(r.node.Host, x, callee.Stack()))
		} else if data == nil {
			data = task.EncodeFailure(&r.node.Codec, callee.Exited(r.node.Host))
		}
		r.ended = time.Now()
		r.result <- data
	}()
	data = r.outcome()
	runtime.KeepAlive(r.chunk.Handles) // which stand for what the arguments do
}

// outcome is the result, encoded.
func (r *serialRun) outcome() []byte {
	k, err := task.Parse(&r.node.Codec, r.chunk.Head, r.chunk.Args.Buf)
	if err != nil {
		return task.EncodeFailure(&r.node.Codec, &task.Failure{Err: err, NotMade: true})
	}
	f := r.worker.function(k.Fn)
	if f == nil {
		return task.EncodeFailure(&r.node.Codec, &task.Failure{Err: fault.Errorf("a task of a function that nobody has defined"), NotMade: true})
	}
	if k.Has(task.IsElement) {
		r.timed = k.Has(task.Timed)
		r.own.First, r.own.Seed, r.own.Seeded = int(k.First), k.Seed, k.Has(task.Seeded)
		r.node.Running.Begin(&r.own)
		defer r.node.Running.End(&r.own)
		return r.invoke(&k, f)
	}
	s := r.worker.serial
	s.once.Do(func() { s.prepared = r.invoke(&k, f) })
	return s.prepared
}

func (r *serialRun) invoke(k *task.Chunk, f *callee.Callee) []byte {
	fn := callee.Body{Node: f.Node, Name: f.Name, Func: f.Local}
	args, fail := fn.Arguments(k)
	var m task.Message
	if fail == nil {
		m, fail = callee.InvokeWithin(r.ctx, k, fn, args, func(out []reflect.Value) (task.Message, *task.Failure) {
			return task.Message{}.EncodeResults(&r.node.Codec, out, nil)
		})
	}
	if fail != nil {
		return task.EncodeFailure(&r.node.Codec, fail)
	}
	return m.Buf
}

// times says when the element ran, if that is wanted.
func (r *serialRun) times() []wire.Frame {
	if !r.timed {
		return nil
	}
	data := binary.LittleEndian.AppendUint64(nil, uint64(r.began.UnixNano()))
	return []wire.Frame{{Kind: task.FrameTimes, ID: uint64(r.chunk.Seq), Data: binary.LittleEndian.AppendUint64(data, uint64(r.ended.UnixNano()))}}
}
