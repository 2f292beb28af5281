package child

import (
	"context"
	"os"
	"reflect"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"time"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/spawn"
	"github.com/parago/parago/procpool/wire"
)

// An Owner is told what its child does, from one goroutine.
type Owner interface {
	// Results gets frames that came together; all output written before them is out.
	Results(c *Child, frames []wire.Frame)
	// Died is the last call.
	Died(c *Child, code int)
}

// A Child is the parent's side of a process: a spare first, then owned once.
type Child struct {
	nursery *Nursery
	Spawned *spawn.Child
	Outbox  *wire.Outbox
	in      *wire.Reader
	Out     *wire.Writer
	env     []string // as it was started
	dir     string
	Gone    chan struct{} // closed when all about it has been handled

	errors  sync.Mutex // held while standard error is handed over, piece by piece
	report  report     // guarded by errors
	starved bool       // it has ended for want of memory; set before an owner is told

	mu       sync.Mutex
	owner    Owner  // guarded by mu, as is the rest
	origin   string // on whose behalf it writes
	tail     []byte // the end of its stderr
	sinks    *Sinks // where it writes instead, or nil
	mode     screen.Mode
	printer  screen.Printer // of that mode; nil for Raw
	Identity string
	Name     string
	awake    bool // it has said hello
	limited  bool // it has a HardMemoryLimit
	over     bool // it has ended, and an owner has been told if there was one

	has     map[string]uint64         // units it has; owned by whoever owns the child
	Defined map[*callee.Callee]uint64 // functions it has

	lent uint64 // the segment it was sent last; owned likewise

	turn    turn          // whose it is to read; the following are whose turn it is
	batch   []wire.Frame  // that came and the owner has not got, maxBatch at most
	mute    bool          // nothing more comes
	results task.Borrowed // of the child, large ones
	drained uint64        // what had arrived when its output was last taken in
}

// startChild starts a process that is nobody yet.
func (n *Nursery) startChild(env []string, dir string) (*Child, error) {
	if err := n.bear(); err != nil {
		return nil, err
	}
	c, err := n.launch(env, dir)
	if err != nil {
		n.living.Done()
	}
	return c, err
}

func (n *Nursery) launch(env []string, dir string) (*Child, error) {
	if err := spawn.Supported(); err != nil {
		return nil, fault.Errorf("%w", err)
	}
	command, err := n.command()
	if err != nil {
		return nil, err
	}
	seg, err := shm.New(wire.OutboxSize)
	if err != nil {
		return nil, err
	}
	c := &Child{
		nursery: n,
		Outbox:  wire.NewOutbox(seg),
		env:     env,
		dir:     dir,
		Gone:    make(chan struct{}),
		has:     map[string]uint64{},
		Defined: map[*callee.Callee]uint64{},
	}
	theirs, ours, err := wire.Way()
	if err != nil {
		seg.Close()
		return nil, err
	}
	n.oom.Start()
	c.Spawned, err = spawn.Start(spawn.Command{
		Args:   command,
		Env:    env,
		Dir:    dir,
		Files:  []*os.File{seg.File, theirs}, // serve has them
		Output: c.output,
	})
	seg.File.Close()
	theirs.Close()
	// The mapping stays as long as anybody may look whether the child has begun something.
	runtime.AddCleanup(c.Outbox, func(seg *shm.Segment) { seg.Close() }, seg)
	if err != nil {
		ours.Close()
		return nil, err
	}
	c.in = wire.NewReader(c.Spawned.Control(), c.Outbox)
	c.Out = wire.NewWriter(ours, nil)
	n.mu.Lock()
	n.children[c] = true
	shut := n.shut
	n.mu.Unlock()
	if shut {
		c.Spawned.Kill()
	}
	c.turn.changed.L = &c.turn.mu
	go c.serve()
	return c, nil
}

// serve reads what the child sends until it has ended. It is the goroutine that owns
// the child's end: gone is closed by it.
func (c *Child) serve() {
	pprof.SetGoroutineLabels(context.Background()) // it is not part of what started the child
	for c.turn.mine(); c.round(); c.turn.mine() {
	}
	c.conclusion()
}

// round reads what has come together, at least a frame, and deals with it. It reports false if nothing more can come, from then on. It
// is called by whose turn it is.
func (c *Child) round() bool {
	for first := true; !c.mute && (first || len(c.batch) > 0); first = false {
		f, err := c.in.Next()
		// A result that did not come is none: the child is ended, and its last words say why.
		if f.Lost && f.Kind != task.FrameCall {
			err = fault.Errorf("take a result in shared memory: %s", node.NoDescriptor)
			c.output(true, []byte(err.Error()+"\n"))
		}
		if err == nil {
			err = c.meet(f)
		}
		if c.mute = err != nil; c.mute {
			break
		}
		if !c.in.Pending() || len(c.batch) >= maxBatch {
			c.handOver()
		}
	}
	return !c.mute
}

// maxBatch is how many frames an owner gets at a time.
const maxBatch = 64

// meet deals with a frame, or puts it into the batch.
func (c *Child) meet(f wire.Frame) error {
	switch f.Kind {
	case task.FrameCall:
		c.nursery.serveCall(c, f)
		return nil
	case task.FrameLog:
		c.handOver()
		c.Spawned.Drain()
		c.nursery.Levels.Logged(c.behalf(), f)
		return nil
	case task.FrameLargeResult:
		c.handOver()
		return c.takeLarge(f)
	case task.FrameHello:
		c.mu.Lock()
		c.awake = true
		c.mu.Unlock()
	}
	c.batch = append(c.batch, f)
	return nil
}

// handOver gives the batch to the owner.
func (c *Child) handOver() {
	c.hand(c.batch)
	clear(c.batch) // its room is for the next, what was in it the owner's
	c.batch = c.batch[:0]
}

// conclusion is what is left to do when nothing more comes.
func (c *Child) conclusion() {
	c.Spawned.Kill() // it ends, or has closed what it must not close
	<-c.Spawned.Done()
	code, _ := c.Spawned.ExitCode()
	c.conclude(code)
	c.silent()
	if o := c.ownedBy(); o != nil && len(c.batch) > 0 {
		o.Results(c, c.batch)
	}
	c.mu.Lock()
	c.over = true
	o := c.owner
	c.mu.Unlock()
	c.nursery.forget(c)
	if o != nil {
		o.Died(c, code)
	}
	c.Spawned.Control().Close()
	c.Out.Close()
	c.results.Close()
	close(c.Gone)
	c.nursery.living.Done()
}

// hand gives frames to the owner, after the output that was written before them.
func (c *Child) hand(batch []wire.Frame) {
	if len(batch) == 0 {
		return
	}
	if got := c.in.Received(); got != c.drained {
		c.drained = got
		c.Spawned.Drain()
	}
	if slices.ContainsFunc(batch, func(f wire.Frame) bool { return f.Kind == task.FrameResult || f.Kind == task.FrameResults }) {
		c.letGo()
		c.paused()
	}
	if o := c.ownedBy(); o != nil {
		o.Results(c, batch)
	}
}

// IsAwake reports whether the child has said that it is up.
func (c *Child) IsAwake() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.awake
}

// own gives the child to o, under the name of r. It reports false if it has ended: nobody would
// tell o.
func (c *Child) own(o Owner, origin string, r task.Role, out *Sinks) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return false
	}
	c.owner, c.origin, c.Identity, c.Name, c.sinks = o, origin, r.Identity, r.Name, out
	c.limited = r.Limits.Memory > 0
	return true
}

func (c *Child) ownedBy() Owner {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.owner
}

// forget takes a dead child off the books, and frees what it held.
func (n *Nursery) forget(c *Child) {
	n.mu.Lock()
	delete(n.children, c)
	n.spares = slices.DeleteFunc(n.spares, func(s *Child) bool { return s == c })
	n.mu.Unlock()
	c.mu.Lock()
	identity := c.Identity
	c.mu.Unlock()
	if identity != "" {
		n.Ended(identity)
	}
}

// send puts a frame with an encoded value.
func (c *Child) send(kind byte, id uint64, v any) error {
	data, err := c.nursery.Codec.Encode(nil, reflect.ValueOf(v))
	if err != nil {
		return err
	}
	return c.Out.Put(wire.Frame{Kind: kind, ID: id, Data: data})
}

// StopTimeout is how long a child may take to end when asked.
const StopTimeout = 2 * time.Second

// behalf is on whose behalf the child writes.
func (c *Child) behalf() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.origin
}

// command starts a process like this one.
func (n *Nursery) command() ([]string, error) {
	if n.Host != nil && len(n.Host.Command) > 0 {
		return n.Host.Command, nil
	}
	if runtime.GOOS == "linux" {
		return []string{"/proc/self/exe"}, nil // also when its file has been replaced
	}
	exe, err := os.Executable()
	return []string{exe}, err
}
