package procpool

import (
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/screen"
)

// A PoolOption sets something of a new pool.
type PoolOption func(*poolOptions)

type poolOptions struct {
	initializer any
	initArgs    []any
	maxTasks    int
	output      screen.Mode
	serial      bool
	workers     workerOptions
	bad         error
}

// Initializer has each worker call f(args...) before its first task. If that fails twice
// in a row the pool is broken.
func Initializer(f any, args ...any) PoolOption {
	return func(o *poolOptions) { o.initializer, o.initArgs = f, args }
}

// MaxTasksPerWorker has each worker replaced after it has run n elements.
func MaxTasksPerWorker(n int) PoolOption {
	return func(o *poolOptions) {
		o.maxTasks = n
		if n < 1 {
			o.bad = fault.Errorf("MaxTasksPerWorker(%d): need at least 1", n)
		}
	}
}
