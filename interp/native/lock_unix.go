//go:build unix

package native

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// A lock is a file that processes hold: one alone, or many together. The system lets go
// of it when the process ends, however it ends.
type lock struct{ file *os.File }

// errHeld says that another process holds the lock.
var errHeld = errors.New("held by another process")

// tryLock takes the lock of a file or folder, or says at once that it is held. A file
// that is not there is made.
func tryLock(path string, alone bool) (*lock, error) { return flock(path, alone, syscall.LOCK_NB) }

// waitLock takes the lock of a file that is never held for long.
func waitLock(path string, alone bool) (*lock, error) { return flock(path, alone, 0) }

func flock(path string, alone bool, flags int) (*lock, error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		file, err = os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	}
	if err != nil {
		return nil, err
	}
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	for {
		switch err = syscall.Flock(int(file.Fd()), how|flags); err {
		case nil:
			return &lock{file}, nil
		case syscall.EINTR:
			continue
		case syscall.EWOULDBLOCK:
			err = errHeld
		}
		file.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
}

// lockAlone waits until this process alone holds the file. It calls waiting from time to
// time, if it has to wait.
func lockAlone(ctx context.Context, path string, waiting func()) (*lock, error) {
	again := time.NewTicker(100 * time.Millisecond) // a wait for flock cannot be given up
	defer again.Stop()
	for {
		l, err := tryLock(path, true)
		if !errors.Is(err, errHeld) {
			return l, err
		}
		waiting()
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (l *lock) release() { l.file.Close() }
