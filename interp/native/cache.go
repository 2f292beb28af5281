package native

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// What an entry of the cache holds.
const (
	pluginName  = "cell.so"
	archiveName = "cell.a"
	importsName = "imports" // a path a line; it is locked by those who use the entry
)

// cacheLimit is how much the cache may hold.
const cacheLimit = 1 << 30

// A cache keeps built packages: a folder for each host, and in it one for each package.
// An entry is complete or not there. Any number of processes may share a cache.
type cache struct {
	root  string // all hosts'
	dir   string // this host's
	limit int64

	mu    sync.Mutex // guards the rest
	used  map[string]entry
	added int64 // bytes, since the cache was last measured
}

// An entry is one package's folder. What is in it does not change.
type entry struct {
	dir     string
	imports []string
	lock    *lock // keeps others from removing it
}

func (e entry) file(name string) string { return filepath.Join(e.dir, name) }

func newCache(root, host string) *cache {
	if abs, err := filepath.Abs(root); err == nil {
		root = abs
	}
	return &cache{root: root, dir: filepath.Join(root, host), limit: cacheLimit, used: map[string]entry{}}
}

// folder is where a package's entry is. Import paths hold too much for a file name.
func (c *cache) folder(path string) string {
	return filepath.Join(c.dir, fmt.Sprintf("%x", sha256.Sum256([]byte(path)))[:32])
}

// get returns an entry, and keeps it from being removed until close.
func (c *cache) get(path string) (entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.used[path]; ok {
		return e, true
	}
	e := entry{dir: c.folder(path)}
	var err error
	if e.lock, err = lockEntry(e.dir); err != nil {
		return entry{}, false
	}
	imports, err := os.ReadFile(e.file(importsName))
	if err != nil { // it has been removed just before
		e.lock.release()
		return entry{}, false
	}
	e.imports = strings.Fields(string(imports))
	now := time.Now()
	os.Chtimes(e.dir, now, now) // when it was used last; who cannot write there does not count
	c.used[path] = e
	return e, true
}

// lockEntry takes the lock of an entry that is there, and makes none.
func lockEntry(dir string) (*lock, error) {
	file := filepath.Join(dir, importsName)
	if _, err := os.Stat(file); err != nil {
		return nil, err
	}
	return tryLock(file, false)
}

// add makes an entry, unless another process is quicker. What makes it writes into a
// folder that becomes the entry.
func (c *cache) add(path string, imports []string, fill func(dir string) error) (_ entry, err error) {
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return entry{}, err
	}
	temporary, err := os.MkdirTemp(c.dir, ".building-*")
	if err != nil {
		return entry{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temporary)) }()
	if err := fill(temporary); err != nil {
		return entry{}, err
	}
	if err := os.WriteFile(filepath.Join(temporary, importsName), []byte(strings.Join(imports, "\n")), 0o644); err != nil {
		return entry{}, err
	}
	size := folderSize(temporary)
	if err := os.Chmod(temporary, 0o755); err != nil {
		return entry{}, err
	}
	failed := os.Rename(temporary, c.folder(path))
	e, ok := c.get(path)
	if !ok {
		return entry{}, fmt.Errorf("keep package %s: %w", path, errors.Join(failed, errors.New("the cache's entry is gone")))
	}
	c.grown(size)
	return e, nil
}

// grown measures the cache from time to time, and makes it small enough.
func (c *cache) grown(by int64) {
	c.mu.Lock()
	c.added += by
	measure := c.added > c.limit/32
	if measure {
		c.added = 0
	}
	c.mu.Unlock()
	if measure {
		c.trim()
	}
}

// trim removes entries that nobody uses until the rest is within the limit, those that
// were used longest ago first.
func (c *cache) trim() {
	type unused struct {
		dir  string
		used time.Time
		size int64
	}
	var all []unused
	var total int64
	dirs, _ := filepath.Glob(filepath.Join(c.root, "*", "*"))
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil {
			continue
		}
		if strings.HasPrefix(filepath.Base(dir), ".building-") {
			if time.Since(info.ModTime()) > time.Hour { // its process was killed
				os.RemoveAll(dir)
			}
			continue
		}
		size := folderSize(dir)
		total += size
		all = append(all, unused{dir, info.ModTime(), size})
	}
	slices.SortFunc(all, func(a, b unused) int { return a.used.Compare(b.used) })
	for _, e := range all {
		if total <= c.limit {
			return
		}
		if removeUnused(e.dir, importsName) {
			total -= e.size
		}
	}
}

func folderSize(dir string) (size int64) {
	filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size
}

func (c *cache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.used {
		e.lock.release()
	}
	clear(c.used)
}
