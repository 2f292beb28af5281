package kernel

import (
	"os/exec"
	"strconv"
	"syscall"
)

// shellCommand runs a line of the user.
func shellCommand(line string) *exec.Cmd { return exec.Command("cmd", "/C", line) }

// ownGroup keeps a console interrupt of the kernel from the command.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// killGroup kills the command and what it started.
func killGroup(cmd *exec.Cmd) {
	if exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run() != nil {
		cmd.Process.Kill()
	}
}
