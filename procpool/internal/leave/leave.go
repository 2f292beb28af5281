package leave

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/node"
)

// An Ending is what a process does before it ends.
type Ending struct {
	node *node.Node
	// Children, if it is set, ends this process's children as Python has it at the end of a child.
	Children func()
	// Shutdown, if it is set, is the end of a root: it runs what was added, too.
	Shutdown func()

	begun atomic.Bool
	mu    sync.Mutex
	funcs []func() // guarded by mu
}

// New makes the ending of a process.
func New(n *node.Node) *Ending { return &Ending{node: n} }

// Add has f called before the end, before those that were added earlier.
func (e *Ending) Add(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.funcs = append(e.funcs, f)
}

// Run calls what was added. What is added meanwhile comes too.
func (e *Ending) Run() {
	for {
		e.mu.Lock()
		n := len(e.funcs)
		if n == 0 {
			e.mu.Unlock()
			return
		}
		f := e.funcs[n-1]
		e.funcs = slices.Delete(e.funcs, n-1, n)
		e.mu.Unlock()
		e.atExit(f)
	}
}

// atExit calls a user's function, whose panic, or Goexit, concerns nobody else.
func (e *Ending) atExit(f func()) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() {
			if x := recover(); x != nil {
				fail := callee.Panicked(e.node.Host, x, callee.Stack())
				fmt.Fprintf(os.Stderr, "Process %s: at exit:\npanic: %s\n\n%s", e.node.Role.Name, fail.Value, fail.Stack)
			}
		}()
		f()
	}()
	<-ended
}

// Leave ends the process. A second call, as from a function that was added, ends it at once.
func (e *Ending) Leave(code int) {
	n := e.node
	if n.Host != nil && n.Host.Exit != nil && n.Up == nil {
		n.Host.Exit(code)
		return
	}
	if e.begun.Swap(true) {
		os.Exit(code)
	}
	if n.Up == nil {
		if e.Shutdown != nil {
			e.Shutdown()
		}
		os.Exit(code)
	}
	e.Run()
	if e.Children != nil {
		e.Children()
	}
	n.Up.Out.Flush()
	os.Exit(code)
}
