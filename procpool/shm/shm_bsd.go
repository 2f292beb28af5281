//go:build unix && !linux

package shm

import (
	"os"
	"sync/atomic"
	"time"
)

func anonymousFile() (*os.File, error) { return unlinkedFile() }

// Wait returns when *word may have changed from old. There is no portable futex: it looks
// again after a short while.
func Wait(word *uint32, old uint32) {
	if atomic.LoadUint32(word) == old {
		time.Sleep(time.Millisecond)
	}
}

// Wake has nobody to wake where Wait looks by itself.
func Wake(*uint32, int) {}

// Empty does nothing: the memory goes with its last mapping.
func Empty(*os.File, int) {}
