//go:build unix

package procpool_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

var objectFuncs = []any{countsUp, countsListUp, diesUpdating, putsNested, setsName, sleepsUpdating}

func countsUp(d *procpool.Dict[string, map[string]int], n int) error {
	for range n {
		_, err := d.Update("counts", func(m map[string]int, ok bool) (map[string]int, bool) {
			if !ok {
				m = map[string]int{}
			}
			m["nested"]++
			return m, true
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func countsListUp(l *procpool.List[[]int], n int) error {
	for range n {
		if _, err := l.Update(1, func(xs []int) []int { xs[0]++; return xs }); err != nil {
			return err
		}
	}
	return nil
}

func diesUpdating(d *procpool.Dict[string, int], how string) {
	d.Update("x", func(v int, _ bool) (int, bool) {
		endsBy(how)
		return v + 1, true
	})
}

func sleepsUpdating(d *procpool.Dict[string, int], begun *procpool.Queue[bool], nap time.Duration) error {
	_, err := d.Update("x", func(v int, _ bool) (int, bool) {
		begun.Put(true)
		time.Sleep(nap)
		return v + 1, true
	})
	return err
}

func putsNested(d *procpool.Dict[string, *procpool.Queue[int]]) {
	q, _ := d.Get("q")
	q.Put(42)
	own := procpool.NewQueue[int](0)
	d.Set("own", own)
	own.Put(43)
}

func setsName(n *procpool.Namespace) error {
	n.Set("who", receipt{Sum: 2})
	n.Set("lock", procpool.NewLock())
	_, err := n.Update("count", func(v any, ok bool) (any, bool) { return v.(int) + 1, true })
	return err
}

func TestF13_dict(t *testing.T) {
	t.Parallel()
	d := procpool.NewDict[string, []int]()
	if v, ok := d.Get("a"); ok || v != nil || d.Len() != 0 {
		t.Errorf("%v, %t", v, ok)
	}
	for i, k := range []string{"c", "a", "b", "a"} {
		check(t, d.Set(k, []int{i}))
	}
	if got := fmt.Sprint(d.Keys(), d.Len(), maps.Collect(d.All())); got != "[c a b] 3 map[a:[3] b:[2] c:[0]]" {
		t.Error(got)
	}
	v, _ := d.Get("a")
	v[0] = 100 // of a copy
	if v, _ := d.Get("a"); v[0] != 3 {
		t.Error("Get gives away what is kept")
	}
	v, err := d.Update("a", func(v []int, ok bool) ([]int, bool) { return append(v, 4), ok })
	if !slices.Equal(v, []int{3, 4}) || err != nil {
		t.Errorf("%v, %v", v, err)
	}
	if _, err := d.Update("new", func(v []int, ok bool) ([]int, bool) { return nil, ok }); err != nil || d.Len() != 3 {
		t.Errorf("an update that keeps nothing: %v, %d", err, d.Len())
	}
	if v, ok := d.Pop("c"); !ok || v[0] != 0 {
		t.Errorf("%v, %t", v, ok)
	}
	if d.Delete("c") || !d.Delete("b") || d.Len() != 1 {
		t.Error("what is there is wrong")
	}
	for k := range d.All() {
		check(t, d.Set(k+"2", nil)) // what it goes through stays
		break
	}
	d.Clear()
	if d.Len() != 0 || len(d.Keys()) != 0 {
		t.Error("not empty")
	}
	points := procpool.NewDict[receiptKey, any]()
	check(t, points.Set(receiptKey{1, "x"}, 5))
	if v, ok := points.Get(receiptKey{1, "x"}); v != 5 || !ok {
		t.Errorf("a struct as a key: %v, %t", v, ok)
	}
	var encode *procpool.EncodeError
	if err := points.Set(receiptKey{}, make(chan int)); !errors.As(err, &encode) || encode.Path != "value" {
		t.Errorf("%v", err)
	}
	_, err = points.Update(receiptKey{}, func(any, bool) (any, bool) { return make(chan int), true })
	if !errors.As(err, &encode) {
		t.Errorf("%v", err)
	}
	wantPanic(t, "a key that cannot cross", func() { procpool.NewDict[any, int]().Get(make(chan int)) })
	wantPanic(t, "a key that cannot be compared", func() { procpool.NewDict[any, int]().Set([1]any{[]int{1}}, 1) })
}

type receiptKey struct {
	n    int
	name string
}

func TestF13_updatesAreNotLost(t *testing.T) {
	t.Parallel()
	const n = 100
	d, l := procpool.NewDict[string, map[string]int](), procpool.NewList([]int{0}, []int{0})
	var ps []*procpool.Process
	for range 3 {
		ps = append(ps, start(t, countsUp, d, n), start(t, countsListUp, l, n))
	}
	check(t, countsUp(d, n))
	for i := range 50 { // the value moves meanwhile
		check(t, l.Insert(2, []int{i}))
		_, err := l.PopAt(2)
		check(t, err)
	}
	for _, p := range ps {
		check(t, p.Wait())
	}
	if m, _ := d.Get("counts"); m["nested"] != 4*n {
		t.Errorf("%v, want %d", m, 4*n)
	}
	if xs, err := l.At(1); err != nil || xs[0] != 3*n {
		t.Errorf("%v, %v, want %d", xs, err, 3*n)
	}
}

func TestF13_updateThatEndsInTheMiddle(t *testing.T) {
	t.Parallel()
	d := procpool.NewDict[string, int]()
	check(t, d.Set("x", 1))
	for _, how := range []string{"kill", "exit", "panic"} {
		start(t, diesUpdating, d, how).Join()
		wantPanic(t, "Update", func() { d.Update("x", func(int, bool) (int, bool) { panic("here") }) })
		begun := time.Now()
		v, err := d.Update("x", func(v int, ok bool) (int, bool) { return v, ok })
		if v != 1 || err != nil || time.Since(begun) > 5*time.Second {
			t.Errorf("%s: %d, %v", how, v, err)
		}
	}
}

func TestF13_slowUpdates(t *testing.T) {
	t.Parallel()
	d, begun := procpool.NewDict[string, int](), procpool.NewQueue[bool](0)
	// One that takes longer than a turn loses it when others wait, and does it again.
	slow := start(t, sleepsUpdating, d, begun, 300*time.Millisecond)
	begun.Get()
	for i := range 20 {
		_, err := d.Update("x", func(v int, _ bool) (int, bool) { return v + 1, true })
		check(t, err)
		if _, ok := d.Get("x"); !ok {
			t.Errorf("%d: reads wait", i)
		}
	}
	check(t, slow.Wait())
	if v, _ := d.Get("x"); v != 21 {
		t.Errorf("%d, want 21", v)
	}
	// One that never ends holds nobody up for long.
	start(t, sleepsUpdating, d, begun, time.Hour)
	begun.Get()
	check(t, d.Set("x", 5))
	if !d.Delete("x") {
		t.Error("not there")
	}
	_, err := d.Update("x", func(v int, _ bool) (int, bool) {
		d.Set("x", -1) // which f must not do
		return v, true
	})
	if err == nil || !strings.Contains(err.Error(), "same entry") {
		t.Errorf("an update of what it updates: %v", err)
	}
}

func TestF13_handlesInside(t *testing.T) {
	t.Parallel()
	d := procpool.NewDict[string, *procpool.Queue[int]]()
	q := procpool.NewQueue[int](0)
	check(t, d.Set("q", q))
	check(t, start(t, putsNested, d).Wait())
	own, ok := d.Get("own")
	if !ok {
		t.Fatal("no queue of the child")
	}
	a, _ := q.Get()
	b, _ := own.Get()
	if a != 42 || b != 43 {
		t.Errorf("%d, %d", a, b)
	}
	tree := procpool.NewDict[string, *procpool.Dict[string, int]]()
	check(t, tree.Set("inner", procpool.NewDict[string, int]()))
	inner, _ := tree.Get("inner")
	check(t, inner.Set("x", 1))
	inner, _ = tree.Get("inner")
	if v, _ := inner.Get("x"); v != 1 {
		t.Error("a dict in a dict is a copy")
	}
}

func TestF13_list(t *testing.T) {
	t.Parallel()
	l := procpool.NewList("a", "b")
	check(t, l.Append("c", "d"))
	check(t, l.Insert(0, "0"))
	check(t, l.Insert(5, "e", "f"))
	check(t, l.Set(1, "A"))
	if got := fmt.Sprint(l.Slice(), l.Len()); got != "[0 A b c d e f] 7" {
		t.Error(got)
	}
	for i, x := range l.All() {
		if y, err := l.At(i); x != y || err != nil {
			t.Errorf("%d: %s, %s, %v", i, x, y, err)
		}
	}
	if x, err := l.Pop(); x != "f" || err != nil {
		t.Errorf("%s, %v", x, err)
	}
	if x, err := l.PopAt(0); x != "0" || err != nil {
		t.Errorf("%s, %v", x, err)
	}
	if x, err := l.Update(0, strings.ToLower); x != "a" || err != nil {
		t.Errorf("%s, %v", x, err)
	}
	for _, i := range []int{-1, 5, 100} {
		_, at := l.At(i)
		_, popped := l.PopAt(i)
		_, updated := l.Update(i, strings.ToLower)
		for _, err := range []error{at, popped, updated, l.Set(i, "x"), l.Insert(i+1000, "x"), l.Insert(-1, "x")} {
			wantIs(t, err, procpool.ErrNotFound)
		}
	}
	l.Clear()
	_, err := l.Pop()
	wantIs(t, err, procpool.ErrEmpty)
}

func TestF13_namespace(t *testing.T) {
	t.Parallel()
	n := procpool.NewNamespace()
	check(t, n.Set("count", 1))
	check(t, start(t, setsName, n).Wait())
	if got := fmt.Sprint(n.Names()); got != "[count lock who]" {
		t.Error(got)
	}
	count, err := procpool.Attr[int](n, "count")
	if count != 2 || err != nil {
		t.Errorf("%d, %v", count, err)
	}
	who, err := procpool.Attr[receipt](n, "who")
	if who.Sum != 2 || err != nil {
		t.Errorf("%v, %v", who, err)
	}
	lock, err := procpool.Attr[*procpool.Lock](n, "lock")
	if err != nil || !lock.TryLock() {
		t.Errorf("%v", err)
	}
	_, err = procpool.Attr[string](n, "count")
	if err == nil || !strings.Contains(err.Error(), "count in the namespace is int, want string") {
		t.Errorf("%v", err)
	}
	_, err = procpool.Attr[string](n, "missing")
	wantIs(t, err, procpool.ErrNotFound)
	if v, ok := n.Get("count"); v != 2 || !ok || !n.Delete("count") || n.Delete("count") {
		t.Errorf("%v, %t", v, ok)
	}
	if _, ok := n.Get("count"); ok {
		t.Error("deleted, but there")
	}
}
