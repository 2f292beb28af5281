package native

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// A Temporary is a folder of this process for temporary files, which only its user can look into.
// It is locked as long as the process lives: so the next process that makes one of the same kind
// knows those of processes that were killed, and removes them.
type Temporary struct {
	Dir  string
	held *lock // nil where there are no locks; then nobody removes what is left behind
}

// makingTime is how long a folder may be there before it has its lock.
const makingTime = time.Minute

// NewTemporary makes a folder, whose name begins with kind, where the system has its temporary files.
func NewTemporary(kind string) (*Temporary, error) {
	sweepTemporary(filepath.Join(os.TempDir(), kind+"-*"))
	for {
		dir, err := os.MkdirTemp("", kind+"-*")
		if err != nil {
			return nil, err
		}
		held, err := tryLock(dir, true)
		if errors.Is(err, errHeld) {
			continue // this process has slept, and another one is removing the folder
		}
		t := &Temporary{Dir: dir, held: held}
		if _, err := os.Stat(dir); err == nil {
			return t, nil
		}
		t.Remove()
	}
}

// Remove removes the folder. It may be called again.
func (t *Temporary) Remove() error {
	if t.held != nil {
		t.held.release()
	}
	return os.RemoveAll(t.Dir)
}

// sweepTemporary removes folders that nobody holds. It is no matter if that fails.
func sweepTemporary(pattern string) {
	dirs, _ := filepath.Glob(pattern)
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < makingTime {
			continue
		}
		if dead, err := tryLock(dir, true); err == nil {
			os.RemoveAll(dir) // of another user's, nothing
			dead.release()
		}
	}
}
