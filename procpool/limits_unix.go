//go:build unix && !linux

package procpool

import (
	"errors"
	"os"
	"runtime"
	"syscall"
)

func allowedCPUs() ([]int, error) { return nil, pin(nil) }

// pin and bound are refused before any worker starts.
func pin([]int) error { return errors.New(runtime.GOOS + " does not pin processes to processors") }

func bound(int64) error { return errors.New(runtime.GOOS + " has no such limit") }

func renice(n int) error {
	old, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	if err != nil {
		return os.NewSyscallError("getpriority", err)
	}
	return os.NewSyscallError("setpriority", syscall.Setpriority(syscall.PRIO_PROCESS, 0, old+n))
}
