//go:build unix

package runner

import (
	"syscall"
	"time"
)

// processorTime is how long this process's threads have run, in its code and in the system's.
func processorTime() (user, system time.Duration) {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0, 0
	}
	return time.Duration(u.Utime.Nano()), time.Duration(u.Stime.Nano())
}
