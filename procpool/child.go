package procpool

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/spawn"
	"github.com/parago/parago/procpool/wire"
)

// The kinds of frames. Those of a child to its parent follow those of a parent.
const (
	frameRole   = iota + 1 // who the child is
	frameUnit              // a unit to load; ID is its version
	frameDefine            // a function; ID is its number
	frameTask              // ID is its number: function, arguments
	frameReply             // to the child's call ID
	frameLarge             // a task in shared memory
	frameQuit              // end when what came before is done

	frameResult      // of task ID
	frameSkipped     // task ID was taken back
	frameCall        // call ID of the parent's broker
	frameHello       // the process is up
	frameLargeResult // a result in shared memory
)

// A role is what makes a process out of a spare.
type role struct {
	Identity   string
	Name       string
	Daemon     bool
	ParentName string
	ParentPID  int
	Dir        string
}

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

	mu       sync.Mutex
	owner    owner  // guarded by mu, as is the rest
	origin   string // on whose behalf it writes
	tail     []byte // the end of its stderr
	identity string
	name     string
	awake    bool // it has said hello

	has     map[string]uint64  // units it has; owned by whoever owns the child
	defined map[*target]uint64 // functions it has

	lent    uint64   // the segment it was sent last; owned likewise
	results borrowed // owned by serve
	drained uint64   // what had arrived when its output was last taken in; likewise
}

// startChild starts a process that is nobody yet.
func (p *process) startChild(env []string, dir string) (*child, error) {
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
		defined: map[*target]uint64{},
	}
	c.spawned, err = spawn.Start(spawn.Command{
		Args:   command,
		Env:    env,
		Dir:    dir,
		Files:  []*os.File{seg.File},
		Output: c.output,
	})
	if err != nil {
		c.outbox.Close()
		return nil, err
	}
	c.in = wire.NewReader(c.spawned.Control(), c.outbox)
	c.out = wire.NewWriter(c.spawned.Control(), nil)
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
	var batch []wire.Frame
	for {
		f, err := c.in.Next()
		if err != nil {
			break
		}
		switch f.Kind {
		case frameCall:
			this.serveCall(c, f)
		case frameHello:
			c.mu.Lock()
			c.awake = true
			c.mu.Unlock()
			batch = append(batch, f)
		case frameLargeResult:
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
	if o := c.ownedBy(); o != nil && len(batch) > 0 {
		o.results(c, batch)
	}
	this.forget(c)
	code, _ := c.spawned.ExitCode()
	if o := c.ownedBy(); o != nil {
		o.died(c, code)
	}
	c.spawned.Control().Close()
	c.outbox.Close()
	c.results.close()
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
	if o := c.ownedBy(); o != nil {
		o.results(c, batch)
	}
}

func (c *child) isAwake() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.awake
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
		p.ended(identity)
	}
}

// tailSize is how much of the end of stderr is kept for error messages.
const tailSize = 4 << 10

// output hands over what the child wrote.
func (c *child) output(stderr bool, data []byte) {
	c.mu.Lock()
	origin := c.origin
	if stderr {
		c.tail = append(c.tail, data...)
		if extra := len(c.tail) - tailSize; extra > 0 {
			c.tail = c.tail[:copy(c.tail, c.tail[extra:])]
		}
	}
	c.mu.Unlock()
	this.write(origin, stderr, data)
}

// write passes output on: to the host, or to our own descriptors, from where a parent
// takes it with the origin that it knows.
func (p *process) write(origin string, stderr bool, data []byte) {
	if p.host != nil && p.host.Output != nil && p.up == nil {
		p.host.Output(origin, stderr, data)
		return
	}
	f := os.Stdout
	if stderr {
		f = os.Stderr
	}
	f.Write(data)
}

// flush makes sure that output handed over stays before the caller's own.
func (p *process) flush() {
	if p.host != nil && p.host.Flush != nil && p.up == nil {
		p.host.Flush()
	}
}

// setOrigin says on whose behalf the child writes from now on. It must be idle.
func (c *child) setOrigin(origin string) {
	c.mu.Lock()
	same := c.origin == origin
	c.mu.Unlock()
	if same {
		return
	}
	c.spawned.Drain() // what it wrote so far is the other's
	c.mu.Lock()
	c.origin, c.tail = origin, nil
	c.mu.Unlock()
}

// lastLines returns the end of the child's stderr, from the start of a line.
func (c *child) lastLines() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	tail := c.tail
	if len(tail) == tailSize {
		if _, rest, ok := bytes.Cut(tail, []byte("\n")); ok {
			tail = rest
		}
	}
	return string(tail)
}

// maxDepth is how deeply processes may start processes.
const maxDepth = 10

func depth(identity string) int {
	if identity == "" {
		return 0
	}
	n := 1
	for _, c := range identity {
		if c == ':' {
			n++
		}
	}
	return n
}

// reserve gives a child to be its identity and, if it has none, its name.
func (p *process) reserve(class, name string) (identity, _ string) {
	identity = strconv.FormatInt(p.counter.Add(1), 10)
	if p.identity != "" {
		identity = p.identity + ":" + identity
	}
	if name == "" {
		name = class + "-" + identity
	}
	return identity, name
}

// adopt makes a process out of r: a spare, if there is one that is like a fresh
// process would be. It is the owner's from then on.
func (p *process) adopt(o owner, origin string, r role, env []string) (*child, error) {
	if depth(p.identity) >= maxDepth {
		return nil, ErrTooDeep
	}
	c, err := p.take(env, r.Dir)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.owner, c.origin, c.identity, c.name = o, origin, r.Identity, r.Name
	c.mu.Unlock()
	r.ParentName, r.ParentPID = p.current.Name, os.Getpid()
	return c, c.send(frameRole, 0, r)
}

// send puts a frame with an encoded value.
func (c *child) send(kind byte, id uint64, v any) error {
	data, err := this.codec.Encode(nil, valueOf(v))
	if err != nil {
		return err
	}
	return c.out.Put(wire.Frame{Kind: kind, ID: id, Data: data})
}

// take returns a spare, or starts a process.
func (p *process) take(env []string, dir string) (*child, error) {
	if env == nil && dir == "" {
		if c := p.spare(); c != nil {
			return c, nil
		}
	}
	p.mu.Lock()
	shut := p.shut
	p.mu.Unlock()
	if shut {
		return nil, ErrClosed
	}
	if env == nil {
		env = os.Environ()
	}
	return p.startChild(env, dir)
}

// maxSpares bounds the processes that are kept ready.
const maxSpares = 4

// spare takes a spare whose environment is still ours, and has another one started.
func (p *process) spare() *child {
	env := os.Environ()
	dir, _ := os.Getwd()
	p.mu.Lock()
	var c *child
	for len(p.spares) > 0 && c == nil {
		at := max(0, slices.IndexFunc(p.spares, (*child).isAwake))
		c = p.spares[at]
		p.spares = slices.Delete(p.spares, at, at+1)
		if _, ended := c.spawned.ExitCode(); ended || c.dir != dir || !slices.Equal(c.env, env) {
			c.spawned.Kill()
			c = nil
		}
	}
	p.mu.Unlock()
	// Not at once: the process that is to begin now has the processor.
	time.AfterFunc(refillDelay, func() { p.warm(1) })
	return c
}

const refillDelay = 2 * time.Millisecond

// hasSpare reports whether a process is ready to begin.
func (p *process) hasSpare() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.spares, (*child).isAwake)
}

// giveBack makes a spare again of a child that has run nothing but this package. It
// reports whether there was room.
func (p *process) giveBack(c *child) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.spares) >= maxSpares || p.shut || !p.children[c] {
		return false
	}
	c.mu.Lock()
	c.owner, c.identity, c.origin = nil, "", ""
	c.mu.Unlock()
	p.spares = append(p.spares, c)
	return true
}

// Warm has n spare processes started in the background, so that the next processes
// and workers are there at once. The package keeps a few by itself once it is in use.
func Warm(n int) { this.warm(n) }

func (p *process) warm(n int) {
	if depth(p.identity) >= maxDepth {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted = min(max(p.wanted, n), maxSpares)
	if p.shut || p.starting > 0 || len(p.spares) >= p.wanted {
		return
	}
	p.starting++
	go p.fill()
}

// fill starts spares until there are enough. It ends soon, and Shutdown kills what it
// has started.
func (p *process) fill() {
	for {
		dir, _ := os.Getwd()
		c, err := p.startChild(os.Environ(), dir)
		p.mu.Lock()
		if err == nil {
			p.spares = append(p.spares, c)
		}
		if err != nil || p.shut || len(p.spares) >= p.wanted {
			p.starting--
			p.mu.Unlock()
			return
		}
		p.mu.Unlock()
	}
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
