//go:build !unix

package system

import "syscall"

func DieOfSignals() {}

func Exists(int) bool { return false }

var SignalNames map[syscall.Signal]string
