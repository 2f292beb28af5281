package procpool

import (
	"cmp"
	"os"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/system"
	"github.com/parago/parago/procpool/internal/wait"
)

// Join returns when the process has ended and all its output is out, or when the
// caller is interrupted. It returns at once if the process was not started here.
func (p *Process) Join() { p.join(-1) }

// JoinTimeout is Join, for d at most. It reports whether the process has ended.
func (p *Process) JoinTimeout(d time.Duration) bool { return p.join(max(d, 0)) == nil }

func (p *Process) join(d time.Duration) error {
	if _, err := p.mine(); err != nil && (p == nil || p != this.parent) {
		return err
	}
	var timeout <-chan time.Time
	if d >= 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		timeout = t.C
	}
	ctx := this.Context(this.Origin())
	select {
	case <-p.done:
	default:
		select {
		case <-p.done:
		case <-timeout:
			return &fault.TimeoutError{What: "process " + p.Name}
		case <-ctx.Done():
			if p.origin != this.Origin() {
				return fault.ErrCanceled
			}
			<-p.done // it is killed for the same reason
		}
	}
	this.Screen.Flush()
	return nil
}

// Wait is Join, and returns an *ExitError unless the function returned in peace. If it did,
// the error is why the context of StartContext ended the process or why its output could
// not be written to Stdout or Stderr, if anything.
func (p *Process) Wait() error {
	if err := p.join(-1); err != nil {
		return err
	}
	p.mu.Lock()
	cause, c := p.cause, p.child
	p.mu.Unlock()
	if c == nil { // our parent, which we do not outlive
		return nil
	}
	if p.code == 0 {
		return cmp.Or(cause, p.sinks.Failed())
	}
	return &fault.ExitError{Process: p.Name, PID: p.pid, Code: p.code, Signal: fault.SignalName(p.code), Stderr: c.LastLines(), Err: cause}
}

// Alive reports whether the process was started and has not ended.
func (p *Process) Alive() bool {
	switch state, _ := p.lookAt(); state {
	case stateSelf:
		return true
	case stateForeign:
		return p == this.parent && os.Getppid() == p.pid || p != this.parent && p.pid != 0 && system.Exists(p.pid)
	case stateStarted:
		select {
		case <-p.done:
			return false
		default:
			return true
		}
	}
	return false
}

// Done is closed when the process has ended and all its output is out. It is Python's
// sentinel.
func (p *Process) Done() <-chan struct{} {
	if p.isUnmade() {
		return wait.Closed
	}
	return p.done
}

// ExitCode returns how the process ended: 0 if its function returned, 1 if it panicked or
// returned an error, the code given to os.Exit, or the negative number of a signal.
func (p *Process) ExitCode() (code int, exited bool) {
	if state, _ := p.lookAt(); state != stateStarted && state != stateClosed {
		return 0, false
	}
	select {
	case <-p.done:
		return p.code, true
	default:
		return 0, false
	}
}
