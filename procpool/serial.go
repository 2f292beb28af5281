package procpool

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"time"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/task"
)

// Serial has a pool run its tasks in this process, one after the other, instead of in workers: for
// breakpoints, for profiles, and where processes cannot be started. Arguments and results cross as
// they do otherwise, by value, and errors and panics are the same. What a function literal captures
// is shared, as are variables. Nothing can be killed here: a task that is cancelled, or has taken
// too long, is left running and its result dropped; and os.Exit ends the program. Options that are
// about processes have no effect. A task must not wait for another call of its own pool.
// Joblib's n_jobs=1.
func Serial() PoolOption { return func(o *poolOptions) { o.serial = true } }

// serialName is the worker in the errors of such pools.
const serialName = "Serial"

// A serial runs the elements of a pool's calls. The pool's mu guards it. A nil one does nothing.
type serial struct {
	pool     *scheduler
	worker   *worker // what results come from; it has no child
	awake    bool    // run is under way
	prepared bool    // the initializer has run
	call     *Call   // that an element runs of, as long as it is not left
	left     chan struct{}
}

// wake has the elements run that wait.
func (r *serial) wake() {
	if !r.awake && r.next() != nil {
		r.awake = true
		go r.run()
	}
}

func (r *serial) next() *Call {
	for c := range r.pool.all {
		if c.pending() > 0 {
			return c
		}
	}
	return nil
}

// run runs elements until there are none.
func (r *serial) run() {
	s := r.pool
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { r.awake = false }()
	if !r.prepare() {
		return
	}
	for c := r.next(); c != nil; c = r.next() {
		i := c.take(1, 0).i
		r.call, r.left = c, make(chan struct{})
		left, head, args, handles := r.left, c.head(nil, i, 1), c.tasks.args(i, 1), c.tasks.handles[i]
		s.mu.Unlock()
		result, err := r.element(c, head, args.Buf, handles, left)
		ok := err == nil && r.worker.settle(c, i, result)
		s.mu.Lock()
		r.call = nil
		switch {
		case ok:
			c.finishAll(span{i, 1}, r.worker)
		case errors.Is(err, errLeft):
			c.finish(i)
		case err != nil:
			c.fail(i, r.worker, err)
		}
	}
}

// prepare runs the initializer, once. If it fails the pool is broken, and all calls fail.
func (r *serial) prepare() bool {
	s := r.pool
	if r.prepared || s.init == nil {
		return true
	}
	r.prepared = true
	s.mu.Unlock()
	_, err := task.Outcome(&this.Codec, runHere(context.Background(), s.init, s.initArg, nil, nil))
	s.mu.Lock()
	if err == nil {
		return true
	}
	s.broken = fault.Broken(fault.Errorf("initializer %s: %w", s.init.Name, err))
	for c := range s.all {
		c.drop(s.broken)
	}
	return false
}

// errLeft is why there is no result of an element that was left.
var errLeft = errors.New("left")

// element runs a task, in a goroutine that it leaves behind when the task has run too long or
// left is closed. The handles in the arguments are kept meanwhile.
func (r *serial) element(c *Call, head, args []byte, handles task.Kept, left chan struct{}) ([]byte, error) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	result, own := make(chan []byte, 1), &node.Running{}
	go func() {
		var data []byte
		defer func() {
			if x := recover(); x != nil {
				data = task.EncodeFailure(&this.Codec, callee.Panicked(this.Host, x, callee.Stack()))
			} else if data == nil {
				data = task.EncodeFailure(&this.Codec, callee.Exited(this.Host))
			}
			result <- data
		}()
		data = runHere(ctx, c.fn, head, args, own)
		runtime.KeepAlive(handles)
	}()
	var late <-chan time.Time
	if c.opts.timeout > 0 {
		t := time.NewTimer(c.limit())
		defer t.Stop()
		late = t.C
	}
	select {
	case data := <-result:
		return data, nil
	case <-late:
		this.Running.End(own)
		return nil, &fault.TimeoutError{What: c.fn.Name}
	case <-left:
		this.Running.End(own)
		return nil, errLeft
	}
}

// leave goes on without the element that runs, if it is of c; of any call if c is nil.
func (r *serial) leave(c *Call) {
	if r == nil || r.call == nil || c != nil && r.call != c {
		return
	}
	r.call = nil
	close(r.left)
}

// runHere runs a task in this process and returns its result, encoded. Own is what it may ask about itself.
func runHere(ctx context.Context, t *callee.Callee, head, args []byte, own *node.Running) []byte {
	k, err := task.Parse(&this.Codec, head, args)
	if err != nil {
		return task.EncodeFailure(&this.Codec, &task.Failure{Err: err, NotMade: true})
	}
	if k.Has(task.IsElement) {
		own.First, own.Seed, own.Seeded = int(k.First), k.Seed, k.Has(task.Seeded)
		this.Running.Begin(own)
		defer this.Running.End(own)
	}
	fn := callee.Body{Node: t.Node, Name: t.Name, Func: t.Local}
	values, fail := fn.Arguments(&k)
	if fail == nil {
		var m task.Message
		m, fail = callee.InvokeWithin(ctx, &k, fn, values, func(out []reflect.Value) (task.Message, *task.Failure) {
			return task.Message{}.EncodeResults(&this.Codec, out, nil)
		})
		if fail == nil {
			return m.Buf
		}
	}
	return task.EncodeFailure(&this.Codec, fail)
}
