package procpool

import (
	"context"

	"github.com/parago/parago/procpool/internal/fault"
)

// origin says on whose behalf the caller acts.
func (p *process) origin() string {
	if p.host == nil || p.host.Origin == nil || p.up != nil {
		return ""
	}
	return p.host.Origin()
}

// AllowOrigin lets things be begun on behalf of origin again after CancelOrigin.
func AllowOrigin(origin string) {
	p := this
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.contexts[origin] != nil && p.contexts[origin].Err() != nil {
		delete(p.contexts, origin)
	}
}

// context is done when its origin is cancelled, and until it is allowed again.
func (p *process) context(origin string) context.Context {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx := p.contexts[origin]; ctx != nil {
		return ctx
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	p.contexts[origin], p.cancels[origin] = ctx, cancel
	return ctx
}

// CancelOrigin stops what was begun on behalf of origin and has not ended: its tasks
// fail with ErrCanceled, workers running them are killed and replaced,
// processes it started are killed, and calls it waits in return. Others notice
// nothing. It returns when the processes are gone. What is begun on its behalf later
// fails too, until AllowOrigin.
func CancelOrigin(origin string) {
	p := this
	p.context(origin) // so that there is one to cancel
	p.mu.Lock()
	if cancel := p.cancels[origin]; cancel != nil {
		cancel(fault.ErrCanceled)
		delete(p.cancels, origin)
	}
	var pools []*scheduler
	for pool := range p.pools {
		pools = append(pools, pool)
	}
	var procs []*Process
	for _, proc := range p.running {
		if proc.origin == origin {
			procs = append(procs, proc)
		}
	}
	p.mu.Unlock()
	var killed []*child
	for _, pool := range pools {
		killed = append(killed, pool.cancelOrigin(origin)...)
	}
	for _, proc := range procs {
		if _, c := proc.lookAt(); c != nil {
			c.spawned.Kill()
			killed = append(killed, c)
		}
	}
	for _, c := range killed {
		<-c.gone
	}
}
