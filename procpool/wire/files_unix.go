//go:build unix

package wire

import (
	"cmp"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/parago/parago/procpool/shm"
)

// Way makes a one-way connection, from w to r. W is for a Writer. R is for another process, which has it Watched for
// its Reader.
//
// There is one for each direction, and what writes is not watched by Go's poller: a connection that is watched
// wakes a thread each time that its other end has read something, which costs as much as all else about a frame.
func Way() (r, w *os.File, err error) {
	syscall.ForkLock.RLock() // no child inherits it
	defer syscall.ForkLock.RUnlock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	for _, fd := range fds {
		syscall.CloseOnExec(fd)
	}
	return os.NewFile(uintptr(fds[0]), "way"), os.NewFile(uintptr(fds[1]), "way"), nil
}

// Watched closes f, and returns a connection of it for a Reader.
func Watched(f *os.File) (*net.UnixConn, error) {
	defer f.Close()
	conn, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	return conn.(*net.UnixConn), nil
}

// Unwatched closes conn, and returns a descriptor of it for a Writer.
func Unwatched(conn *net.UnixConn) (f *os.File, err error) {
	defer conn.Close()
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	raw.Control(func(fd uintptr) {
		syscall.ForkLock.RLock()
		defer syscall.ForkLock.RUnlock()
		var n int
		if n, err = syscall.Dup(int(fd)); err != nil {
			return
		}
		syscall.CloseOnExec(n)
		if err = syscall.SetNonblock(n, false); err == nil {
			f = os.NewFile(uintptr(n), "way")
		}
	})
	return f, err
}

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

// truncated tells whether a message came with a descriptor for which this process had no room.
func truncated(flags int) bool { return flags&syscall.MSG_CTRUNC != 0 }

// writeNow writes what the connection takes without waiting, and returns how much that was.
func writeNow(raw syscall.RawConn, p []byte) (n int) {
	raw.Write(func(fd uintptr) bool {
		n, _ = syscall.SendmsgN(int(fd), p, nil, nil, syscall.MSG_DONTWAIT)
		return true
	})
	return max(n, 0)
}

// rightsNow is writeNow, and takes f along.
func rightsNow(raw syscall.RawConn, p []byte, f *os.File) (n int) {
	shm.Use(f, func(file int) {
		rights := syscall.UnixRights(file)
		raw.Write(func(fd uintptr) bool {
			n, _ = syscall.SendmsgN(int(fd), p, rights, nil, syscall.MSG_DONTWAIT)
			return true
		})
	})
	return max(n, 0)
}

// Linux lets a user have as many descriptors on their way as one process may have open. Others have to take theirs then,
// which they do soon unless they are stopped.
const (
	onTheirWay = 10 * time.Second
	lookAgain  = time.Millisecond
)

// sendRights is sendmsg that waits for what is on its way.
func sendRights(fd int, p, rights []byte) (n int, err error) {
	for until := time.Now().Add(onTheirWay); ; {
		n, err = syscall.SendmsgN(fd, p, rights, nil, 0)
		switch {
		case err == syscall.EINTR:
		case err == syscall.ETOOMANYREFS && time.Now().Before(until):
			<-time.After(lookAgain)
		default:
			return n, err
		}
	}
}

// writeRights writes p, or its beginning, and takes f along. It returns how much that was.
func writeRights(raw syscall.RawConn, p []byte, f *os.File) (n int, err error) {
	var failed error
	closed := shm.Use(f, func(file int) {
		rights := syscall.UnixRights(file)
		failed = raw.Write(func(fd uintptr) bool {
			n, err = sendRights(int(fd), p, rights)
			return true
		})
	})
	return max(n, 0), cmp.Or(err, failed, closed)
}
