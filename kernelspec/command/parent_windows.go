package command

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// watchParent returns a channel that is closed when the process whose handle is in
// JPY_PARENT_PID is gone: on Windows, Jupyter passes an inherited handle and no id.
// The watcher ends with the parent, or with this process.
func watchParent(_ context.Context, value string) (<-chan struct{}, error) {
	handle, err := parentPID(value)
	if err != nil || handle == 0 {
		return nil, err
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if _, err := syscall.WaitForSingleObject(syscall.Handle(handle), syscall.INFINITE); err != nil {
			fmt.Fprintln(os.Stderr, "parago kernel: wait for the parent:", err)
		}
	}()
	return gone, nil
}

// ownGroup keeps the console's Ctrl-C from a child: it is for parago to pass on.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
