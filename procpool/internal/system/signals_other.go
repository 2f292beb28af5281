//go:build !linux

package system

import "syscall"

func resetSignal(syscall.Signal) bool { return false }
