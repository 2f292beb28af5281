package spawn

import (
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// A Command says what Start runs. Args is required, the rest has useful zeros.
type Command struct {
	// Args is the path of the program and its arguments.
	Args []string
	// Env is the child's environment. Nil: this process's.
	Env []string
	// Dir is the child's working directory. Empty: this process's.
	Dir string
	// Stdin is the child's standard input. Nil: the null device.
	Stdin *os.File
	// Files are further descriptors for the child, numbered from FirstFile.
	// They stay the caller's to close.
	Files []*os.File
	// Output receives what the child, and its children, write to descriptors 1
	// and 2, in order for each stream. On Linux one write is one chunk. Output must
	// not keep p, and must not call Drain. Calls for one stream never overlap.
	// Nil: what is written is dropped.
	Output func(stderr bool, p []byte)
}

// FirstFile is the number under which the child finds Command.Files[0].
const FirstFile = 4

// A Child is a process started by Start. Its methods are safe for concurrent use.
type Child struct {
	pid     int
	control *net.UnixConn
	streams [2]*stream // stdout, stderr
	done    chan struct{}

	mu     sync.Mutex
	reaped bool // guarded by mu: pid is no longer ours
	code   int  // set before done is closed
}

// Start runs c. The child must call Parent before anything else.
func Start(c Command) (*Child, error) {
	if len(c.Args) == 0 {
		return nil, fmt.Errorf("spawn: no command given")
	}
	child, err := start(c)
	if err != nil {
		return nil, fmt.Errorf("spawn %s: %w", c.Args[0], err)
	}
	return child, nil
}

// PID returns the process id.
func (c *Child) PID() int { return c.pid }

// Control returns the parent's end of the connection. The caller owns it: it reads
// until EOF and closes it. Closing it tells the child to end.
func (c *Child) Control() *net.UnixConn { return c.control }

// Done is closed when the child has ended and all its output has been handed over.
func (c *Child) Done() <-chan struct{} { return c.done }

// ExitCode returns how the child ended: its exit status, or the negative number of
// the signal that killed it. ended is false while it runs.
func (c *Child) ExitCode() (code int, ended bool) {
	select {
	case <-c.done:
		return c.code, true
	default:
		return 0, false
	}
}

// Drain returns when all that the child and its children had written before the
// call has been handed to Output.
func (c *Child) Drain() {
	for _, s := range c.streams {
		s.drain()
	}
}

// Signal sends s to the child's process group. It does nothing once the child has ended.
func (c *Child) Signal(s syscall.Signal) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reaped {
		return nil
	}
	return signalGroup(c.pid, s)
}

// Kill ends the child and its process group at once.
func (c *Child) Kill() error { return c.Signal(killSignal) }

// Stop ends the child: it closes the connection, after grace it asks with a signal,
// after another grace it kills. It returns when the child has ended.
func (c *Child) Stop(grace time.Duration) {
	c.control.Close()
	for _, s := range []syscall.Signal{termSignal, killSignal} {
		select {
		case <-c.done:
			return
		case <-time.After(grace):
			c.Signal(s)
		}
	}
	<-c.done
}
