//go:build unix

package procpool_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parago/parago/procpool"
)

var shownFuncs = []any{printsAny}

func printsAny(x any) string { return fmt.Sprint(x) }

// shownHandles are what processes share, and what is printed of it, here and elsewhere.
func shownHandles() map[string]any {
	q := procpool.NewQueue[int](10)
	q.Put(1)
	q.Put(2)
	closed := procpool.NewQueue[int](0)
	closed.Close()
	d := procpool.NewDict[string, int]()
	d.Set("a", 1)
	d.Set("b", 2)
	ns := procpool.NewNamespace()
	ns.Set("p", money(3))
	set := procpool.NewEvent()
	set.Set()
	held := procpool.NewLock()
	held.Lock()
	bounded := procpool.NewBoundedSemaphore(3)
	bounded.Acquire()
	return map[string]any{
		"Value(15)":                     procpool.NewValue(15),
		"Value(-1.5)":                   procpool.NewValue(-1.5),
		"Value(3)":                      procpool.NewValue(money(3)),
		"Array[2 3 4]":                  procpool.NewArray(2, 3, 4),
		"Array[]":                       procpool.NewArrayLen[int](0),
		"Queue(2 of 10)":                q,
		"Queue(0, closed)":              closed,
		"Dict[a:1 b:2]":                 d,
		"List[x y]":                     procpool.NewList("x", "y"),
		"Namespace[p:3]":                ns,
		"Event(set)":                    set,
		"Event(not set)":                procpool.NewEvent(),
		"Lock(held)":                    held,
		"RLock(free)":                   procpool.NewRLock(),
		"Semaphore(2)":                  procpool.NewSemaphore(2),
		"Semaphore(2 of 3)":             bounded,
		"Barrier(0 of 3)":               procpool.NewBarrier(3),
		"Cond(0 waiting)":               procpool.NewCond(held),
		"Shared([1 2])":                 procpool.Share([]int{1, 2}),
		"List[Queue(2 of 10) Value(1)]": procpool.NewList[any](q, procpool.NewValue(1)),
	}
}

func TestHandlesShowWhatIsInThem(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	for want, h := range shownHandles() {
		if got := fmt.Sprint(h); got != want {
			t.Errorf("%T: %s, want %s", h, got, want)
		}
		got, err := procpool.Map(p, printsAny, []any{h})
		if err != nil || got[0] != want {
			t.Errorf("%T in a worker: %v, %v, want %s", h, got, err, want)
		}
	}
	if got := fmt.Sprintf("%v %v", (*procpool.Queue[int])(nil), (*procpool.Value[int])(nil)); strings.Contains(got, "0x") {
		t.Errorf("nil handles: %s", got)
	}
}

func TestLargeThingsShowTheirBeginning(t *testing.T) {
	t.Parallel()
	for _, h := range []any{procpool.NewArrayLen[int](1000), procpool.NewList(make([]int, 1000)...)} {
		got := fmt.Sprint(h)
		if strings.Count(got, "0 ") < 100 || !strings.HasSuffix(got, "0 … 900 more]") {
			t.Errorf("%T: %s", h, got)
		}
	}
}

func TestPoolsShowTheirCounts(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	if _, err := procpool.Map(p, square, []int{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	name, rest, _ := strings.Cut(p.String(), ": ")
	if !strings.HasPrefix(name, "Pool-") || rest != "2 workers, 3 done" {
		t.Errorf("got %s", p)
	}
	if got := fmt.Sprint(p.Stats()); !strings.Contains(got, "Done:3 Failed:0") {
		t.Errorf("got %s", got)
	}
	if got := fmt.Sprint(p.Workers()); !strings.Contains(got, "{Name:PoolWorker-") {
		t.Errorf("got %s", got)
	}
	f := procpool.Submit(p, square, 1)
	f.Get()
	if got := f.String(); got != "Future(done)" {
		t.Errorf("got %s", got)
	}
	p.Close()
	if !strings.HasSuffix(p.String(), ", 4 done, closed") {
		t.Errorf("got %s", p)
	}
}
