package pool

import (
	"time"

	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
)

// Options are what a pool is like. All but Size may be left out.
type Options struct {
	Size        int     // the most workers
	Start       Starter // nil: processes
	Initializer any     // what each worker calls first, with InitArgs; nil: nothing
	InitArgs    []any
	MaxTasks    int // elements until a worker is replaced; 0: any number
	Output      screen.Mode
	Workers     WorkerOptions
	Bad         error // what is wrong with them: the error of all calls
}

// WorkerOptions say what a pool's workers are like, and how long they live.
type WorkerOptions struct {
	Idle   time.Duration // without anything to do until a worker ends; 0: for ever, as is Age
	Age    time.Duration // until a worker is replaced
	Memory int64         // bytes that a worker may occupy, between chunks; 0: any number
	Env    []string      // beside this process's variables
	Dir    string        // "": this process's
	Limits task.Limits
}

// CallOptions are what a call is like. All may be left out.
type CallOptions struct {
	Chunk     int           // elements that a worker takes at a time; 0: it follows what they cost
	Timeout   time.Duration // of each element; 0: none
	Retry     Retry
	FailFast  bool
	Unordered bool
	InFlight  int // elements that a stream takes from its input in advance; 0: it follows what they cost
	Seed      uint64
	Seeded    bool
	Label     string
	Output    *screen.Mode // nil: the pool's
	Observe   []Observe
	Timed     bool  // workers say when each element began and ended, to observers
	Bad       error // what is wrong with them: the error of the call
}

// A Retry is how often an element that fails is run again, and when.
type Retry struct {
	Max         int
	First, Most time.Duration    // what it waits before, twice as long each time
	When        func(error) bool // of its error; nil: always
	Bad         error
}

// flags is what each chunk of a call with these options says.
func (o *CallOptions) flags() byte {
	flags := byte(task.IsElement)
	for _, f := range []struct {
		set  bool
		flag byte
	}{{o.Seeded, task.Seeded}, {o.Timeout > 0, task.Limited}, {o.Timed, task.Timed}, {o.FailFast, task.FailFast}} {
		if f.set {
			flags |= f.flag
		}
	}
	return flags
}
