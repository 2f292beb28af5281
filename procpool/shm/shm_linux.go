package shm

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

// memfdCreate is the number of memfd_create, which package syscall does not name.
var memfdCreate = map[string]uintptr{"amd64": 319, "386": 356, "arm64": 279, "riscv64": 279, "loong64": 279, "arm": 385, "ppc64le": 360, "s390x": 350}[runtime.GOARCH]

func anonymousFile() (*os.File, error) {
	const closeOnExec = 1 // MFD_CLOEXEC
	name := [...]byte{'p', 'r', 'o', 'c', 'p', 'o', 'o', 'l', 0}
	if memfdCreate != 0 {
		fd, _, errno := syscall.Syscall(memfdCreate, uintptr(unsafe.Pointer(&name)), closeOnExec, 0)
		if errno == 0 {
			return os.NewFile(fd, "shared memory"), nil
		}
	}
	return unlinkedFile()
}

const (
	futexWait = 0
	futexWake = 1
)

// Wait returns when *word may have changed from old, at the latest after WaitSlice.
func Wait(word *uint32, old uint32) {
	t := syscall.NsecToTimespec(int64(WaitSlice))
	syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWait, uintptr(old), uintptr(unsafe.Pointer(&t)), 0, 0)
}

// Wake ends the waiting of n processes.
func Wake(word *uint32, n int) {
	syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWake, uintptr(n), 0, 0, 0)
}

// Empty gives back the memory behind a file's first size bytes, also under the mappings of others: they
// read zeros then.
func Empty(f *os.File, size int) {
	const keepSize, punchHole = 1, 2 // FALLOC_FL_…
	syscall.Fallocate(int(f.Fd()), punchHole|keepSize, 0, int64(size))
}
