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

func TestWhatIsInItselfIsShownOnce(t *testing.T) {
	t.Parallel()
	l, d, n := procpool.NewList[any](1), procpool.NewDict[string, any](), procpool.NewNamespace()
	l.Append(l, struct{ D any }{d}, l)
	d.Set("n", n)
	n.Set("l", l)
	for want, h := range map[string]any{
		"List[1 List[…] {Dict[n:Namespace[l:List[…]]]} List[…]]":      l,
		"Dict[n:Namespace[l:List[1 List[…] {Dict[…]} List[…]]]]":      d,
		"Namespace[l:List[1 List[…] {Dict[n:Namespace[…]]} List[…]]]": n,
		"List[List[1] List[1]]": procpool.NewList(procpool.NewList(1), procpool.NewList(1)),
	} {
		if got := fmt.Sprint(h); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	deep := procpool.NewList[any]()
	for range 1000 {
		deep = procpool.NewList[any](deep)
	}
	if got := deep.String(); len(got) > 1000 || !strings.Contains(got, "List[…]") {
		t.Errorf("deep: %d bytes, %.100s", len(got), got)
	}
}

// A zero handle stands for nothing that could be shared.
func TestZeroHandlesSayWhatTheyLack(t *testing.T) {
	t.Parallel()
	for name, use := range map[string]func(){
		"Lock":      func() { new(procpool.Lock).Lock() },
		"Unlock":    func() { new(procpool.Lock).Unlock() },
		"RLock":     func() { new(procpool.RLock).Lock() },
		"Value":     func() { new(procpool.Value[int]).Load() },
		"Array":     func() { new(procpool.Array[int]).Set(0, 1) },
		"Len":       func() { new(procpool.Array[int]).Len() },
		"Dict":      func() { new(procpool.Dict[string, int]).Set("a", 1) },
		"List":      func() { new(procpool.List[int]).Len() },
		"Namespace": func() { new(procpool.Namespace).Set("a", 1) },
		"Queue":     func() { new(procpool.Queue[int]).Empty() },
		"Event":     func() { new(procpool.Event).Set() },
		"Semaphore": func() { new(procpool.Semaphore).TryAcquire() },
		"Barrier":   func() { new(procpool.Barrier).Wait() },
		"Cond":      func() { new(procpool.Cond).Signal() },
	} {
		func() {
			defer func() {
				if text := fmt.Sprint(recover()); !strings.Contains(text, "call its New function") {
					t.Errorf("%s: %s", name, text)
				}
			}()
			use()
		}()
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
