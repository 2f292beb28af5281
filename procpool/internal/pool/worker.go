package pool

import (
	"time"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// A Worker runs elements, one after the other, in the order in which it is given them: a child process, this
// process, a process of another machine. The scheduler numbers what it gives a worker from 1 on. Methods are
// called with the scheduler's lock held, but for Flush, and do not wait for the worker.
type Worker interface {
	Who() Who
	// IsAwake reports whether it is known to be up. It says so by a FrameHello otherwise, when it is.
	IsAwake() bool
	// Speak says whose the output of what it is given from now on is. It has nothing to do then.
	Speak(v screen.Voice)
	// Define makes a function known to it, which is sealed.
	Define(f *callee.Callee) error
	// Give puts a chunk on its way, which Flush sends if Give does not. It reports whether it keeps the arguments when it has
	// returned: they stay as they are then.
	Give(k Chunk) (keeps bool)
	// TakeBack tells it to leave out elements after number keep which it has not begun. It returns the last one that it may
	// still begin: the last it was given, if it cannot say so at once. It reports what it has left out (FrameSkipped).
	TakeBack(keep uint32) (last uint32)
	// Begun is the number of the last element that it is known to have begun.
	Begun() uint32
	// BegunAt is when that was.
	BegunAt() time.Time
	// Flush sends what was put. It may wait for room.
	Flush()
	// Quit has it end after what it was given.
	Quit()
	// Kill ends it now. Its Reports are told.
	Kill()
	// Gone is closed when it has ended, and all it had to say is said.
	Gone() <-chan struct{}
	// Death is the error of an element that it was at when it ended with a code.
	Death(code int) error
	// Usage is the memory that it occupies, in bytes, and the time of a processor that it has used; 0: not known.
	// It is called without the lock, too.
	Usage() (resident int64, used time.Duration)
}

// A Direct is a Worker whose reports a goroutine that waits for them may read by itself, so that nobody has to wake it. Its methods
// do not wait, but for Await, and are called with or without the scheduler's lock.
type Direct interface {
	Worker
	// Rest says that nobody needs to read reports for a few milliseconds unless Attend is called. It is called from within
	// Results.
	Rest()
	// Attend has reports read as they come.
	Attend()
	// Await reads reports and passes them on, as long as more says so, in the calling goroutine. It returns at once if it is not
	// needed.
	Await(more func() bool)
	// Release ends an Await that waits.
	Release()
}

// A Chunk is elements that a worker is given together.
type Chunk struct {
	Seq     uint32       // the number of the first
	N       int          // how many
	Head    []byte       // what task.Parse takes, before the arguments
	Args    task.Message // their arguments; a segment stays as it is until the elements have an outcome
	Handles []any        // that go along; nil where none do
}

// Reports are told by a worker what comes of what it was given. The scheduler's lock is not held.
type Reports interface {
	// Results are told in the order of the elements: FrameResult of one, FrameResults of several, FrameSkipped of those
	// left out, FrameTimes before the result of one; and FrameHello, or FrameLimited if it has limits, when it is up.
	Results(frames []wire.Frame)
	// Died is told once, at the end, with the exit code.
	Died(code int)
}

// A Start is what a new worker is like.
type Start struct {
	Origin  string // on whose behalf it is started
	Slot    int    // the lowest number that none of the pool's workers has
	Options *WorkerOptions
	Reports Reports
}

// A Starter starts workers.
type Starter interface {
	// Start starts a worker. The worker is not nil if the error is one of its own, which ends it.
	Start(s Start) (Worker, error)
	// Most is how many of so many workers there may be.
	Most(workers int) int
	// Warm prepares for so many starts.
	Warm(workers int)
	// IsReady reports whether a start takes next to no time now.
	IsReady() bool
	// Keep takes back a worker that was never given anything, instead of its end. It reports whether it has.
	Keep(w Worker) bool
	// OneByOne reports whether workers take one element at a time.
	OneByOne() bool
}
