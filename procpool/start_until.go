package procpool

import (
	"context"
	"syscall"
	"time"
)

// StartContext is Start of a process that ends with ctx, at the latest: it is terminated
// then, and killed after Grace. Wait's error is the context's. A context that is over already
// is the error of StartContext, and nothing is started.
func (p *Process) StartContext(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if err := p.Start(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { p.expire(context.Cause(ctx)) })
	p.mu.Lock()
	p.unwatch = stop
	p.mu.Unlock()
	select {
	case <-p.done: // forget may have been too early
		stop()
	default:
	}
	return nil
}

// grace is the default of Process.Grace.
const grace = 2 * time.Second

// expire ends the process, politely first. It returns when that is over.
func (p *Process) expire(cause error) {
	p.mu.Lock()
	select {
	case <-p.done:
		p.mu.Unlock()
		return
	default:
	}
	p.cause = cause
	wait := p.Grace
	p.mu.Unlock()
	if wait == 0 {
		wait = grace
	}
	p.signal(syscall.SIGTERM)
	timer := time.NewTimer(max(0, wait))
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		p.signal(syscall.SIGKILL)
	}
}
