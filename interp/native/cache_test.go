//go:build unix

package native

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// fill makes an entry of a kilobyte.
func fill(dir string) error {
	return os.WriteFile(filepath.Join(dir, pluginName), bytes.Repeat([]byte("x"), 1000), 0o644)
}

func TestCacheRemovesWhatNobodyUses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, other := newCache(dir, "host"), newCache(dir, "host")
	c.limit = 3500
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
