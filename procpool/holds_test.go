//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
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

// holdsFuncs are what workers and processes of these tests run.
var holdsFuncs = []any{usesKit, kit.use, usesReply, collects, keepsKit, usesKept}

// A kit is a handle of every kind.
type kit struct {
	Large *procpool.Array[float64]
	Small *procpool.Value[int]
	Queue *procpool.Queue[int]
	Lock  *procpool.Lock
	Dict  *procpool.Dict[string, int]
	Event *procpool.Event
	Share *procpool.Shared[[]int]
	Conn  *procpool.Conn[int]
}

// newKit returns the other end of the pipe, too.
func newKit(n int) (kit, *procpool.Conn[int]) {
	k := kit{
		Large: procpool.NewArrayLen[float64](1 << 14), Small: procpool.NewValue(n), Queue: procpool.NewQueue[int](0), Lock: procpool.NewLock(),
		Dict: procpool.NewDict[string, int](), Event: procpool.NewEvent(), Share: procpool.Share(make([]int, 1<<14)),
	}
	var here *procpool.Conn[int]
	k.Conn, here = procpool.NewPipe[int]()
	k.Large.Set(0, float64(n))
	k.Dict.Set("n", n)
	k.Queue.Put(n)
	return k, here
}

// use returns n + x, or something else if some part is not that which newKit has made.
func (k kit) use(x int) int {
	k.Lock.Lock()
	defer k.Lock.Unlock()
	n := k.Small.Load()
	got, err := k.Queue.Get()
	in, ok := k.Dict.Get("n")
	if int(k.Large.At(0)) != n || got != n || err != nil || in != n || !ok || len(k.Share.Get()) != 1<<14 || k.Event.IsSet() {
		return -1
	}
	k.Event.Set()
	k.Queue.Put(n)
	k.Small.Add(1)
	if k.Conn != nil && k.Conn.Send(n) != nil {
		return -2
	}
	return n + x
}

func usesKit(k kit) int { return k.use(0) }

// check uses what use has left behind.
func (k kit) check(n int, here *procpool.Conn[int]) error {
	sent, err := n, error(nil)
	if k.Conn != nil {
		sent, err = here.Recv()
	}
	if got, _ := k.Queue.Get(); err != nil || sent != n || got != n || !k.Event.IsSet() || k.Small.Load() != n+1 {
		return fmt.Errorf("kit %d: %d sent, %d in the queue, value %d, error %v", n, sent, got, k.Small.Load(), err)
	}
	return nil
}

// inItsOwn runs a test in a process of its own, with few descriptors, and reports whether this is that.
func inItsOwn(t *testing.T, files int) bool {
	t.Helper()
	if os.Getenv("PROCPOOL_DROPS") != "" {
		return true
	}
	cmd := exec.Command("sh", "-c", fmt.Sprintf(`ulimit -n %d && exec "$0" -test.run='%s$' -test.v`, files, t.Name()), os.Args[0])
	cmd.Env = append(os.Environ(), "PROCPOOL_DROPS=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return false
}

// collects has a worker find what it has dropped. The work is there so that each worker gets some.
func collects(int) int {
	runtime.GC()
	time.Sleep(time.Millisecond)
	return os.Getpid()
}

// awaitFreed is awaitDropped for what workers had handles of, too.
func awaitFreed(t *testing.T, p *procpool.Pool, objects, files int) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); len(procpool.Inspect().Objects) > objects || openFiles() > files; runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatalf("%d objects in place of %d, %d descriptors in place of %d\n%v", len(procpool.Inspect().Objects), objects, openFiles(), files, procpool.Inspect().Objects)
		}
		if _, err := procpool.Map(p, collects, make([]int, 16), procpool.ChunkSize(1)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestHandlesThatWereSentAreFreed makes ten thousand arrays, queues and others, each used in one call of a worker, as an
// argument and captured.
func TestHandlesThatWereSentAreFreed(t *testing.T) {
	t.Parallel()
	if !inItsOwn(t, 200) {
		return
	}
	start := openFiles()
	p := procpool.NewPool(2)
	if _, err := procpool.Map(p, collects, make([]int, 64), procpool.ChunkSize(1)); err != nil {
		t.Fatal(err)
	}
	before, files := len(procpool.Inspect().Objects), openFiles()
	most := 0
	for n := range 1250 { // of eight things each
		k, here := newKit(n)
		var got int
		var err error
		switch n % 3 {
		case 0:
			got, err = procpool.Submit(p, usesKit, k).Get()
		case 1:
			var all []int
			all, err = procpool.Map(p, usesKit, []kit{k})
			got = all[0]
		default:
			got, err = procpool.Submit(p, k.use, 0).Get()
		}
		if err != nil || got != n {
			t.Fatalf("kit %d: got %d, error %v", n, got, err)
		}
		if err := k.check(n, here); err != nil {
			t.Fatal(err)
		}
		most = max(most, len(procpool.Inspect().Objects)-before)
	}
	if most > 8000 {
		t.Errorf("there were up to %d objects", most)
	}
	// A worker keeps the last functions that it was told of, with what they have captured.
	awaitFreed(t, p, before+2*17*8, files+2*17*2)
	t.Logf("up to %d objects at a time", most)
	p.Close()
	procpool.Shutdown(0)
	awaitDropped(t, before+1, start+1) // small things are in a segment together, which stays
}

// TestHandlesInMessages has nobody but a message hold what a handle is for.
func TestHandlesInMessages(t *testing.T) {
	t.Parallel()
	if !inItsOwn(t, 200) {
		return
	}
	p := procpool.NewPool(2)
	defer p.Close()
	if _, err := procpool.Map(p, collects, make([]int, 64), procpool.ChunkSize(1)); err != nil {
		t.Fatal(err)
	}
	before, files := len(procpool.Inspect().Objects), openFiles()
	messages := procpool.NewQueue[kit](0)
	d := procpool.NewDict[int, kit]()
	func() {
		var others []*procpool.Conn[int]
		for n := range 20 {
			k, here := newKit(n)
			others = append(others, here)
			if err := messages.Put(k); err != nil {
				t.Fatal(err)
			}
			if n < 3 {
				k, _ := newKit(n)
				d.Set(n, k)
			}
		}
		for range 5 {
			runtime.GC()
		}
		for n := 0; n < 20; n += 2 {
			if got, err := procpool.Submit(p, usesReply, messages).Get(); err != nil || got != n {
				t.Fatalf("a worker got %d, error %v, want %d", got, err, n)
			}
			k, err := messages.Get()
			if err != nil || k.use(0) != n+1 {
				t.Fatalf("got %v, error %v", k, err)
			}
		}
		runtime.KeepAlive(others)
	}()
	for range 5 {
		runtime.GC()
	}
	for n := range 3 {
		if k, ok := d.Get(n); !ok || k.Small.Load() != n || k.Large.At(0) != float64(n) {
			t.Errorf("entry %d of the dict is %v", n, k)
		}
	}
	// What is in the dict stays, and so does the segment that small things are in.
	awaitFreed(t, p, before+1+3*6, files+1+3*2)
	p.Close()
}

func usesReply(messages *procpool.Queue[kit]) int {
	k, err := messages.Get()
	if err != nil {
		return -3
	}
	runtime.GC()
	return k.use(0)
}

// keptKit is what a worker has a kit in after its task is over.
var keptKit kit

func keepsKit(k kit) int {
	keptKit = k
	return os.Getpid()
}

func usesKept(x int) int { return keptKit.use(x) }

// TestHandlesOfWorkers has nobody but a worker hold things, and kills it.
func TestHandlesOfWorkers(t *testing.T) {
	t.Parallel()
	if !inItsOwn(t, 200) {
		return
	}
	p := procpool.NewPool(1)
	collect := func() {
		t.Helper()
		for range 3 {
			runtime.GC()
			if _, err := procpool.Submit(p, collects, 0).Get(); err != nil {
				t.Fatal(err)
			}
		}
	}
	collect()
	before := len(procpool.Inspect().Objects)
	for n := range 20 {
		pid := 0
		func() {
			k, here := newKit(n)
			var err error
			if pid, err = procpool.Submit(p, keepsKit, k).Get(); err != nil {
				t.Fatal(err)
			}
			runtime.KeepAlive(here)
		}()
		collect()
		if got, err := procpool.Submit(p, usesKept, 1).Get(); err != nil || got != n+1 {
			t.Fatalf("a worker that holds kit %d got %d, error %v", n, got, err)
		}
		if n%2 == 1 {
			died := p.Stats().Died
			syscall.Kill(pid, syscall.SIGKILL)
			for p.Stats().Died == died { // it may be given no end of a pipe any more
				time.Sleep(time.Millisecond)
			}
		}
	}
	awaitDropped(t, before+1, 200) // the segment for small things
	p.Close()
}

// TestHandlesUnderKills has workers killed that use handles of arguments, of captured values and of messages.
func TestHandlesUnderKills(t *testing.T) {
	t.Parallel()
	if !inItsOwn(t, 300) {
		return
	}
	p := procpool.NewPool(3)
	before := len(procpool.Inspect().Objects)
	messages := procpool.NewQueue[kit](0)
	h := harass(p)
	done := 0
	for n := range 600 {
		k, here := newKit(n)
		k.Conn = nil // an end of a pipe closes with the worker that it was given to
		var f *procpool.Future[int]
		switch n % 3 {
		case 0:
			f = procpool.Submit(p, usesKit, k)
		case 1:
			f = procpool.Submit(p, k.use, 0)
		default:
			if err := messages.Put(k); err != nil {
				t.Fatal(err)
			}
			f = procpool.Submit(p, usesReply, messages)
		}
		got, err := f.Get()
		var died *procpool.WorkerDiedError
		switch {
		case err == nil && got != n:
			t.Fatalf("kit %d: got %d", n, got)
		case err == nil:
			done++
			if err := k.check(n, here); err != nil {
				t.Fatal(err)
			}
		case !errors.As(err, &died):
			t.Fatal(err)
		default: // its message may be there still
			for messages.Len() > 0 {
				if _, err := messages.Get(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	_, kills := h.end()
	t.Logf("%d done, %d workers killed", done, kills)
	p.Close()
	procpool.Shutdown(0)
	awaitDropped(t, before+1, 300)
}
