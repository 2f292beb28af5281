//go:build unix

package wire

import (
	"os"
	"syscall"
)

// rights is the control message that takes f along.
func rights(f *os.File) []byte { return syscall.UnixRights(int(f.Fd())) }

// received returns the descriptors in a control message.
func received(control []byte) []int {
	messages, err := syscall.ParseSocketControlMessage(control)
	if err != nil {
		return nil
	}
	var files []int
	for _, m := range messages {
		fds, err := syscall.ParseUnixRights(&m)
		if err != nil {
			continue
		}
		for _, fd := range fds {
			syscall.CloseOnExec(fd)
			files = append(files, fd)
		}
	}
	return files
}

// writeNow writes what the connection takes without waiting, and returns how much that was.
func writeNow(raw syscall.RawConn, p []byte) (n int) {
	raw.Write(func(fd uintptr) bool {
		n, _ = syscall.Write(int(fd), p)
		return true
	})
	return max(n, 0)
}
