//go:build unix

package shm

import (
	"errors"
	"syscall"
)

// NoDescriptor tells whether err is that this process, or the system, has no descriptor left.
func NoDescriptor(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// MaxFiles is how many descriptors this process may have.
func MaxFiles() int {
	var l syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l) != nil {
		return 256
	}
	return int(min(uint64(l.Cur), 1<<20))
}
