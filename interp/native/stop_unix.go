//go:build unix

package native

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// stopGrace is how long a command that is stopped may take to tidy up.
const stopGrace = 2 * time.Second

// stopGroup makes the end of a command's context the end of all that it has started, as
// compilers and git, which it would leave behind. Where the system can do it, the command also
// ends with this process.
func stopGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	withParent(cmd.SysProcAttr)
	cmd.Cancel = func() error {
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
	cmd.WaitDelay = stopGrace
}
