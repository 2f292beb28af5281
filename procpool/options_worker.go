package procpool

import (
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/system"
)

// IdleTimeout ends workers that have had nothing to do for d. They start again when
// there is something. The default pool's is 30 seconds, other pools have none. loky's
// get_reusable_executor(timeout).
func IdleTimeout(d time.Duration) PoolOption {
	return func(o *pool.Options) {
		o.Workers.Idle = d
		if d <= 0 {
			o.Bad = fault.Errorf("IdleTimeout(%s): need more than 0", d)
		}
	}
}

// MaxAge has a worker replaced once it is older than d, after the task that it is
// running then.
func MaxAge(d time.Duration) PoolOption {
	return func(o *pool.Options) {
		o.Workers.Age = d
		if d <= 0 {
			o.Bad = fault.Errorf("MaxAge(%s): need more than 0", d)
		}
	}
}

// MemoryLimit has a worker replaced that uses more than so many bytes of memory (its resident
// set), after the task that it is running then. It is looked at after tasks and ten times a
// second, so a task may well use more; see [HardMemoryLimit] for what it may not. It
// is for functions that leak. joblib's and MPIRE's max_memory.
func MemoryLimit(bytes int64) PoolOption {
	return func(o *pool.Options) {
		o.Workers.Memory = bytes
		if bytes <= 0 {
			o.Bad = fault.Errorf("MemoryLimit(%d): need more than 0", bytes)
		}
	}
}

// HardMemoryLimit bounds the memory that a worker may have of its own (Linux's RLIMIT_DATA: heap,
// stacks and other private memory, but not what is shared). One that needs more dies,
// and its task fails with a *WorkerDiedError whose OOM is set. The collector works harder
// before that. A worker needs some 50 MB for itself, and children that it starts have the same limit
// each. On systems other than Linux the first call fails. Python's resource.setrlimit in an initializer.
func HardMemoryLimit(bytes int64) PoolOption {
	return func(o *pool.Options) {
		o.Workers.Limits.Memory = bytes
		switch {
		case bytes <= 0:
			o.Bad = fault.Errorf("HardMemoryLimit(%d): need more than 0", bytes)
		case runtime.GOOS != "linux":
			o.Bad = fault.Errorf("HardMemoryLimit: %s has no such limit", runtime.GOOS)
		}
	}
}

// CPUs pins workers to processors, numbered from 0: worker i of those that run at once to
// those of sets[i%len(sets)]. A worker has as many threads at once as its set has
// processors, and so has its CPUCount. On systems other than Linux the first call
// fails. MPIRE's cpu_ids.
func CPUs(sets ...[]int) PoolOption {
	return func(o *pool.Options) {
		o.Workers.Limits.CPUs = nil
		for _, set := range sets {
			o.Workers.Limits.CPUs = append(o.Workers.Limits.CPUs, slices.Clone(set))
		}
		if err := checkCPUs(sets); err != nil {
			o.Bad = err
		}
	}
}

// checkCPUs finds sets that no worker could be pinned to.
func checkCPUs(sets [][]int) error {
	if len(sets) == 0 {
		return fault.Errorf("CPUs(): need a set of processors")
	}
	allowed, err := system.AllowedCPUs()
	if err != nil {
		return fault.Errorf("CPUs: %w", err)
	}
	for _, set := range sets {
		if len(set) == 0 {
			return fault.Errorf("CPUs: an empty set of processors")
		}
		for _, cpu := range set {
			if !slices.Contains(allowed, cpu) {
				return fault.Errorf("CPUs: there is no processor %d for this process, only %v", cpu, allowed)
			}
		}
	}
	return nil
}

// Nice makes workers nicer to others by n, as the command nice does: 19 gets only what
// nobody else wants. Less than 0 is more than their due, which needs privileges. The
// pool breaks if the system refuses.
func Nice(n int) PoolOption {
	return func(o *pool.Options) {
		o.Workers.Limits.Nice = n
		switch {
		case n < -20 || n > 19:
			o.Bad = fault.Errorf("Nice(%d): need -20 to 19", n)
		case runtime.GOOS == "windows" || runtime.GOOS == "plan9" || runtime.GOOS == "js" || runtime.GOOS == "wasip1":
			o.Bad = fault.Errorf("Nice: %s knows no such thing", runtime.GOOS)
		}
	}
}

// PoolEnv adds variables, each "NAME=value", to the environment that workers start with.
func PoolEnv(variables ...string) PoolOption {
	return func(o *pool.Options) {
		for _, v := range variables {
			if name, _, ok := strings.Cut(v, "="); !ok || name == "" {
				o.Bad = fault.Errorf("PoolEnv(%q): need NAME=value", v)
			}
		}
		o.Workers.Env = append(o.Workers.Env, variables...)
	}
}

// PoolDir is the folder that workers start in. The pool breaks if there is none.
func PoolDir(path string) PoolOption {
	return func(o *pool.Options) { o.Workers.Dir = path }
}
