package native

import (
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Old hosts are kept for those who go back to another Go or Parago: a few of them, and
// those that somebody uses.
const (
	keptHosts = 3
	keptFor   = 30 * 24 * time.Hour
)

// sweepUnfinished removes what processes were building in a folder when they were killed. Who
// holds the folder's lock is the only one that builds there.
func sweepUnfinished(dir string) {
	unfinished, _ := filepath.Glob(filepath.Join(dir, buildingMark+"*"))
	for _, path := range unfinished {
		os.RemoveAll(path)
	}
}

// sweep removes from a folder the hosts of earlier Paragos that nobody has used for long. It is
// no matter if that fails.
func sweep(dir, current string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	type host struct {
		path string
		used time.Time
	}
	var hosts []host
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		info, err := e.Info()
		if err != nil || !e.IsDir() || e.Name() == current {
			continue
		}
		if _, err := os.Stat(filepath.Join(path, manifestName)); err == nil {
			hosts = append(hosts, host{path, info.ModTime()})
		}
	}
	slices.SortFunc(hosts, func(a, b host) int { return b.used.Compare(a.used) })
	for i, h := range hosts {
		if i >= keptHosts || time.Since(h.used) > keptFor {
			removeUnused(h.path, manifestName)
		}
	}
}

// removeUnused removes a folder unless a process holds the lock of a file in it.
func removeUnused(dir, file string) bool {
	l, err := tryLock(filepath.Join(dir, file), true)
	if err != nil {
		return false
	}
	defer l.release()
	return os.RemoveAll(dir) == nil
}
