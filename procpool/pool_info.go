package procpool

import "github.com/parago/parago/procpool/internal/pool"

// Stats counts what a pool has done. Its fields are
//
//	Started  int // workers
//	Died     int // workers that ended without being asked to
//	Replaced int // workers that were ended: by a limit, by Resize, or because Cancel or Timeout killed their task
//
//	Done    int // elements with a result
//	Failed  int // elements with an error
//	Retried int // attempts that were followed by another
//	Waiting int // elements that no worker has yet
//	Running int // elements that workers are running now
//
//	Busy time.Duration // that all workers together have spent with elements
//	Idle time.Duration // that they have spent without, once they were up
type Stats = pool.Stats

// WorkerInfo describes a worker. Its fields are
//
//	Name    string
//	PID     int
//	Started time.Time
//	Tasks   int  // elements that it was given
//	Busy    bool // it has some now
//
//	Func  string    // what it is running, or ""
//	Label string    // of that call, if it has one
//	Index int       // of the element that it is running
//	Since time.Time // when that began
//
//	BusyTime time.Duration // with elements
//	IdleTime time.Duration // without, once it was up
//	CPUTime  time.Duration // that it and its threads have used
//	RSS      int64         // the bytes of memory that it occupies, shared ones included
type WorkerInfo = pool.WorkerInfo

// A State is how far a call is. Its String is "pending", "running", "done" or "cancelled".
type State = pool.State

// The states of a Future.
const (
	Pending   = pool.Pending   // no worker has begun it
	Running   = pool.Running   // a worker has
	Done      = pool.Done      // it has a result or an error
	Cancelled = pool.Cancelled // it was cancelled before it had either, and will have none
)
