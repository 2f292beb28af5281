//go:build !unix

package system

import "syscall"

// DieOfSignals has nothing to do.
func DieOfSignals() {}

// Exists does not know.
func Exists(int) bool { return false }

// SignalNames are none.
var SignalNames map[syscall.Signal]string
