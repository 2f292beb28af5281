//go:build unix

package native

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// entrySize is what an entry of fill's takes on disk: two files in a folder.
const entrySize = 3 * block

// fill makes an entry of a kilobyte.
func fill(dir string) error {
	return os.WriteFile(filepath.Join(dir, pluginName), bytes.Repeat([]byte("x"), 1000), 0o644)
}

func TestCacheRemovesWhatNobodyUses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, other := newCache(dir, "host"), newCache(dir, "host")
	c.limit = 7 * entrySize / 2
	for i := range 5 {
		path := strconv.Itoa(i)
		if _, err := other.add(path, []string{"fmt"}, fill); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(time.Duration(i-10) * time.Hour)
		if err := os.Chtimes(other.folder(path), then, then); err != nil {
			t.Fatal(err)
		}
	}
	c.trim()
	for i := range 5 {
		if _, err := os.Stat(c.folder(strconv.Itoa(i))); err != nil {
			t.Errorf("%d is used and gone", i)
		}
	}
	other.close()
	if _, ok := c.get("0"); !ok {
		t.Fatal("0 is gone")
	}
	then := time.Now().Add(-20 * time.Hour)
	if err := os.Chtimes(c.folder("0"), then, then); err != nil {
		t.Fatal(err)
	}
	c.trim() // of 1 to 4, the oldest two must go; 0 is older, and used
	for i, want := range []bool{true, false, false, true, true} {
		if _, err := os.Stat(c.folder(strconv.Itoa(i))); (err == nil) != want {
			t.Errorf("%d is there: %v, want %v", i, err == nil, want)
		}
	}
	c.close()
}

func TestCacheIsFilledByTheQuicker(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, other := newCache(dir, "host"), newCache(dir, "host")
	e, err := c.add("p", []string{"a", "b"}, func(tmp string) error {
		if _, err := other.add("p", []string{"a", "b"}, fill); err != nil {
			t.Error(err)
		}
		return fill(tmp)
	})
	if err != nil || len(e.imports) != 2 {
		t.Errorf("got %+v, %v", e, err)
	}
	leftovers(t, dir)
	if left, err := os.ReadDir(filepath.Join(dir, "host")); err != nil || len(left) != 1 {
		t.Errorf("in the cache: %v, %v", left, err)
	}
}

// The cache stays within its limit however little each process adds to it.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const limit = 64 * entrySize
	for i := range 200 {
		c := newCache(dir, "host")
		c.limit = limit
		if _, err := c.add(strconv.Itoa(i), nil, fill); err != nil {
			t.Fatal(err)
		}
		c.close()
	}
	c := newCache(dir, "host")
	defer c.close()
	if _, total := c.measure(); total > limit+limit/16 || total < limit/2 {
		t.Errorf("the cache has %d bytes, and may have %d", total, limit)
	}
	if _, ok := c.get("199"); !ok {
		t.Error("what was added last is gone")
	}
}

// A process takes no descriptor for each package that it uses.
func TestEntriesTakeNoDescriptors(t *testing.T) {
	t.Parallel()
	c := newCache(t.TempDir(), "host")
	defer c.close()
	for i := range 100 {
		if _, err := c.add(strconv.Itoa(i), nil, fill); err != nil {
			t.Fatal(err)
		}
	}
	descriptors, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip(err)
	}
	open := 0
	for _, d := range descriptors {
		if file, err := os.Readlink(filepath.Join("/proc/self/fd", d.Name())); err == nil && strings.HasPrefix(file, c.root+"/") {
			open++
		}
	}
	if open > 2 {
		t.Errorf("%d files of the cache are open", open)
	}
}

// What a process was building that was killed is removed by the next one, and nobody but the
// user can look into the cache.
func TestCacheIsSweptAndPrivate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	killed, alive := newCache(dir, "host"), newCache(dir, "host")
	defer alive.close()
	var unfinished []string
	for _, c := range []*cache{killed, alive} {
		c.add("p", nil, func(building string) error {
			unfinished = append(unfinished, building)
			if err := os.CopyFS(building+".copy", os.DirFS(building)); err != nil {
				t.Error(err)
			}
			return errors.New("no")
		})
	}
	killed.lease.held.release()
	killed.lease.file.Close()
	next := newCache(dir, "host")
	defer next.close()
	if _, err := next.add("q", nil, fill); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{false, true} {
		if _, err := os.Stat(unfinished[i] + ".copy"); (err == nil) != want {
			t.Errorf("what process %d was building is there: %v", i, err == nil)
		}
	}
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if info, err := d.Info(); err == nil && d.IsDir() && info.Mode().Perm() != 0o700 && !strings.HasSuffix(path, ".copy") {
			t.Errorf("%s is %v", path, info.Mode())
		}
		return err
	})
}
