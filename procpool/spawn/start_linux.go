package spawn

import (
	"syscall"
	"unsafe"
)

// pipeSize is how much a child may write before it has to wait for its reader.
const pipeSize = 1 << 20

// setPipeSize is F_SETPIPE_SZ, which package syscall does not name.
const setPipeSize = 1031

// packet is how much of one write the kernel keeps together in packet mode.
const packet = 4096

func socketPair() (near, far int, err error) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	return fds[0], fds[1], err
}

// outputPipe makes a pipe in packet mode: a read never joins two writes.
func outputPipe() (r, w int, err error) {
	var fds [2]int
	if err := syscall.Pipe2(fds[:], syscall.O_CLOEXEC|syscall.O_DIRECT); err != nil {
		return 0, 0, err
	}
	// A user's pipes may hold only so much in total. A small pipe works as well.
	syscall.Syscall(syscall.SYS_FCNTL, uintptr(fds[0]), setPipeSize, pipeSize)
	return fds[0], fds[1], nil
}

// processAttr asks for a hangup when the parent dies: unlike SIGKILL it lets the
// child take its own children along (see Parent), and by default it kills.
func processAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGHUP}
}

// waitExit returns when pid has ended, and leaves it to be reaped.
func waitExit(pid int) {
	const idPID = 1 // P_PID
	var info [128]byte
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, idPID, uintptr(pid),
			uintptr(unsafe.Pointer(&info)), syscall.WEXITED|syscall.WNOWAIT, 0, 0)
		if errno != syscall.EINTR {
			return
		}
	}
}

// unread returns how many bytes wait in the pipe.
func unread(fd uintptr) int {
	var n int32
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCINQ, uintptr(unsafe.Pointer(&n))); errno != 0 {
		return 0
	}
	return int(n)
}
