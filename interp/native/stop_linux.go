package native

import "syscall"

// withParent has a command end when this process does, however that ends: the go command then
// tidies up and starts no more compilers.
func withParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGINT }
