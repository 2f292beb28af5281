package native

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// What an entry of the cache holds.
const (
	pluginName  = "cell.so"
	archiveName = "cell.a"
	importsName = "imports" // a path a line
)

// cacheLimit is how much the cache may hold.
const cacheLimit = 1 << 30

// A cache keeps built packages: a folder for each host, and in it one for each package.
// An entry is complete or not there. Any number of processes may share a cache; it is
// one user's.
type cache struct {
	root  string // all hosts'
	dir   string // this host's
	limit int64

	mu    sync.Mutex // guards the rest
	used  map[string]entry
	lease *lease // nil until an entry is used
}

// An entry is one package's folder. What is in it does not change.
type entry struct {
	dir     string
	imports []string
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
	if _, err := os.Stat(e.file(importsName)); err != nil {
		return entry{}, false
	}
	lease, err := c.leased()
	if err != nil || lease.add(e.dir) != nil {
		return entry{}, false
	}
	imports, err := os.ReadFile(e.file(importsName))
	if err != nil { // it has been removed just before
		return entry{}, false
	}
	e.imports = strings.Fields(string(imports))
	now := time.Now()
	os.Chtimes(e.dir, now, now) // when it was used last
	c.used[path] = e
	return e, true
}

// leased is the process's lease, which begins with the first entry. c.mu is held.
func (c *cache) leased() (_ *lease, err error) {
	if c.lease == nil {
		c.lease, err = newLease(c.root)
	}
	return c.lease, err
}

// add makes an entry, unless another process is quicker. What makes it writes into a
// folder that becomes the entry.
func (c *cache) add(path string, imports []string, fill func(dir string) error) (_ entry, err error) {
	c.mu.Lock()
	lease, err := c.leased()
	c.mu.Unlock()
	if err != nil {
		return entry{}, err
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return entry{}, err
	}
	temporary, err := os.MkdirTemp(c.dir, lease.temporary())
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
	failed := os.Rename(temporary, c.folder(path))
	e, ok := c.get(path)
	if !ok {
		return entry{}, fmt.Errorf("keep package %s: %w", path, errors.Join(failed, errors.New("the cache's entry is gone")))
	}
	if lease.grown(size, c.limit/32) {
		c.trim()
	}
	return e, nil
}

// close lets go of all entries.
func (c *cache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lease != nil {
		c.lease.end()
		c.lease = nil
	}
	clear(c.used)
}
