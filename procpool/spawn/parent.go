package spawn

import (
	"errors"
	"io"
	"os"
)

// cookie marks an environment as made by Start. Its value is the parent's pid.
const cookie = "PROCPOOL_PARENT"

// ErrNoParent is returned by Parent in a process that Start did not start.
var ErrNoParent = errors.New("this process serves a parent that starts it, and is of no use when started by hand")

// Started reports whether this process was started by Start and has not called
// Parent yet.
func Started() bool { return os.Getenv(cookie) != "" }

// Parent returns the child's connection to its parent. It is called once, first
// thing. From then on the child ends, with all of its process group, when the
// parent dies: on Linux by a signal, elsewhere, and to be sure, because whoever
// reads the connection calls [Orphaned] at EOF.
func Parent() (Conn, error) {
	if !Started() {
		return nil, ErrNoParent
	}
	os.Unsetenv(cookie) // what this process starts is not ours
	return parent()
}

// Conn is the child's end of the connection. On Unix it is a *net.UnixConn.
type Conn interface{ io.ReadWriteCloser }
