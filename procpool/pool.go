package procpool

import (
	"context"
	"runtime"
	"time"

	"github.com/parago/parago/procpool/embed"
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/task"
)

// A Pool runs functions in worker processes, which start on first use and are kept. Its
// methods are safe for concurrent use. A nil *Pool is the default pool, which
// everybody shares and nobody needs to close. Python's multiprocessing.Pool, but
// that a worker's death fails its own task only, and nothing ever hangs.
//
// A pool is ended by Close or Terminate. One that is dropped without either is
// closed when it is collected: what was submitted still finishes, then its workers end. A line on
// standard error says so, unless it was made in place of an argument, as in Map(NewPool(2), f, xs).
type Pool struct {
	s       *pool.Scheduler
	ctx     context.Context
	cleanup runtime.Cleanup
	of      *Pool // that WithContext was called on: it must stay as long as this one
}

// NewPool makes a pool of n workers at most; 0 is CPUCount, or 1 within a worker. An
// impossible option or size is the error of the first call.
func NewPool(n int, opts ...PoolOption) *Pool {
	if n == 0 {
		n = CPUCount()
		if this.Up != nil {
			n = 1
		}
	}
	o := pool.Options{Size: n}
	for _, set := range opts {
		set(&o)
	}
	p := &Pool{s: this.Pools.New(o), ctx: context.Background()}
	p.cleanup = runtime.AddCleanup(p, func(s *pool.Scheduler) { go s.Dropped() }, p.s)
	return p
}

// defaultIdle is how long the default pool keeps workers that have nothing to do.
const defaultIdle = 30 * time.Second

// Default returns the pool that a nil *Pool stands for.
func Default() *Pool {
	if p := this.defaults.Load(); p != nil {
		return p
	}
	p := NewPool(0, IdleTimeout(defaultIdle))
	if !this.defaults.CompareAndSwap(nil, p) {
		p.Close() // somebody was faster
	}
	return this.defaults.Load()
}

// orDefault is p, or what nil stands for.
func (p *Pool) orDefault() *Pool {
	if p == nil {
		return Default()
	}
	return p
}

// WithContext returns the same pool for calls that end when ctx does, with its cause as
// their error.
func (p *Pool) WithContext(ctx context.Context) *Pool {
	p = p.orDefault()
	return &Pool{s: p.s, ctx: ctx, of: p}
}

// Close finishes what was submitted, then ends the workers. Later calls fail with
// ErrClosed. It may be called again.
func (p *Pool) Close() error {
	if p == nil {
		return nil
	}
	p.s.Close()
	p.ended()
	return nil
}

// CloseContext is Close, until ctx is over at most: then it is Terminate, and the
// error is the context's cause.
func (p *Pool) CloseContext(ctx context.Context) error {
	if p == nil {
		return nil
	}
	stop := context.AfterFunc(ctx, p.s.Terminate)
	p.Close()
	if stop() || ctx.Err() == nil {
		return nil
	}
	p.Terminate() // it may have been begun by stop only
	return context.Cause(ctx)
}

// CancelPending cancels what has been submitted and has not begun, and returns how many elements
// that was. They end with ErrCanceled; what runs goes on. Before Close it is Python's
// shutdown(cancel_futures=True).
func (p *Pool) CancelPending() int { return p.orDefault().s.CancelPending() }

// Terminate ends the workers now. What has not finished fails with ErrTerminated. It
// may be called again, and after Close.
func (p *Pool) Terminate() {
	if p == nil {
		return
	}
	p.s.Terminate()
	p.ended()
}

// ended has nobody close the pool again when it is collected.
func (p *Pool) ended() {
	for p.of != nil {
		p = p.of
	}
	p.cleanup.Stop()
	this.Screen.Flush()
}

// Resize sets how many workers there may be; less than 1 is CPUCount. Those too many end when
// they are idle.
func (p *Pool) Resize(n int) {
	if n < 1 {
		n = CPUCount()
	}
	p.orDefault().s.Resize(n)
}

// Apply calls f(args...) in a worker and returns what it returns, as f's own type. Of
// several results it returns a []any; a last error is Apply's.
func (p *Pool) Apply(f any, args ...any) (any, error) {
	p = p.orDefault()
	return p.s.Apply(p.ctx, f, args)
}

// StarMap calls f(row...) for each row and returns the results in order, as Apply would
// return them.
func (p *Pool) StarMap(f any, rows [][]any, opts ...CallOption) ([]any, error) {
	p = p.orDefault()
	return p.s.StarMap(p.ctx, f, rows, callOptions(opts))
}

// SubmitCall calls f(args...) in a worker, and returns at once. An error of the
// submission is the call's. It is what Submit is made of.
func (p *Pool) SubmitCall(f any, args []any, opts ...CallOption) *embed.Call {
	p = p.orDefault()
	return p.s.Submit(p.ctx, f, args, callOptions(opts))
}

// MapInto calls f for each element of the slice xs and sets *out to the slice of
// results, in order; those of failed elements are zero. It is what Map is made of.
func (p *Pool) MapInto(f, xs, out any, opts ...CallOption) error {
	return p.each(f, xs, out, 0, opts)
}

// TryMapInto is MapInto for an f that takes a context first and also returns an error.
func (p *Pool) TryMapInto(f, xs, out any, opts ...CallOption) error {
	return p.each(f, xs, out, task.WithContext, opts)
}

// ForEachOf calls f for each element of the slice xs.
func (p *Pool) ForEachOf(f, xs any, opts ...CallOption) error { return p.each(f, xs, nil, 0, opts) }

func (p *Pool) each(f, xs, out any, flags byte, opts []CallOption) error {
	p = p.orDefault()
	return p.s.Map(p.ctx, f, xs, out, flags, callOptions(opts))
}

// StreamOf takes f as it is now, for sequences to come. It is what Stream is made of.
func (p *Pool) StreamOf(f any, opts ...CallOption) *embed.Stream { return p.stream(f, 0, opts) }

// TryStreamOf is StreamOf for an f that takes a context first and also returns an error.
func (p *Pool) TryStreamOf(f any, opts ...CallOption) *embed.Stream {
	return p.stream(f, task.WithContext, opts)
}

func (p *Pool) stream(f any, flags byte, opts []CallOption) *embed.Stream {
	p = p.orDefault()
	s := p.s.Stream(p.ctx, f, flags, callOptions(opts))
	s.Keeps = p // or it would be closed before the stream runs
	return s
}

// BroadcastInto calls f once in each worker of the pool and sets *out to the slice of results. It
// is what Broadcast is made of.
func (p *Pool) BroadcastInto(f, out any, opts ...CallOption) error {
	p = p.orDefault()
	return p.s.Broadcast(p.ctx, f, out, callOptions(opts))
}

// Stats returns the counts as they are now.
func (p *Pool) Stats() Stats { return p.orDefault().s.Stats() }

// Workers returns the pool's workers as they are now, oldest first.
func (p *Pool) Workers() []WorkerInfo { return p.orDefault().s.Workers() }

// String says how large the pool is and what has become of its elements:
// Pool-1: 4 workers, 12 done.
func (p *Pool) String() string { return p.orDefault().s.String() }
