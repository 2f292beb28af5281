//go:build unix

package shm

import "syscall"

// MaxFiles is how many descriptors this process may have.
func MaxFiles() int {
	var l syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l) != nil {
		return 256
	}
	return int(min(uint64(l.Cur), 1<<20))
}
