//go:build unix

package kernel

import (
	"fmt"
	"os/exec"
	"syscall"
)

// shellCommand runs a line of the user: with bash, which people write for, where it is there.
func shellCommand(line string) *exec.Cmd {
	shell := "sh"
	if bash, err := exec.LookPath("bash"); err == nil {
		shell = bash
	}
	return exec.Command(shell, "-c", line)
}

// A group is a process group for one command and what it starts. Its leader waits
// for the end of a pipe that only the kernel holds, and then kills the group: so
// the group ends also with a kernel that is killed and can do nothing more. And no
// other group gets its number while the leader lives.
type group struct{ leader *exec.Cmd }

func newGroup() (*group, error) {
	leader := exec.Command("sh", "-c", "read x; kill -KILL 0")
	leader.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	_, err := leader.StdinPipe() // leader keeps it
	if err == nil {
		err = leader.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start the leader of its process group: %w", err)
	}
	return &group{leader}, nil
}

// add puts a command that is not yet started into the group.
func (g *group) add(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: g.leader.Process.Pid}
}

// kill kills the command and what it started.
func (g *group) kill() { syscall.Kill(-g.leader.Process.Pid, syscall.SIGKILL) }

// release leaves alone what is still in the group. It is called once.
func (g *group) release() {
	g.leader.Process.Kill()
	g.leader.Wait()
}
