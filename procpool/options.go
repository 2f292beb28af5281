package procpool

import (
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/pool"
)

// A PoolOption sets something of a new pool.
type PoolOption func(*pool.Options)

// Initializer has each worker call f(args...) before its first task. If that fails twice
// in a row the pool is broken.
func Initializer(f any, args ...any) PoolOption {
	return func(o *pool.Options) { o.Initializer, o.InitArgs = f, args }
}

// MaxTasksPerWorker has each worker replaced after it has run n elements.
func MaxTasksPerWorker(n int) PoolOption {
	return func(o *pool.Options) {
		o.MaxTasks = n
		if n < 1 {
			o.Bad = fault.Errorf("MaxTasksPerWorker(%d): need at least 1", n)
		}
	}
}
