//go:build unix && !linux

package system

import (
	"errors"
	"os"
	"runtime"
	"syscall"
)

// AllowedCPUs is not known.
func AllowedCPUs() ([]int, error) { return nil, Pin(nil) }

// Pin and Bound are refused before any worker starts.
func Pin([]int) error { return errors.New(runtime.GOOS + " does not pin processes to processors") }

func Bound(int64) error { return errors.New(runtime.GOOS + " has no such limit") }

// Renice adds n to the niceness.
func Renice(n int) error {
	old, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	if err != nil {
		return os.NewSyscallError("getpriority", err)
	}
	return os.NewSyscallError("setpriority", syscall.Setpriority(syscall.PRIO_PROCESS, 0, old+n))
}
