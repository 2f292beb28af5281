//go:build !unix

package spawn

import (
	"errors"
	"os"
	"runtime"
	"syscall"
)

const (
	killSignal = syscall.SIGKILL
	termSignal = syscall.SIGTERM
)

var errPlatform = errors.New("processes that share memory and a connection with their parent are not available on " + runtime.GOOS + " yet")

type stream struct{}

func (*stream) drain() {}

func start(Command) (*Child, error)         { return nil, errPlatform }
func signalGroup(int, syscall.Signal) error { return errPlatform }
func parent() (Conn, error)                 { return nil, errPlatform }

// Supported returns an error that names the system: Start does not work here.
func Supported() error { return errPlatform }

// Orphaned ends this process.
func Orphaned() { os.Exit(1) }
