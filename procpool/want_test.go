//go:build unix

package procpool_test

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/parago/parago/procpool"
)

// wantFuncs are what workers of these tests run.
var wantFuncs = []any{wantsFiles, getsWithoutFiles, holdsFiles, countOf, manyOf}

// wantsFiles makes what needs descriptors, here and in the root, uses it and forgets it. It returns the
// sum of what it has got, 3n if all is right.
func wantsFiles(messages, answers *procpool.Queue[[]int], n int) (int, error) {
	k, _ := newKit(n)
	sum := k.use(0)
	large := make([]int, 1<<17)
	large[1<<17-1] = n
	if err := answers.Put(large); err != nil {
		return 0, fmt.Errorf("put: %w", err)
	}
	got, err := messages.Get()
	if err != nil {
		return 0, fmt.Errorf("get: %w", err)
	}
	sum += got[1<<17-1]
	m, err := procpool.NewSharedMemory(1 << 16)
	if err != nil {
		return 0, fmt.Errorf("make: %w", err)
	}
	m.Bytes()[1<<16-1] = byte(n)
	other, err := procpool.AttachSharedMemory(m.Name())
	if err != nil {
		return 0, fmt.Errorf("attach: %w", err)
	}
	if other.Bytes()[1<<16-1] == byte(n) {
		sum += n
	}
	m.Unlink()
	other.Close()
	m.Close()
	return sum, nil
}

// takeFiles opens files until there are only some descriptors left.
func takeFiles(left int) (files []*os.File) {
	for {
		f, err := os.Open(os.DevNull)
		if err != nil {
			break
		}
		files = append(files, f)
	}
	for _, f := range files[len(files)-left:] {
		f.Close()
	}
	return files[:len(files)-left]
}

// TestWantOfDescriptors leaves the root few descriptors, of which dropped handles have most: what cannot be had at
// first is had after a collection, and no call fails or hangs.
func TestWantOfDescriptors(t *testing.T) {
	t.Parallel()
	if !inItsOwn(t, 200) {
		return
	}
	p := procpool.NewPool(2)
	defer p.Close()
	if _, err := procpool.Map(p, collects, make([]int, 64), procpool.ChunkSize(1)); err != nil {
		t.Fatal(err)
	}
	messages, answers := procpool.NewQueue[[]int](0), procpool.NewQueue[[]int](0)
	files := takeFiles(12)
	for n := range 200 {
		k, here := newKit(n)
		got, err := procpool.Submit(p, usesKit, k).Get()
		if err != nil || got != n {
			t.Fatalf("kit %d: got %d, error %v", n, got, err)
		}
		if err := k.check(n, here); err != nil {
			t.Fatal(err)
		}
		large := make([]int, 1<<17)
		large[1<<17-1] = n
		if err := messages.Put(large); err != nil {
			t.Fatal(err)
		}
		sum, err := p.Apply(wantsFiles, messages, answers, n)
		if err != nil || sum != 3*n {
			t.Fatalf("round %d: got %v, error %v", n, sum, err)
		}
		if back, err := answers.Get(); err != nil || back[1<<17-1] != n {
			t.Fatalf("round %d: error %v", n, err)
		}
	}
	for _, f := range files {
		f.Close()
	}
}

// getsWithoutFiles gets from a queue while this process has no descriptor left, until it says so, or for long: then it
// frees some and gets again.
func getsWithoutFiles(q *procpool.Queue[[]int]) (first string, second int, err error) {
	files := takeFiles(0)
	_, err = q.Get()
	for _, f := range files {
		f.Close()
	}
	if err != nil {
		first = err.Error()
	}
	got, err := q.Get()
	if err != nil {
		return first, 0, err
	}
	return first, got[1<<17-1], nil
}

// TestMessageWithoutDescriptor has a worker no descriptor for a message: it is told so, and the message is not lost.
func TestMessageWithoutDescriptor(t *testing.T) {
	t.Parallel()
	if !inItsOwn(t, 200) {
		return
	}
	p := procpool.NewPool(1)
	defer p.Close()
	q := procpool.NewQueue[[]int](0)
	large := make([]int, 1<<17)
	large[1<<17-1] = 5
	if err := q.Put(large); err != nil {
		t.Fatal(err)
	}
	out, err := p.Apply(getsWithoutFiles, q)
	if want := []any{"procpool: too many open files", 5}; err != nil || !reflect.DeepEqual(out, want) {
		t.Errorf("got %v, error %v, want %v", out, err, want)
	}
	if n := q.Len(); n != 0 {
		t.Errorf("%d messages are left", n)
	}
}

// heldFiles keeps a worker without descriptors.
var heldFiles []*os.File

func holdsFiles() { heldFiles = takeFiles(0) }

func countOf(xs []int) int { return len(xs) }
func manyOf(n int) []int   { return make([]int, n) }

// TestLargeTasksWithoutDescriptor has no descriptor for a task in the worker, which another gets then, and none for a
// result in the root: the call's error says so.
func TestLargeTasksWithoutDescriptor(t *testing.T) {
	t.Parallel()
	if !inItsOwn(t, 200) {
		return
	}
	p := procpool.NewPool(1)
	defer p.Close()
	if _, err := p.Apply(holdsFiles); err != nil {
		t.Fatal(err)
	}
	diesForFiles := func(err error) {
		t.Helper()
		var died *procpool.WorkerDiedError
		if !errors.As(err, &died) || !strings.Contains(err.Error()+died.Stderr, "too many open files") {
			t.Errorf("error %v, want one that says why the worker died", err)
		}
	}
	const n = 1 << 17
	if got, err := procpool.Submit(p, countOf, make([]int, n)).Get(); err != nil || got != n {
		t.Fatalf("got %d, error %v", got, err)
	}
	if died := p.Stats().Died; died != 1 {
		t.Errorf("%d workers have died, want that without descriptors", died)
	}
	var err error
	for tries := 0; err == nil && tries < 100; tries++ { // of processes that have ended some may become free
		files := takeFiles(0)
		_, err = procpool.Submit(p, manyOf, n+tries<<20).Get() // in memory that did not come before
		for _, f := range files {
			f.Close()
		}
	}
	diesForFiles(err)
	if got, err := procpool.Submit(p, manyOf, n).Get(); err != nil || len(got) != n {
		t.Fatalf("got %d, error %v", len(got), err)
	}
}
