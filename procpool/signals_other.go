//go:build !linux

package procpool

import "syscall"

func resetSignal(syscall.Signal) bool { return false }
