package procpool

import (
	"cmp"
	"maps"
	"slices"

	"github.com/parago/parago/procpool/internal/system"
)

// The processes that were started here: those that run, and what is remembered of those that have ended.

// add takes in a process that is about to begin.
func (p *process) add(proc *Process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.processes[proc.identity] = proc
}

// remove forgets a process that has ended, or could not begin.
func (p *process) remove(proc *Process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.processes, proc.identity)
}

// running are the processes that have not ended, in the order of their start.
func (p *process) running() []*Process {
	p.mu.Lock()
	out := slices.Collect(maps.Values(p.processes))
	p.mu.Unlock()
	slices.SortFunc(out, func(a, b *Process) int { // identities that differ in their last number
		return cmp.Or(cmp.Compare(len(a.identity), len(b.identity)), cmp.Compare(a.identity, b.identity))
	})
	return out
}

// keptEnded is how many ended processes a Report remembers.
const keptEnded = 10

// remember keeps what a process was that is ending.
func (p *process) remember(proc *Process) {
	info := proc.info()
	info.Exited, info.ExitCode = true, proc.code
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = append(p.over, info)
	if extra := len(p.over) - keptEnded; extra > 0 {
		p.over = slices.Delete(p.over, 0, extra)
	}
}

// ended are the last processes that have ended.
func (p *process) ended() []ProcessInfo {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.over)
}

// info describes the process.
func (p *Process) info() ProcessInfo {
	info := ProcessInfo{Name: p.Name, PID: p.PID(), Daemon: p.Daemon}
	info.ExitCode, info.Exited = p.ExitCode()
	if !info.Exited {
		info.RSS, info.CPUTime = system.Usage(info.PID)
	}
	return info
}

// cancel kills the processes that were begun here on behalf of an origin.
func (p *process) cancel(origin string) (gone []<-chan struct{}) {
	for _, proc := range p.running() {
		if _, c := proc.lookAt(); c != nil && proc.origin == origin {
			c.Spawned.Kill()
			gone = append(gone, c.Gone)
		}
	}
	return gone
}
