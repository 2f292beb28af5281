//go:build unix

package shm

import (
	"os"
	"syscall"
)

// MapPrivate maps a file's first size bytes: what is written there is this process's own, and
// goes nowhere. It takes the file over. The mapping stays as long as the process.
func MapPrivate(f *os.File, size int) ([]byte, error) {
	defer f.Close()
	data, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE)
	return data, os.NewSyscallError("mmap", err)
}
