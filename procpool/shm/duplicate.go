//go:build unix

package shm

import (
	"cmp"
	"os"
	"syscall"
)

// Duplicate returns another descriptor of the same file.
func Duplicate(f *os.File) (*os.File, error) {
	syscall.ForkLock.RLock() // no child inherits it
	defer syscall.ForkLock.RUnlock()
	var fd int
	var failed error
	closed := Use(f, func(file int) {
		if fd, failed = syscall.Dup(file); failed == nil {
			syscall.CloseOnExec(fd)
		}
	})
	if err := cmp.Or(closed, os.NewSyscallError("dup", failed)); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// Use calls use with f's descriptor, which is not closed meanwhile. It fails if it is closed already.
func Use(f *os.File, use func(fd int)) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Control(func(fd uintptr) { use(int(fd)) })
}
