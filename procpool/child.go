package procpool

import (
	"context"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/spawn"
	"github.com/parago/parago/procpool/wire"
)

// An owner is told what its child does, from one goroutine.
type owner interface {
	// results gets frames that came together; all output written before them is out.
	results(c *child, frames []wire.Frame)
	// died is the last call.
	died(c *child, code int)
}

// A child is the parent's side of a process: a spare first, then owned once.
type child struct {
	spawned *spawn.Child
	outbox  *wire.Outbox
	in      *wire.Reader
	out     *wire.Writer
	env     []string // as it was started
	dir     string
	gone    chan struct{} // closed when all about it has been handled

	errors  sync.Mutex // held while standard error is handed over, piece by piece
	report  report     // guarded by errors
	starved bool       // it has ended for want of memory; set before an owner is told

	mu       sync.Mutex
	owner    owner  // guarded by mu, as is the rest
	origin   string // on whose behalf it writes
	tail     []byte // the end of its stderr
	sinks    *sinks // where it writes instead, or nil
	mode     screen.Mode
	printer  screen.Printer // of that mode; nil for Raw
	identity string
	name     string
	awake    bool // it has said hello
	limited  bool // it has a HardMemoryLimit
	over     bool // it has ended, and an owner has been told if there was one

	has     map[string]uint64         // units it has; owned by whoever owns the child
	defined map[*callee.Callee]uint64 // functions it has

	lent    uint64        // the segment it was sent last; owned likewise
	results task.Borrowed // owned by serve
	drained uint64        // what had arrived when its output was last taken in; likewise
}

// startChild starts a process that is nobody yet.
func (p *process) startChild(env []string, dir string) (*child, error) {
	if err := spawn.Supported(); err != nil {
		return nil, fault.Errorf("%w", err)
	}
	command, err := p.command()
	if err != nil {
		return nil, err
	}
	seg, err := shm.New(wire.OutboxSize)
	if err != nil {
		return nil, err
	}
	c := &child{
		outbox:  wire.NewOutbox(seg),
		env:     env,
		dir:     dir,
		gone:    make(chan struct{}),
		has:     map[string]uint64{},
		defined: map[*callee.Callee]uint64{},
	}
	theirs, ours, err := wire.Way()
	if err != nil {
		seg.Close()
		return nil, err
	}
	p.oom.Start()
	c.spawned, err = spawn.Start(spawn.Command{
		Args:   command,
		Env:    env,
		Dir:    dir,
		Files:  []*os.File{seg.File, theirs}, // serve has them
		Output: c.output,
	})
	seg.File.Close()
	theirs.Close()
	// The mapping stays as long as anybody may look whether the child has begun something.
	runtime.AddCleanup(c.outbox, func(seg *shm.Segment) { seg.Close() }, seg)
	if err != nil {
		ours.Close()
		return nil, err
	}
	c.in = wire.NewReader(c.spawned.Control(), c.outbox)
	c.out = wire.NewWriter(ours, nil)
	p.mu.Lock()
	p.children[c] = true
	shut := p.shut
	p.mu.Unlock()
	if shut {
		c.spawned.Kill()
	}
	go c.serve()
	return c, nil
}

// serve reads what the child sends until it has ended. It is the goroutine that owns
// the child's end: gone is closed by it.
func (c *child) serve() {
	pprof.SetGoroutineLabels(context.Background()) // it is not part of what started the child
	var batch []wire.Frame
	for {
		f, err := c.in.Next()
		if err != nil {
			break
		}
		switch f.Kind {
		case task.FrameCall:
			this.serveCall(c, f)
		case task.FrameHello:
			c.mu.Lock()
			c.awake = true
			c.mu.Unlock()
			batch = append(batch, f)
		case task.FrameLog:
			c.hand(batch)
			batch = nil
			c.spawned.Drain()
			this.logged(c, f)
		case task.FrameLargeResult:
			c.hand(batch)
			batch = nil
			err = c.takeLarge(f)
		default:
			batch = append(batch, f)
		}
		if err != nil {
			break
		}
		if len(batch) == 0 || c.in.Pending() && len(batch) < 64 {
			continue
		}
		c.hand(batch)
		batch = nil
	}
	c.spawned.Kill() // it ends, or has closed what it must not close
	<-c.spawned.Done()
	code, _ := c.spawned.ExitCode()
	c.conclude(code)
	c.silent()
	if o := c.ownedBy(); o != nil && len(batch) > 0 {
		o.results(c, batch)
	}
	c.mu.Lock()
	c.over = true
	o := c.owner
	c.mu.Unlock()
	this.forget(c)
	if o != nil {
		o.died(c, code)
	}
	c.spawned.Control().Close()
	c.out.Close()
	c.results.Close()
	close(c.gone)
}

// hand gives frames to the owner, after the output that was written before them.
func (c *child) hand(batch []wire.Frame) {
	if len(batch) == 0 {
		return
	}
	if got := c.in.Received(); got != c.drained {
		c.drained = got
		c.spawned.Drain()
	}
	if slices.ContainsFunc(batch, func(f wire.Frame) bool { return f.Kind == task.FrameResult || f.Kind == task.FrameResults }) {
		c.letGo()
		c.paused()
	}
	if o := c.ownedBy(); o != nil {
		o.results(c, batch)
	}
}

func (c *child) isAwake() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.awake
}

// own gives the child to o, under the name of r. It reports false if it has ended: nobody would
// tell o.
func (c *child) own(o owner, origin string, r task.Role, out *sinks) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return false
	}
	c.owner, c.origin, c.identity, c.name, c.sinks = o, origin, r.Identity, r.Name, out
	c.limited = r.Limits.Memory > 0
	return true
}

func (c *child) ownedBy() owner {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.owner
}

// forget takes a dead child off the books, and frees what it held.
func (p *process) forget(c *child) {
	p.mu.Lock()
	delete(p.children, c)
	p.spares = slices.DeleteFunc(p.spares, func(s *child) bool { return s == c })
	p.mu.Unlock()
	c.mu.Lock()
	identity := c.identity
	c.mu.Unlock()
	if identity != "" {
		p.Ended(identity)
	}
}

// send puts a frame with an encoded value.
func (c *child) send(kind byte, id uint64, v any) error {
	data, err := this.Codec.Encode(nil, valueOf(v))
	if err != nil {
		return err
	}
	return c.out.Put(wire.Frame{Kind: kind, ID: id, Data: data})
}

// signalName names what killed a process, or "".
func signalName(code int) string {
	if code >= 0 {
		return ""
	}
	return syscall.Signal(-code).String()
}

// stopTimeout is how long a child may take to end when asked.
const stopTimeout = 2 * time.Second
