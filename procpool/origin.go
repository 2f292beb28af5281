package procpool

import "github.com/parago/parago/procpool/internal/child"

// AllowOrigin lets things be begun on behalf of origin again after CancelOrigin.
func AllowOrigin(origin string) { this.Allow(origin) }

// CancelOrigin stops what was begun on behalf of origin and has not ended: its tasks
// fail with ErrCanceled, workers running them are killed and replaced,
// processes it started are killed, and calls it waits in return. Others notice
// nothing. It returns when the processes are gone. What is begun on its behalf later
// fails too, until AllowOrigin.
func CancelOrigin(origin string) {
	p := this
	p.Cancel(origin)
	p.mu.Lock()
	var pools []*scheduler
	for pool := range p.pools {
		pools = append(pools, pool)
	}
	var procs []*Process
	for _, proc := range p.processes {
		if proc.origin == origin {
			procs = append(procs, proc)
		}
	}
	p.mu.Unlock()
	var killed []*child.Child
	for _, pool := range pools {
		killed = append(killed, pool.cancelOrigin(origin)...)
	}
	for _, proc := range procs {
		if _, c := proc.lookAt(); c != nil {
			c.Spawned.Kill()
			killed = append(killed, c)
		}
	}
	for _, c := range killed {
		<-c.Gone
	}
}
