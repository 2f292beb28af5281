package procpool

// AtExit has f called when this process ends, the function given last first: when the
// function of a Process returns or panics, when a pool is done with a worker, on [Exit] and,
// in the process that started the others, on [Shutdown]. In a notebook's processes os.Exit,
// log.Fatal and a panic in a goroutine are such ends too; in a compiled program Go ends at
// once then. Nothing runs when a signal ends the process, as Terminate, Kill and
// Pool.Terminate do: a function that is to survive SIGTERM asks package os/signal for it. A panic in f
// is written to standard error and keeps nothing else from running. Python's atexit.register.
func AtExit(f func()) { this.Ending.Add(f) }

// Exit ends this process with an exit code as the return of its function would: what
// AtExit was given runs, daemons are killed, other processes and what they have to say are
// waited for. Python's sys.exit. In a compiled program os.Exit does none of this. In a notebook's
// cell Exit is what os.Exit is there: the cell ends, the session lives on.
func Exit(code int) { this.Ending.Leave(code) }

// joinAll is the end of a child's own children, as Python has it: daemons and workers of
// pools are killed, other processes are waited for.
func joinAll() {
	for _, child := range ActiveChildren() {
		if child.Daemon {
			child.Kill()
		}
	}
	for _, child := range ActiveChildren() {
		<-child.done
	}
}
