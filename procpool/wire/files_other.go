//go:build !unix

package wire

import (
	"errors"
	"net"
	"os"
	"syscall"
)

func received([]byte) []int { return nil }

func truncated(int) bool { return false }

func writeNow(syscall.RawConn, []byte) int { return 0 }

func rightsNow(syscall.RawConn, []byte, *os.File) int { return 0 }

func writeRights(syscall.RawConn, []byte, *os.File) (int, error) { return 0, errors.ErrUnsupported }

// Way is not available here.
func Way() (r, w *os.File, err error) { return nil, nil, errors.ErrUnsupported }

// Watched is not available here.
func Watched(*os.File) (*net.UnixConn, error) { return nil, errors.ErrUnsupported }

// Unwatched is not available here.
func Unwatched(*net.UnixConn) (*os.File, error) { return nil, errors.ErrUnsupported }
