//go:build unix

package shm

import (
	"os"
	"syscall"
)

// Duplicate returns another descriptor of the same file.
func Duplicate(f *os.File) (*os.File, error) {
	syscall.ForkLock.RLock() // no child inherits it
	defer syscall.ForkLock.RUnlock()
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	syscall.CloseOnExec(fd)
	return os.NewFile(uintptr(fd), f.Name()), nil
}
