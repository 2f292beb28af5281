//go:build unix

package procpool_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/procpool"
)

func TestSourceHoldsAllButTests(t *testing.T) {
	t.Parallel()
	top, _ := filepath.Glob("*.go")
	below, _ := filepath.Glob("*/*.go")
	rooms, _ := filepath.Glob("internal/*/*.go")
	for _, name := range slices.Concat(top, below, rooms) {
		_, err := fs.Stat(procpool.Source, filepath.ToSlash(name))
		if test := strings.HasSuffix(name, "_test.go"); test == (err == nil) {
			t.Errorf("%s: %v (see go:embed in this.go)", name, err)
		}
	}
}

// A second program of the test binary is killed with its children running.
func TestH05_killOfTheRoot(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[int](0)
	p := start(t, holdsPool, q)
	var pids []int
	for range 3 {
		pid, err := q.Get()
		check(t, err)
		pids = append(pids, pid)
	}
	check(t, p.Kill())
	p.Join()
	for _, pid := range pids {
		eventually(t, "the workers are gone", func() bool { return gone(pid) || zombie(pid) })
	}
}

// holdsPool has busy workers, one of which has a process of its own.
func holdsPool(q *procpool.Queue[int]) {
	pool := procpool.NewPool(2)
	procpool.Map(pool, saysAndSleeps, []*procpool.Queue[int]{q, q})
}

func saysAndSleeps(q *procpool.Queue[int]) int {
	q.Put(os.Getpid())
	holdsChild(q)
	return 0
}
