package procpool

import "time"

// A PoolOption sets something of a new pool.
type PoolOption func(*poolOptions)

type poolOptions struct {
	initializer any
	initArgs    []any
	maxTasks    int
	output      OutputMode
	workers     workerOptions
	bad         error
}

// Initializer has each worker call f(args...) before its first task. If that fails twice
// in a row the pool is broken.
func Initializer(f any, args ...any) PoolOption {
	f = this.tagged(f)
	return func(o *poolOptions) { o.initializer, o.initArgs = f, args }
}

// MaxTasksPerWorker has each worker replaced after it has run n elements.
func MaxTasksPerWorker(n int) PoolOption {
	return func(o *poolOptions) {
		o.maxTasks = n
		if n < 1 {
			o.bad = errorf("MaxTasksPerWorker(%d): need at least 1", n)
		}
	}
}

// A CallOption sets something of one call.
type CallOption func(*callOptions)

type callOptions struct {
	chunk    int
	timeout  time.Duration
	failFast bool
	progress bool
	timeline *Timeline
	label    string
	output   *OutputMode // nil: the pool's
	bad      error
}

// ChunkSize has workers take n elements at a time. Zero, the default, adapts to how
// much there is to do; results and errors do not depend on it.
func ChunkSize(n int) CallOption {
	return func(o *callOptions) {
		o.chunk = n
		if n < 0 {
			o.bad = errorf("ChunkSize(%d): need at least 0", n)
		}
	}
}

// Unordered allows results in any order. Map returns them in order all the same.
func Unordered() CallOption { return func(*callOptions) {} }

// Timeout bounds how long each element may run. One that takes longer fails with a
// *TimeoutError, and its worker is killed and replaced.
func Timeout(d time.Duration) CallOption {
	return func(o *callOptions) {
		o.timeout = d
		if d <= 0 {
			o.bad = errorf("Timeout(%s): need more than 0", d)
		}
	}
}

// FailFast cancels the elements that have not begun once one has failed.
func FailFast() CallOption { return func(o *callOptions) { o.failFast = true } }

func callOptionsOf(opts []CallOption) callOptions {
	var o callOptions
	for _, opt := range opts {
		opt(&o)
	}
	return o
}
