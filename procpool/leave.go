package procpool

import "time"

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

// Shutdown calls what AtExit was given, and ends all children, and theirs: pools and daemons at
// once, other processes after grace if they have not ended by then. It returns when they are
// gone. Nothing can be started afterwards.
func Shutdown(grace time.Duration) { this.shutdown(grace) }

func (p *process) shutdown(grace time.Duration) {
	p.Ending.Run()
	p.Nursery.Close()
	p.Pools.Terminate()
	procs := p.running()
	for _, proc := range procs {
		if proc.Daemon {
			proc.Kill()
		}
	}
	limit := time.After(grace)
	for _, proc := range procs {
		select {
		case <-proc.done:
		case <-limit:
			limit = time.After(0)
		}
	}
	p.Nursery.KillAll()
	p.Segments.Clear()
	p.Space.Mail.Clear()
}

// joinAll is the end of a child's own children, as Python has it: daemons and workers of
// pools are killed, other processes are waited for.
func (p *process) joinAll() {
	for _, proc := range p.running() {
		if proc.Daemon {
			proc.Kill()
		}
	}
	for _, proc := range p.running() {
		<-proc.done
	}
}
