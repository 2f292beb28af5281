//go:build unix

package procpool_test

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
	"github.com/parago/parago/procpool/embed"
)

var sharedFuncs = []any{
	producer, putsBig, consumes, squareInto, sendsData, modifies, incrementsRacily, incrementsLocked, incrementsAtomically,
	locksAndDies, echoes, dieHolding, prefixSums, setsSmall, getsAndDies, closesAtOnce, nestedHandle, makesArray, holdsPool, saysAndSleeps,
}

type handles struct {
	Name  string
	inner map[string]*procpool.Queue[int]
	sum   *procpool.Value[float64]
}

func producer(q *procpool.Queue[int], n int) {
	for i := range n {
		q.Put(i)
	}
}

func putsBig(q *procpool.Queue[[]byte]) { q.Put(make([]byte, 1<<20)) }

func consumes(q, out *procpool.Queue[int]) {
	for {
		v, err := q.Get()
		if err != nil {
			return
		}
		out.Put(v * 2)
		q.TaskDone()
	}
}

func squareInto(n int, q *procpool.Queue[int]) { q.Put(n * n) }

func sendsData(c *procpool.Conn[[]int]) {
	c.Send([]int{1, 2, 3})
	c.Close()
}

func modifies(n *procpool.Value[int], a *procpool.Array[int]) {
	n.Store(n.Load() + 10)
	for i := range a.Len() {
		a.Set(i, a.At(i)+1)
	}
}

func incrementsRacily(v *procpool.Value[int64], n int) {
	for range n {
		v.Store(v.Load() + 1)
	}
}

func incrementsLocked(v *procpool.Value[int64], n int) {
	for range n {
		v.Lock()
		v.Store(v.Load() + 1)
		v.Unlock()
	}
}

func incrementsAtomically(v *procpool.Value[int64], n int) {
	for range n {
		v.Add(1)
	}
}

func locksAndDies(l *procpool.Lock, q *procpool.Queue[int]) {
	l.Lock()
	q.Put(1)
	time.Sleep(time.Minute)
}

func echoes(c *procpool.Conn[[]byte]) {
	for {
		v, err := c.Recv()
		if err != nil {
			return
		}
		c.Send(v)
	}
}

func dieHolding(c *procpool.Conn[[]byte]) { syscall.Kill(os.Getpid(), syscall.SIGKILL) }

func prefixSums(a *procpool.Array[float32]) {
	s := a.Slice()
	for i := 1; i < len(s); i++ {
		s[i] += s[i-1]
	}
}

func setsSmall(a *procpool.Array[int8], b *procpool.Value[uint16], c *procpool.Value[float64]) {
	for i := range a.Len() {
		a.Set(i, int8(-i))
	}
	b.Store(65535)
	c.Store(-2.5)
}

func getsAndDies(q *procpool.Queue[int]) { q.Get() }

func closesAtOnce(q *procpool.Queue[int]) { q.Close() }

func nestedHandle(h handles) {
	h.inner["q"].Put(len(h.Name))
	h.sum.Update(func(x float64) float64 { return x + 0.5 })
}

func makesArray(n int) *procpool.Array[int] {
	a := procpool.NewArrayLen[int](n)
	a.Set(n-1, 7)
	return a
}

func TestE01_putAndFull(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[int](6)
	for i := range 6 {
		check(t, q.Put(i))
	}
	wantIs(t, q.TryPut(6), procpool.ErrFull)
	wantIs(t, q.PutTimeout(6, 20*time.Millisecond), procpool.ErrFull)
	if !q.Full() || q.Empty() || q.Len() != 6 {
		t.Errorf("full %t, empty %t, %d", q.Full(), q.Empty(), q.Len())
	}
	for i := range 6 { // E02
		if v, err := q.Get(); v != i || err != nil {
			t.Errorf("%d, %v", v, err)
		}
	}
	_, err := q.TryGet()
	wantIs(t, err, procpool.ErrEmpty)
	_, err = q.GetTimeout(20 * time.Millisecond)
	wantIs(t, err, procpool.ErrEmpty)
}

func TestE04_joinable(t *testing.T) {
	t.Parallel()
	in, out := procpool.NewQueue[int](0), procpool.NewQueue[int](0)
	for range 4 {
		start(t, consumes, in, out)
	}
	for i := range 10 {
		check(t, in.Put(i))
	}
	check(t, in.Wait())
	if out.Len() != 10 {
		t.Errorf("%d results", out.Len())
	}
	if in.TaskDone() == nil {
		t.Error("TaskDone without a task")
	}
	check(t, in.Close())
}

func TestE05_badObject(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[any](0)
	var e *procpool.EncodeError
	if err := q.Put(func() {}); !errors.As(err, &e) {
		t.Errorf("error %v", err)
	}
	check(t, q.Put(true))
	if v, err := q.Get(); q.Len() != 0 || v != true || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}

func TestE06_closedQueue(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[int](0)
	check(t, q.Put(1))
	start(t, closesAtOnce, q).Join()
	wantIs(t, q.Put(2), procpool.ErrClosed)
	if v, err := q.Get(); v != 1 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	_, err := q.Get()
	wantIs(t, err, procpool.ErrClosed)
	if !strings.Contains(err.Error(), "closed") {
		t.Errorf("error %v", err)
	}
}

func TestE07_joinBeforeGet(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[[]byte](0)
	start(t, putsBig, q).Join()
	if v, err := q.Get(); len(v) != 1<<20 || err != nil {
		t.Errorf("%d bytes, %v", len(v), err)
	}
	small := procpool.NewQueue[int](0)
	start(t, squareInto, 5, small).Join()
	if v, _ := small.Get(); v != 25 || !small.Empty() { // E08
		t.Errorf("got %d", v)
	}
}

func TestD17_killedWhileWaitingForAQueue(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[int](0)
	p := start(t, getsAndDies, q)
	time.Sleep(20 * time.Millisecond) // it is most likely waiting now; the test holds either way
	check(t, p.Kill())
	p.Join()
	check(t, q.Put(1))
	if v, err := q.GetTimeout(5 * time.Second); v != 1 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
}

func TestE10_pipe(t *testing.T) {
	t.Parallel()
	near, far := procpool.NewPipe[[]byte]()
	p := start(t, echoes, far)
	far.Close() // E15
	for _, n := range []int{0, 1, 16 << 20} {
		check(t, near.Send(make([]byte, n)))
		if v, err := near.Recv(); len(v) != n || v == nil || err != nil {
			t.Errorf("%d bytes of %d, %v", len(v), n, err)
		}
	}
	if near.Poll(0) || near.Poll(10*time.Millisecond) { // E13
		t.Error("something to receive")
	}
	check(t, near.Send(nil))
	for range 2 {
		if !near.Poll(5 * time.Second) {
			t.Error("nothing to receive")
		}
	}
	check(t, near.Close())
	check(t, p.Wait())
}

func TestE11_pipeEnds(t *testing.T) {
	t.Parallel()
	near, far := procpool.NewPipe[[]byte]()
	start(t, dieHolding, far)
	if _, err := near.Recv(); err != io.EOF {
		t.Errorf("error %v", err)
	}
	wantIs(t, near.Send(nil), procpool.ErrPeerClosed)
	a, b := procpool.NewPipe[[]int]()
	p := start(t, sendsData, b)
	p.Join()
	if v, err := a.Recv(); !slices.Equal(v, []int{1, 2, 3}) || err != nil {
		t.Errorf("%v, %v", v, err)
	}
	if _, err := a.Recv(); err != io.EOF {
		t.Errorf("error %v", err)
	}
}

func TestF01_lockOfADeadProcess(t *testing.T) {
	t.Parallel()
	l, q := procpool.NewLock(), procpool.NewQueue[int](0)
	p := start(t, locksAndDies, l, q)
	q.Get()
	if l.TryLock() {
		t.Error("a held lock was taken")
	}
	done := make(chan bool)
	go func() {
		l.Lock()
		close(done)
	}()
	p.Kill()
	<-done
	l.Unlock()
}

func TestF07_value(t *testing.T) {
	t.Parallel()
	a, b, c := procpool.NewArrayLen[int8](5), procpool.NewValue[uint16](1), procpool.NewValue(0.0)
	start(t, setsSmall, a, b, c).Join()
	if !slices.Equal(a.Slice(), []int8{0, -1, -2, -3, -4}) || a.At(4) != -4 || b.Load() != 65535 || c.Load() != -2.5 {
		t.Errorf("%v %d %v", a.Slice(), b.Load(), c.Load())
	}
	if b.Add(1) != 0 {
		t.Error("no wrap")
	}
}

func TestF08_race(t *testing.T) {
	t.Parallel()
	const n = 100000
	for _, c := range []struct {
		f     any
		exact bool
	}{{incrementsRacily, false}, {incrementsLocked, true}, {incrementsAtomically, true}} {
		v := procpool.NewValue[int64](0)
		p1, p2 := start(t, c.f, v, n), start(t, c.f, v, n)
		p1.Join()
		p2.Join()
		if got := v.Load(); got > 2*n || got < 2 || c.exact && got != 2*n {
			t.Errorf("%d increments of %d", got, 2*n)
		}
	}
}

func TestF09_array(t *testing.T) {
	t.Parallel()
	a := procpool.NewArray[float32](1, 2, 3)
	start(t, prefixSums, a).Join()
	if !slices.Equal(a.Slice(), []float32{1, 3, 6}) {
		t.Errorf("got %v", a.Slice())
	}
	big := procpool.NewArrayLen[int](1 << 20)
	v := procpool.NewValue(5)
	start(t, modifies, v, big).Join()
	if v.Load() != 15 || big.At(1<<20-1) != 1 {
		t.Errorf("got %d, %d", v.Load(), big.At(1<<20-1))
	}
	if procpool.NewArrayLen[int](0).Len() != 0 {
		t.Error("an empty array has elements")
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic out of range")
		}
	}()
	a.At(3)
}

func TestHandlesCrossNested(t *testing.T) {
	t.Parallel()
	h := handles{"four", map[string]*procpool.Queue[int]{"q": procpool.NewQueue[int](0)}, procpool.NewValue(1.0)}
	start(t, nestedHandle, h).Join()
	if v, err := h.inner["q"].Get(); v != 4 || err != nil || h.sum.Load() != 1.5 {
		t.Errorf("%d, %v, %v", v, err, h.sum.Load())
	}
	q := procpool.NewQueue[*procpool.Queue[int]](0)
	check(t, q.Put(h.inner["q"]))
	other, err := q.Get()
	check(t, err)
	check(t, other.Put(9))
	if v, _ := h.inner["q"].Get(); v != 9 {
		t.Errorf("got %d", v)
	}
	out, err := procpool.Map(newPool(t, 1), makesArray, []int{3})
	check(t, err)
	if !slices.Equal(out[0].Slice(), []int{0, 0, 7}) {
		t.Errorf("got %v", out[0].Slice())
	}
}

func TestF12_nothingInSharedMemoryFolder(t *testing.T) {
	entries, _ := os.ReadDir("/dev/shm")
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "procpool") {
			t.Errorf("%s is left", e.Name())
		}
	}
}

func TestACancelledGetTakesNothing(t *testing.T) {
	origin.Store("waits")
	defer origin.Store("")
	q := procpool.NewQueue[int](0)
	failed := make(chan error, 1)
	go func() {
		_, err := q.Get()
		failed <- err
	}()
	for waiting := true; waiting; { // the call may not have begun yet
		embed.CancelOrigin("waits")
		select {
		case err := <-failed:
			wantIs(t, err, procpool.ErrCanceled)
			waiting = false
		case <-time.After(5 * time.Millisecond):
		}
	}
	embed.AllowOrigin("waits")
	check(t, q.Put(1))
	if v, err := q.GetTimeout(time.Second); v != 1 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
}
