package system

import (
	"syscall"
	"unsafe"
)

// resetSignal gives s its default action, past the Go runtime, which has none.
func resetSignal(s syscall.Signal) bool {
	var action [4]uint64 // struct sigaction of the kernel: SIG_DFL, no flags, empty mask
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(&action)), 0, 8, 0, 0)
	return errno == 0
}
