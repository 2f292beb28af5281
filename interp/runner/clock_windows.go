package runner

import (
	"syscall"
	"time"
)

// processorTime is how long this process's threads have run, in its code and in the system's.
func processorTime() (user, system time.Duration) {
	var c, e, s, u syscall.Filetime
	self, err := syscall.GetCurrentProcess()
	if err != nil || syscall.GetProcessTimes(self, &c, &e, &s, &u) != nil {
		return 0, 0
	}
	return span(u), span(s)
}

// span is a time of so many 100 ns.
func span(t syscall.Filetime) time.Duration {
	return time.Duration(uint64(t.HighDateTime)<<32|uint64(t.LowDateTime)) * 100
}
