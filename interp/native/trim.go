package native

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// trim removes entries that nobody uses until the rest is within the limit, those that
// were used longest ago first.
func (c *cache) trim() {
	c.mu.Lock()
	lease, err := c.leased()
	c.mu.Unlock()
	if err != nil {
		return
	}
	all, total := c.measure()
	var removed []string
	lease.gate(true, func() error {
		lease.sweep()
		used := lease.leased()
		for _, e := range all {
			if total <= c.limit {
				break
			}
			if used[e.dir] {
				continue
			}
			// A name of this process's, which whoever comes after it removes if it cannot.
			gone := filepath.Join(filepath.Dir(e.dir), buildingMark+lease.name+"-"+filepath.Base(e.dir))
			if os.Rename(e.dir, gone) == nil {
				removed = append(removed, gone)
				total -= e.size
			}
		}
		return nil
	})
	for _, dir := range removed {
		os.RemoveAll(dir)
	}
}

// A measured is an entry in the cache.
type measured struct {
	dir  string
	used time.Time
	size int64
}

// measure returns all entries, those that were used longest ago first.
func (c *cache) measure() (all []measured, total int64) {
	dirs, _ := filepath.Glob(filepath.Join(c.root, "*", "*"))
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || !info.IsDir() || strings.HasPrefix(filepath.Base(dir), buildingMark) {
			continue
		}
		size := folderSize(dir)
		total += size
		all = append(all, measured{dir, info.ModTime(), size})
	}
	slices.SortFunc(all, func(a, b measured) int { return a.used.Compare(b.used) })
	return all, total
}

// block is what the smallest file takes on disk.
const block = 4096

// folderSize is what a folder takes on disk.
func folderSize(dir string) (size int64) {
	filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := d.Info(); err == nil {
			size += (info.Size() + block - 1) / block * block
		}
		return nil
	})
	return size
}
