package procpool

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/system"
	"github.com/parago/parago/procpool/internal/task"
)

// workerOptions say what a pool's workers are like, and how long they live.
type workerOptions struct {
	idle   time.Duration
	age    time.Duration
	memory int64
	env    []string
	dir    string
	limits task.Limits
}

// own tells whether workers are not like other processes, so that spares are of no use
// for them, or they are of no use as spares.
func (o *workerOptions) own() bool { return o.env != nil || o.dir != "" || o.limits.Any() }

// environment is what workers start with; nil: what others do.
func (o *workerOptions) environment() []string {
	if o.env == nil {
		return nil
	}
	return append(os.Environ(), o.env...)
}

// IdleTimeout ends workers that have had nothing to do for d. They start again when
// there is something. The default pool's is 30 seconds, other pools have none. loky's
// get_reusable_executor(timeout).
func IdleTimeout(d time.Duration) PoolOption {
	return func(o *poolOptions) {
		o.workers.idle = d
		if d <= 0 {
			o.bad = fault.Errorf("IdleTimeout(%s): need more than 0", d)
		}
	}
}

// MaxAge has a worker replaced once it is older than d, after the task that it is
// running then.
func MaxAge(d time.Duration) PoolOption {
	return func(o *poolOptions) {
		o.workers.age = d
		if d <= 0 {
			o.bad = fault.Errorf("MaxAge(%s): need more than 0", d)
		}
	}
}

// MemoryLimit has a worker replaced that uses more than so many bytes of memory (its resident
// set), after the task that it is running then. It is looked at after tasks and ten times a
// second, so a task may well use more; see [HardMemoryLimit] for what it may not. It
// is for functions that leak. joblib's and MPIRE's max_memory.
func MemoryLimit(bytes int64) PoolOption {
	return func(o *poolOptions) {
		o.workers.memory = bytes
		if bytes <= 0 {
			o.bad = fault.Errorf("MemoryLimit(%d): need more than 0", bytes)
		}
	}
}

// HardMemoryLimit bounds the memory that a worker may have of its own (Linux's RLIMIT_DATA: heap,
// stacks and other private memory, but not what is shared). One that needs more dies,
// and its task fails with a *WorkerDiedError whose OOM is set. The collector works harder
// before that. A worker needs some 50 MB for itself, and children that it starts have the same limit
// each. On systems other than Linux the first call fails. Python's resource.setrlimit in an initializer.
func HardMemoryLimit(bytes int64) PoolOption {
	return func(o *poolOptions) {
		o.workers.limits.Memory = bytes
		switch {
		case bytes <= 0:
			o.bad = fault.Errorf("HardMemoryLimit(%d): need more than 0", bytes)
		case runtime.GOOS != "linux":
			o.bad = fault.Errorf("HardMemoryLimit: %s has no such limit", runtime.GOOS)
		}
	}
}

// CPUs pins workers to processors, numbered from 0: worker i of those that run at once to
// those of sets[i%len(sets)]. A worker has as many threads at once as its set has
// processors, and so has its CPUCount. On systems other than Linux the first call
// fails. MPIRE's cpu_ids.
func CPUs(sets ...[]int) PoolOption {
	return func(o *poolOptions) {
		o.workers.limits.CPUs = nil
		for _, set := range sets {
			o.workers.limits.CPUs = append(o.workers.limits.CPUs, slices.Clone(set))
		}
		if err := checkCPUs(sets); err != nil {
			o.bad = err
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
	return func(o *poolOptions) {
		o.workers.limits.Nice = n
		switch {
		case n < -20 || n > 19:
			o.bad = fault.Errorf("Nice(%d): need -20 to 19", n)
		case runtime.GOOS == "windows" || runtime.GOOS == "plan9" || runtime.GOOS == "js" || runtime.GOOS == "wasip1":
			o.bad = fault.Errorf("Nice: %s knows no such thing", runtime.GOOS)
		}
	}
}

// PoolEnv adds variables, each "NAME=value", to the environment that workers start with.
func PoolEnv(variables ...string) PoolOption {
	return func(o *poolOptions) {
		for _, v := range variables {
			if name, _, ok := strings.Cut(v, "="); !ok || name == "" {
				o.bad = fault.Errorf("PoolEnv(%q): need NAME=value", v)
			}
		}
		o.workers.env = append(o.workers.env, variables...)
	}
}

// PoolDir is the folder that workers start in. The pool breaks if there is none.
func PoolDir(path string) PoolOption {
	return func(o *poolOptions) { o.workers.dir = path }
}
