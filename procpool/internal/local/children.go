package local

import (
	"os"
	"time"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/child"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/system"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// Children starts child processes as workers.
type Children struct {
	node    *node.Node
	nursery *child.Nursery
}

var _ pool.Starter = (*Children)(nil)

// NewChildren starts processes that come from a nursery.
func NewChildren(n *node.Node, nursery *child.Nursery) *Children { return &Children{n, nursery} }

// Start takes a spare, or starts a process, which takes some milliseconds.
func (f *Children) Start(s pool.Start) (pool.Worker, error) {
	o := s.Options
	w := &childWorker{node: f.node, own: ownProcess(o), reports: s.Reports}
	identity, name := f.node.Reserve("PoolWorker", "")
	r := task.Role{Identity: identity, Name: name, Daemon: true, Dir: o.Dir, Limits: o.Limits, Slot: s.Slot}
	c, err := f.nursery.Adopt(w, s.Origin, r, environment(o), nil)
	if c == nil {
		return nil, err
	}
	w.Child = c
	return w, err
}

// ownProcess tells whether workers are not like other processes, so that spares are of no use
// for them, or they are of no use as spares.
func ownProcess(o *pool.WorkerOptions) bool { return o.Env != nil || o.Dir != "" || o.Limits.Any() }

// environment is what workers start with; nil: what others do.
func environment(o *pool.WorkerOptions) []string {
	if o.Env == nil {
		return nil
	}
	return append(os.Environ(), o.Env...)
}

// Most sets no bound.
func (f *Children) Most(workers int) int { return workers }

// Warm has some spares started: Pool(n) tries one worker before it starts more.
func (f *Children) Warm(workers int) { f.nursery.Warm(min(workers, 2)) }

// IsReady reports whether there is a spare.
func (f *Children) IsReady() bool { return f.nursery.HasSpare() }

// Keep makes a spare of a worker.
func (f *Children) Keep(w pool.Worker) bool {
	c := w.(*childWorker)
	return !c.own && f.nursery.GiveBack(c.Child)
}

// OneByOne is false: a child takes chunks.
func (f *Children) OneByOne() bool { return false }

// A childWorker is a child as a pool's worker. Elements have begun and are taken back by its outbox, which is in shared memory.
type childWorker struct {
	*child.Child
	node    *node.Node
	own     bool
	reports pool.Reports
}

var (
	_ pool.Direct = (*childWorker)(nil)
	_ child.Owner = (*childWorker)(nil)
)

func (w *childWorker) Who() pool.Who { return pool.Who{Name: w.Child.Name, PID: w.Spawned.PID()} }

// maxDefined is how many functions a child has before those are dropped whose calls are over.
const maxDefined = 16

func (w *childWorker) Define(f *callee.Callee) error {
	if len(w.Defined) > maxDefined {
		w.Undefine()
	}
	return w.Child.Define(f)
}

func (w *childWorker) Give(k pool.Chunk) (keeps bool) {
	for _, h := range k.Handles {
		w.node.Pass(h, w.Identity)
	}
	w.Outbox.Allow(k.Seq + uint32(k.N) - 1)
	w.SendTask(uint64(k.Seq), k.Head, k.Args)
	return k.Args.Seg == nil && len(k.Args.Buf) >= wire.Copied
}

func (w *childWorker) TakeBack(keep uint32) (last uint32) { return w.Outbox.TakeBack(keep) }
func (w *childWorker) Begun() uint32                      { return w.Outbox.Begun() }
func (w *childWorker) BegunAt() time.Time                 { return w.Outbox.BegunAt() }
func (w *childWorker) Flush()                             { w.Out.Flush() }
func (w *childWorker) Gone() <-chan struct{}              { return w.Child.Gone }
func (w *childWorker) Death(code int) error               { return w.DiedError(code) }

// Quit and Kill have its end noticed at once.

func (w *childWorker) Quit() {
	w.Attend()
	w.Out.Put(wire.Frame{Kind: task.FrameQuit})
}

func (w *childWorker) Kill() {
	w.Attend()
	w.Spawned.Kill()
}

func (w *childWorker) Usage() (resident int64, used time.Duration) {
	return system.Usage(w.Spawned.PID())
}

// Results passes on what the child sends.
func (w *childWorker) Results(_ *child.Child, frames []wire.Frame) { w.reports.Results(frames) }

// Died passes on the child's end.
func (w *childWorker) Died(_ *child.Child, code int) { w.reports.Died(code) }
