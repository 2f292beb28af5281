//go:build unix

package native

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// elsewhere is a place of the test's own, and the toolchain to build there. The packages
// come from the go command's cache, so that it takes seconds.
func elsewhere(t *testing.T) (*Toolchain, Place) {
	t.Helper()
	tc := prepared(t).toolchain
	p := place()
	p.Dirs = []string{t.TempDir()}
	return tc, p
}

func TestConcurrentPreparesBuildOnce(t *testing.T) {
	t.Parallel()
	tc, p := elsewhere(t)
	if _, ok := tc.Prepared(p); ok {
		t.Fatal("prepared in an empty folder")
	}
	told := make([][]Progress, 3)
	var group sync.WaitGroup
	hosts := make([]*Host, 3)
	for i := range hosts {
		group.Go(func() {
			h, err := tc.Prepare(context.Background(), p, func(p Progress) {
				told[i] = append(told[i], p)
			})
			if err != nil {
				t.Error(err)
			}
			hosts[i] = h
		})
	}
	group.Wait()
	if t.Failed() {
		return
	}
	for i := range told {
		if len(told[i]) == 0 || told[i][0].Since.IsZero() {
			t.Errorf("told %q", told)
		}
	}
	program := stat(t, hosts[0].Program)

	// Again, there is nothing to do and nothing to tell.
	h, err := tc.Prepare(context.Background(), p, func(p Progress) { t.Error(p) })
	if err != nil || !os.SameFile(program, stat(t, h.Program)) {
		t.Errorf("got %+v, %v", h, err)
	}
	if h, ok := tc.Prepared(p); !ok || h.Program != hosts[0].Program {
		t.Error("not prepared")
	}
	entries, err := os.ReadDir(p.Dirs[0])
	if err != nil || len(entries) != 2 { // the host and the lock
		t.Errorf("in the folder: %v, %v", entries, err)
	}
	// It works where the go command's cache is gone.
	for _, pkg := range h.packages {
		if !strings.HasPrefix(pkg.Archive, h.Dir) {
			t.Fatalf("%s is in %s", pkg.Path, pkg.Archive)
		}
	}
}

func TestPrepareInTheFirstFolderThatCanBeWritten(t *testing.T) {
	t.Parallel()
	p := place()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "new")
	p.Dirs = []string{filepath.Join(file, "below"), dir}
	if got, err := p.writable(); got != dir || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	p.Dirs = p.Dirs[:1]
	if got, err := p.writable(); err == nil {
		t.Errorf("got %q, want an error", got)
	}
}

// Who waits for another process sees how far that is, and since when.
func TestProgressOfAnother(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var seen []Progress
	see := func(p Progress) { seen = append(seen, p) }
	begun := time.Now()
	waiting(dir, see, begun)
	other := told(nil, filepath.Join(dir, progressName))
	other.at("compiling", 3, 7)
	waiting(dir, see, begun.Add(time.Hour))
	other.end()
	waiting(dir, see, begun)
	if len(seen) != 3 || !seen[1].Since.Equal(other.since) || seen[1].String() != "compiling, 3 of 7 packages" {
		t.Errorf("seen %v", seen)
	}
	if seen[0] != seen[2] || !seen[0].Since.Equal(begun) || !strings.Contains(seen[0].String(), "waiting") {
		t.Errorf("seen %v", seen)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestPrepareEndsWithItsContext(t *testing.T) {
	t.Parallel()
	tc, p := elsewhere(t)
	l, err := tryLock(filepath.Join(p.Dirs[0], lockName), true)
	if err != nil {
		t.Fatal(err)
	}
	defer l.release()
	ctx, cancel := context.WithCancelCause(context.Background())
	enough := errors.New("enough")
	if _, err := tc.Prepare(ctx, p, func(Progress) { cancel(enough) }); !errors.Is(err, enough) {
		t.Errorf("error %v", err)
	}
}

// What goes into a host is in its key: another source makes another host.
func TestKey(t *testing.T) {
	t.Parallel()
	tc, p := elsewhere(t)
	key := func() string {
		t.Helper()
		k, err := p.key(tc)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	first := key()
	if again := key(); again != first {
		t.Errorf("%s and %s", first, again)
	}
	p.Sources = slices.Clone(p.Sources[1:])
	if other := key(); other == first {
		t.Error("other sources make the same key")
	}
	changed := *tc
	changed.CC = append(slices.Clone(tc.CC), "-O1")
	p = place()
	if other, err := p.key(&changed); err != nil || other == first {
		t.Errorf("another C compiler makes the same key (%v)", err)
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	made := func(name, file string, age time.Duration) string {
		folder := filepath.Join(dir, name)
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, file), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(folder, then, then); err != nil {
			t.Fatal(err)
		}
		return folder
	}
	const day = 24 * time.Hour
	made("current", manifestName, 90*day)
	made("a", manifestName, 1*day)
	made("b", manifestName, 2*day)
	made("old", manifestName, 40*day)
	made("c", manifestName, 3*day)
	made("d", manifestName, 4*day)
	used := made("used", manifestName, 5*day)
	made("not a host", "file", 90*day)
	made(".building-1", "file", 2*day)
	made(".building-2", "file", time.Minute)
	l, err := tryLock(filepath.Join(used, manifestName), false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.release()
	sweepUnfinished(dir)
	sweep(dir, "current")
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range left {
		names = append(names, e.Name())
	}
	if got, want := strings.Join(names, " "), "a b c current not a host used"; got != want {
		t.Errorf("left %s, want %s", got, want)
	}
}
