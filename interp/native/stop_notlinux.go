//go:build unix && !linux

package native

import "syscall"

// withParent does nothing: the system has no word for it. What the go command was doing when this
// process was killed, it does to its end, which takes a minute at most.
func withParent(*syscall.SysProcAttr) {}
