package child

import "github.com/parago/parago/procpool/internal/fault"

// DiedError is the error of what the child was running when it ended.
func (c *Child) DiedError(code int) *fault.WorkerDiedError {
	e := &fault.WorkerDiedError{Worker: c.Name, PID: c.Spawned.PID(), Signal: fault.SignalName(code), Stderr: c.LastLines()}
	if code > 0 {
		e.ExitCode = code
	}
	e.OOM = c.starved
	return e
}
