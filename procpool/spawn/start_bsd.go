//go:build unix && !linux

package spawn

import "syscall"

// packet is 0: a plain pipe keeps no boundaries, so a chunk is what a read returns.
const packet = 0

func socketPair() (near, far int, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fds[0])
		syscall.CloseOnExec(fds[1])
	}
	return fds[0], fds[1], err
}

func outputPipe() (r, w int, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	var fds [2]int
	if err := syscall.Pipe(fds[:]); err != nil {
		return 0, 0, err
	}
	syscall.CloseOnExec(fds[0])
	syscall.CloseOnExec(fds[1])
	return fds[0], fds[1], nil
}

func processAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// waitExit has no portable counterpart that leaves the child to be reaped.
func waitExit(int) {}

// unread cannot be asked: drain reads until the pipe is empty.
func unread(uintptr) int { return 1 << 30 }
