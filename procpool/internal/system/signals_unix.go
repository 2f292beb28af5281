//go:build unix

package system

import (
	"os"
	"os/signal"
	"syscall"
)

// DieOfSignals makes a signal that ends other programs end this one in the same way.
// The Go runtime would print all stacks and exit with code 2 for these.
func DieOfSignals() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGSYS)
	go func() { // ends with the process
		s := (<-c).(syscall.Signal)
		if resetSignal(s) {
			syscall.Kill(os.Getpid(), s)
			select {}
		}
		os.Exit(128 + int(s))
	}()
}

// Exists reports whether there is a process of that number.
func Exists(pid int) bool { return syscall.Kill(pid, 0) != syscall.ESRCH }

// SignalNames are those of exit codes.
var SignalNames = map[syscall.Signal]string{
	syscall.SIGHUP: "SIGHUP", syscall.SIGINT: "SIGINT", syscall.SIGQUIT: "SIGQUIT", syscall.SIGILL: "SIGILL",
	syscall.SIGTRAP: "SIGTRAP", syscall.SIGABRT: "SIGABRT", syscall.SIGBUS: "SIGBUS", syscall.SIGFPE: "SIGFPE",
	syscall.SIGKILL: "SIGKILL", syscall.SIGUSR1: "SIGUSR1", syscall.SIGSEGV: "SIGSEGV", syscall.SIGUSR2: "SIGUSR2",
	syscall.SIGPIPE: "SIGPIPE", syscall.SIGALRM: "SIGALRM", syscall.SIGTERM: "SIGTERM", syscall.SIGXCPU: "SIGXCPU",
	syscall.SIGXFSZ: "SIGXFSZ", syscall.SIGVTALRM: "SIGVTALRM", syscall.SIGPROF: "SIGPROF", syscall.SIGSYS: "SIGSYS",
}
