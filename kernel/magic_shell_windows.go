package kernel

import (
	"os/exec"
	"strconv"
	"syscall"
)

// shellCommand runs a line of the user.
func shellCommand(line string) *exec.Cmd { return exec.Command("cmd", "/C", line) }

// A group is one command and what it starts. It outlives a kernel that is killed.
type group struct{ cmd *exec.Cmd }

func newGroup() (*group, error) { return &group{}, nil }

// add notes the command, and keeps a console interrupt of the kernel from it.
func (g *group) add(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
	g.cmd = cmd
}

// kill kills the command and what it started.
func (g *group) kill() {
	if exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(g.cmd.Process.Pid)).Run() != nil {
		g.cmd.Process.Kill()
	}
}

// release leaves alone what is still in the group. It is called once.
func (g *group) release() {}
