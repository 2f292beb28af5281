//go:build !unix

package procpool

import "syscall"

func dieOfSignals() {}

func exists(int) bool { return false }

var signalNames map[syscall.Signal]string
