//go:build unix

package procpool_test

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

// TestDroppedHandlesAreFreed makes many handles in a process of its own, where nobody else makes any.
func TestDroppedHandlesAreFreed(t *testing.T) {
	t.Parallel()
	if os.Getenv("PROCPOOL_DROPS") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=TestDroppedHandlesAreFreed$")
		cmd.Env = append(os.Environ(), "PROCPOOL_DROPS=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	kept := []any{procpool.NewQueue[int](1), procpool.NewArrayLen[float64](1 << 17)}
	slice := procpool.NewArray(make([]float64, 1<<16)...).Slice()
	left := procpool.NewQueue[any](0)
	left.Put(procpool.NewEvent())
	inside := procpool.NewArray(make([]int, 1<<16)...)
	inside.Set(3, 4)
	left.Put(inside.WithLock(procpool.NewLock()))
	before, files := len(procpool.Inspect().Objects), openFiles()
	for range 2000 {
		drops()
	}
	awaitDropped(t, before, files)
	slice[1<<16-1] = 1 // it stays
	for _, want := range []string{"*procpool.Event", "*procpool.Array[int]"} {
		got, err := left.Get()
		switch h := got.(type) {
		case *procpool.Event:
			h.Set()
			if !h.IsSet() {
				t.Error("an event that has left is gone")
			}
		case *procpool.Array[int]:
			h.Lock()
			if h.At(3) != 4 {
				t.Error("memory that has left is another")
			}
			h.Unlock()
		default:
			t.Errorf("got %v, error %v, want a %s", got, err, want)
		}
	}
	runtime.KeepAlive(kept)
}

// awaitDropped waits until there are no more objects and descriptors than before.
func awaitDropped(t *testing.T, objects, files int) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); len(procpool.Inspect().Objects) > objects || openFiles() > files; runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatalf("%d objects in place of %d, %d descriptors in place of %d", len(procpool.Inspect().Objects), objects, openFiles(), files)
		}
		time.Sleep(time.Millisecond)
	}
}

// drops makes handles of all kinds, uses them, and forgets them.
func drops() {
	a := procpool.NewArray(make([]float64, 1<<16)...)
	a.Add(1<<16-1, 2)
	procpool.NewArrayLen[int](1 << 16).Slice()[0] = 1 // the memory stays, without a descriptor
	procpool.NewValue(1).WithLock(procpool.NewLock()).Add(1)
	l := procpool.NewRLock()
	l.Lock()
	q := procpool.NewQueue[[]int](2)
	q.Put(make([]int, 1<<15))
	d := procpool.NewDict[string, int]()
	d.Set("a", 1)
	procpool.NewList(1, 2).Len()
	procpool.NewNamespace().Set("a", 1)
	procpool.NewEvent().WaitTimeout(0)
	procpool.NewSemaphore(1).Acquire()
	procpool.NewBarrier(2).WaitTimeout(0)
	procpool.NewCond(procpool.NewLock()).Signal()
	procpool.Select(context.Background(), q)
	x, y := procpool.NewPipe[any]()
	x.Send(make([]int, 1<<15))
	y.Send(1)
	y.Poll(0)
	procpool.Share(make([]int, 1<<15)).Get()
	procpool.Share("a").Get()
}

// TestArraysThatAreDroppedLeaveTheirDescriptors has no more descriptors than many systems allow.
func TestArraysThatAreDroppedLeaveTheirDescriptors(t *testing.T) {
	t.Parallel()
	if os.Getenv("PROCPOOL_DROPS") == "" {
		cmd := exec.Command("sh", "-c", `ulimit -n 200 && exec "$0" -test.run='TestArraysThatAreDroppedLeaveTheirDescriptors$'`, os.Args[0])
		cmd.Env = append(os.Environ(), "PROCPOOL_DROPS=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	before, files := len(procpool.Inspect().Objects), openFiles()
	for i := range 3000 {
		if a := procpool.NewArrayLen[float64](1 << 16); a.Add(1, float64(i)) != float64(i) {
			t.Fatal("an array is not its own")
		}
	}
	awaitDropped(t, before, files)
}
