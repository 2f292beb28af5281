//go:build unix

package command

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// watchParent returns a channel that is closed when the process of JPY_PARENT_PID is
// gone; never, if there is none. Unix has no event for the end of a process that is
// not a child, so the watcher looks five times a second. It ends with ctx.
func watchParent(ctx context.Context, value string) (<-chan struct{}, error) {
	pid, err := parentPID(value)
	if err != nil || pid == 0 {
		return nil, err
	}
	gone := make(chan struct{})
	direct := os.Getppid() == pid // else a launcher stands between
	go func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for !isGone(pid, direct) {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
		close(gone)
	}()
	return gone, nil
}

func isGone(pid int, direct bool) bool {
	if direct && os.Getppid() != pid {
		return true // also when the id has been given to another process
	}
	return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

// ownGroup keeps the terminal's Ctrl-C from a child: it is for parago to pass on.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
