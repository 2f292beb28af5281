package kernel

import "syscall"

// dieWithParent makes the command end when the kernel is killed.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }
