//go:build unix

package procpool

import (
	"os"
	"os/signal"
	"syscall"
)

// dieOfSignals makes a signal that ends other programs end this one in the same way.
// The Go runtime would print all stacks and exit with code 2 for these.
func dieOfSignals() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGTRAP)
	go func() { // ends with the process
		s := (<-c).(syscall.Signal)
		if resetSignal(s) {
			syscall.Kill(os.Getpid(), s)
			select {}
		}
		os.Exit(128 + int(s))
	}()
}

// exists reports whether there is a process of that number.
func exists(pid int) bool { return syscall.Kill(pid, 0) != syscall.ESRCH }
