//go:build unix

package kernel

import (
	"os/exec"
	"syscall"
)

// shellCommand runs a line of the user.
func shellCommand(line string) *exec.Cmd { return exec.Command("sh", "-c", line) }

// ownGroup gives the command a process group, by which it is killed.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
}

// killGroup kills the command and what it started.
func killGroup(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
