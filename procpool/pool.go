package procpool

import (
	"context"
	"runtime"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
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
	s       *scheduler
	ctx     context.Context
	bad     error // why it cannot be used
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
	s := &scheduler{size: n, number: this.numbers.Add(1), origin: this.Origin(), drop: drop{made: caller()}}
	s.changed.L = &s.mu
	for _, o := range opts {
		o(&s.options)
	}
	p := &Pool{s: s, bad: s.options.bad}
	if n < 0 {
		p.bad = fault.Errorf("NewPool(%d): need at least 1 worker", n)
		s.size = 1
	}
	if s.options.serial {
		s.size, s.serial = 1, &serial{pool: s, worker: &worker{pool: s}}
	} else {
		this.Nursery.Warm(min(n, 2))
	}
	this.mu.Lock()
	this.pools[s] = true
	this.mu.Unlock()
	p.cleanup = runtime.AddCleanup(p, func(s *scheduler) { go s.dropped() }, s)
	return p
}

// defaultIdle is how long the default pool keeps workers that have nothing to do.
const defaultIdle = 30 * time.Second

// Default returns the pool that a nil *Pool stands for.
func Default() *Pool {
	this.mu.Lock()
	p := this.defaults
	this.mu.Unlock()
	if p != nil {
		return p
	}
	p = NewPool(0, IdleTimeout(defaultIdle))
	this.mu.Lock()
	defer this.mu.Unlock()
	if this.defaults == nil {
		this.defaults = p
	}
	return this.defaults
}

// WithContext returns the same pool for calls that end when ctx does, with its cause as
// their error.
func (p *Pool) WithContext(ctx context.Context) *Pool {
	if p == nil {
		p = Default()
	}
	return &Pool{s: p.s, ctx: ctx, bad: p.bad, of: p}
}

// Close finishes what was submitted, then ends the workers. Later calls fail with
// ErrClosed. It may be called again.
func (p *Pool) Close() error {
	if p == nil {
		return nil
	}
	p.s.close()
	p.forget()
	this.Screen.Flush()
	return nil
}

// CloseContext is Close, until ctx is over at most: then it is Terminate, and the
// error is the context's cause.
func (p *Pool) CloseContext(ctx context.Context) error {
	if p == nil {
		return nil
	}
	stop := context.AfterFunc(ctx, p.s.terminate)
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
func (p *Pool) CancelPending() int {
	if p == nil {
		p = Default()
	}
	return p.s.cancelPending()
}

// Terminate ends the workers now. What has not finished fails with ErrTerminated. It
// may be called again, and after Close.
func (p *Pool) Terminate() {
	if p == nil {
		return
	}
	p.s.terminate()
	p.forget()
	this.Screen.Flush()
}

func (p *Pool) forget() {
	for p.of != nil {
		p = p.of
	}
	p.cleanup.Stop()
	this.forgetPool(p.s)
}

func (p *process) forgetPool(s *scheduler) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.pools, s)
}

// Resize sets how many workers there may be; less than 1 is CPUCount. Those too many end when
// they are idle.
func (p *Pool) Resize(n int) {
	if p == nil {
		p = Default()
	}
	if n < 1 {
		n = CPUCount()
	}
	s := p.s
	s.mu.Lock()
	s.size = n
	s.shrunk()
	for len(s.workers) > 0 {
		live := 0
		var last *worker
		for _, w := range s.workers {
			if !w.quitting {
				live++
				last = w
			}
		}
		if live <= n {
			break
		}
		last.takeBack(0)
		last.quit()
	}
	s.dispatchAndUnlock()
}
