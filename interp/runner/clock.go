package runner

import (
	"time"

	"github.com/parago/parago/interp/runner/wire"
)

// A moment is a time, with the time that this process has had of processors.
type moment struct {
	wall         time.Time
	user, system time.Duration
}

func now() moment {
	user, system := processorTime()
	return moment{time.Now(), user, system}
}

// time notes that the run has lasted since a moment.
func (r *run) time(since moment) {
	end := now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.times = wire.Times{Wall: end.wall.Sub(since.wall), User: end.user - since.user, System: end.system - since.system}
}
