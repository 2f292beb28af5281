package procpool

import (
	"fmt"
	"math"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/parago/parago/procpool/internal/callee"
)

// An ending is what a process does before it ends.
type ending struct {
	begun atomic.Bool

	mu    sync.Mutex
	funcs []func() // guarded by mu
}

// AtExit has f called when this process ends, the function given last first: when the
// function of a Process returns or panics, when a pool is done with a worker, on [Exit] and,
// in the process that started the others, on [Shutdown]. In a notebook's processes os.Exit,
// log.Fatal and a panic in a goroutine are such ends too; in a compiled program Go ends at
// once then. Nothing runs when a signal ends the process, as Terminate, Kill and
// Pool.Terminate do: a function that is to survive SIGTERM asks package os/signal for it. A panic in f
// is written to standard error and keeps nothing else from running. Python's atexit.register.
func AtExit(f func()) {
	e := &this.ending
	e.mu.Lock()
	defer e.mu.Unlock()
	e.funcs = append(e.funcs, f)
}

// run calls what AtExit was given. What is added meanwhile comes too.
func (e *ending) run() {
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
		atExit(f)
	}
}

// atExit calls a user's function, whose panic, or Goexit, concerns nobody else.
func atExit(f func()) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() {
			if x := recover(); x != nil {
				fail := callee.Panicked(this.Host, x, callee.Stack())
				fmt.Fprintf(os.Stderr, "Process %s: at exit:\npanic: %s\n\n%s", this.Role.Name, fail.Value, fail.Stack)
			}
		}()
		f()
	}()
	<-ended
}

// Exit ends this process with an exit code as the return of its function would: what
// AtExit was given runs, daemons are killed, other processes and what they have to say are
// waited for. Python's sys.exit. In a compiled program os.Exit does none of this. In a notebook's
// cell Exit is what os.Exit is there: the cell ends, the session lives on.
func Exit(code int) { this.leave(code) }

// leave is Exit. A second call, as from a function of AtExit, ends the process at once.
func (p *process) leave(code int) {
	if p.Host != nil && p.Host.Exit != nil && p.Up == nil {
		p.Host.Exit(code)
		return
	}
	if p.ending.begun.Swap(true) {
		os.Exit(code)
	}
	if p.Up == nil {
		Shutdown(math.MaxInt64)
		os.Exit(code)
	}
	p.ending.run()
	p.joinAll()
	p.Up.Out.Flush()
	os.Exit(code)
}

// joinAll is the end of a child's own children, as Python has it: daemons and workers of
// pools are killed, other processes are waited for.
func (p *process) joinAll() {
	for _, child := range ActiveChildren() {
		if child.Daemon {
			child.Kill()
		}
	}
	for _, child := range ActiveChildren() {
		<-child.done
	}
}
