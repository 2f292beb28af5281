package codec

import (
	"syscall"
	"unsafe"
)

// What madvise is told.
const (
	hugePages   = 14
	noHugePages = 15
)

// inHugePages calls fill, which writes to fresh memory, and has the kernel make that in large pages meanwhile: to make it in small
// ones takes three times as long as to copy. Afterwards the kernel shall not do so: of what is given back, it would
// make large pages again.
func inHugePages(memory []byte, fill func()) {
	page := uintptr(syscall.Getpagesize())
	memory = memory[-uintptr(unsafe.Pointer(unsafe.SliceData(memory)))&(page-1):]
	memory = memory[:len(memory)&^int(page-1)]
	syscall.Madvise(memory, hugePages) // where it fails, all is as it was
	fill()
	syscall.Madvise(memory, noHugePages)
}
