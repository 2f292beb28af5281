//go:build unix

package spawn

import (
	"os"
	"os/signal"
	"syscall"
)

// controlFile is the child's descriptor of the connection.
const controlFile = 3

func parent() (Conn, error) {
	if kind, err := syscall.GetsockoptInt(controlFile, syscall.SOL_SOCKET, syscall.SO_TYPE); err != nil || kind != syscall.SOCK_STREAM {
		return nil, ErrNoParent
	}
	syscall.CloseOnExec(controlFile)
	conn, err := unixConn(controlFile)
	if err != nil {
		return nil, err
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	go func() { // lives as long as the process
		// Asking whether the parent is still there would be too early: the signal
		// comes when its first thread has ended, not its last.
		<-hangup
		Orphaned()
	}()
	return conn, nil
}

// Orphaned ends this process and its process group, because the parent is gone. A
// process that leads no group of its own just exits.
func Orphaned() {
	if syscall.Getpgrp() == os.Getpid() {
		syscall.Kill(0, syscall.SIGKILL)
	}
	os.Exit(1)
}
