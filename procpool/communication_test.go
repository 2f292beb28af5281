//go:build unix

package procpool_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

var communicationFuncs = []any{
	sendsTen, getsUntilStopped, forwardsConn, usesConnOf, putsNumbers, takesAll, writesBlock, sumsShared, firstOf, dialsAndSquares,
	pairOfGrandchild, sumOfMessage, readsBlockByName, countsAll, incrementsUnder, echoesBytes, dialsToo, readsNamed, firstsOf, makesBlockAndHangs, putsForBench,
	closesNear, closesNearOf,
}

func sendsTen(c *procpool.Conn[int], from int) {
	for i := range 10 {
		c.Send(from*10 + i)
	}
}

func closesNear(near, far *procpool.Conn[int], closed *procpool.Queue[bool]) {
	near.Close()
	closed.Put(true)
	n, _ := far.Recv()
	far.Send(n * n)
}

func closesNearOf(pipes *procpool.Queue[[2]*procpool.Conn[int]], closed *procpool.Queue[bool]) {
	ends, _ := pipes.Get()
	closesNear(ends[0], ends[1], closed)
}

func getsUntilStopped(q *procpool.Queue[int], ready *procpool.Value[int]) {
	ready.Store(1)
	q.Get()
	ready.Add(1)
	select {}
}

// forwardsConn passes on a connection that it has got through another one.
func forwardsConn(from *procpool.Conn[*procpool.Conn[string]]) {
	c, err := from.Recv()
	if err != nil {
		panic(err)
	}
	c.Send("through a connection")
}

func usesConnOf(q *procpool.Queue[*procpool.Conn[string]]) {
	c, err := q.Get()
	if err != nil {
		panic(err)
	}
	c.Send("through a queue")
}

func putsNumbers(q *procpool.Queue[[]float64], n, times int) {
	x := make([]float64, n)
	for i := range times {
		x[0], x[n-1] = float64(i), -float64(i)
		if err := q.Put(x); err != nil {
			panic(err)
		}
	}
}

func sumOfMessage(c *procpool.Conn[[]float64], times int) {
	for range times {
		v, err := c.Recv()
		if err != nil {
			panic(err)
		}
		c.Send([]float64{v[0], v[len(v)-1], float64(len(v))})
	}
}

func takesAll(q *procpool.Queue[int], sum *procpool.Value[int]) {
	for v, err := range q.All() {
		if err != nil {
			panic(err)
		}
		sum.Add(v)
	}
}

func countsAll(q *procpool.Queue[int], n *procpool.Value[int64]) {
	for range q.All() {
		n.Add(1)
	}
}

func writesBlock(m *procpool.SharedMemory) { copy(m.Bytes()[5:], "child") }

func readsBlockByName(name string) (string, error) {
	m, err := procpool.AttachSharedMemory(name)
	if err != nil {
		return "", err
	}
	defer m.Close()
	return string(m.Bytes()[:5]), nil
}

func makesBlockAndHangs(q *procpool.Queue[string]) {
	m, err := procpool.NewSharedMemory(1 << 20)
	if err != nil {
		panic(err)
	}
	copy(m.Bytes(), "alive")
	q.Put(m.Name())
	select {}
}

func sumsShared(s *procpool.Shared[[]float64]) float64 {
	sum := 0.0
	for _, x := range s.Get() {
		sum += x
	}
	return sum
}

func firstOf(s *procpool.Shared[map[string][]int]) [2]int {
	a, b := s.Get(), s.Get()
	a["mark"] = append(a["mark"], 1) // the same map each time: this process's own
	return [2]int{len(b["mark"]), os.Getpid()}
}

func dialsAndSquares(network, addr string, key []byte) {
	c, err := procpool.Dial[int](context.Background(), network, addr, key)
	if err != nil {
		panic(err)
	}
	for {
		n, err := c.Recv()
		if err != nil {
			return
		}
		c.Send(n * n)
	}
}

func dialsWith(network, addr string, key []byte) bool {
	_, err := procpool.Dial[int](context.Background(), network, addr, key)
	return errors.Is(err, procpool.ErrAuth)
}

// pairOfGrandchild puts through a process between: requests and files pass two sockets.
func pairOfGrandchild(q *procpool.Queue[[]float64]) {
	p := procpool.NewProcess(putsNumbers, q, 1<<18, 2)
	if err := p.Start(); err != nil {
		panic(err)
	}
	p.Join()
}

func incrementsUnder(v *procpool.Value[int], n int) {
	for range n {
		v.Lock()
		v.Store(v.Load() + 1)
		v.Unlock()
	}
}

func echoesBytes(c *procpool.Conn[int]) {
	for {
		b, err := c.RecvBytes(0)
		if err != nil {
			return
		}
		c.SendBytes(b)
	}
}

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func canceled() (context.Context, error) {
	why := errors.New("not any more")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(why)
	return ctx, why
}

func TestE03_contexts(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[int](1)
	ctx, why := canceled()
	wantIs(t, q.PutContext(ctx, 1), why)
	_, err := q.GetContext(ctx)
	wantIs(t, err, why)
	check(t, q.PutContext(soon(t), 1))
	wantIs(t, q.WaitContext(ctx), why)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	wantIs(t, q.PutContext(ctx, 2), context.DeadlineExceeded)
	if v, err := q.GetContext(soon(t)); v != 1 || err != nil || !q.Empty() {
		t.Errorf("%d, %v, %d left", v, err, q.Len())
	}
	a, b := procpool.NewPipe[int]()
	_, err = a.RecvContext(ctx)
	wantIs(t, err, context.DeadlineExceeded)
	_, err = a.RecvTimeout(0)
	wantIs(t, err, context.DeadlineExceeded)
	wantIs(t, b.SendContext(ctx, 1), context.DeadlineExceeded)
	check(t, b.SendContext(soon(t), 3))
	if v, err := a.RecvTimeout(10 * time.Second); v != 3 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
}

func TestE05_aValueThatCannotCrossIsRefused(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[any](1)
	var e *procpool.EncodeError
	if err := q.Put(struct{ C chan int }{make(chan int)}); !errors.As(err, &e) || e.Path != "value.C" {
		t.Errorf("error %v", err)
	}
	check(t, q.TryPut(true)) // no slot was taken
	if q.Len() != 1 {
		t.Errorf("%d values", q.Len())
	}
}

func TestE06_all(t *testing.T) {
	t.Parallel()
	q, sum := procpool.NewQueue[int](0), procpool.NewValue(0)
	p1, p2 := start(t, takesAll, q, sum), start(t, takesAll, q, sum)
	for i := range 100 {
		check(t, q.Put(i))
	}
	check(t, q.Close())
	check(t, p1.Wait())
	check(t, p2.Wait())
	if sum.Load() != 4950 {
		t.Errorf("sum %d", sum.Load())
	}
	for range q.All() {
		t.Error("a value of an empty queue")
	}
}

func TestE06_closeEndsWhoWaits(t *testing.T) {
	t.Parallel()
	q, full := procpool.NewQueue[int](0), procpool.NewQueue[int](1)
	full.Put(1)
	errs := make(chan error, 2)
	go func() {
		_, err := q.Get()
		errs <- err
	}()
	go func() { errs <- full.Put(2) }()
	time.Sleep(10 * time.Millisecond) // they wait by now, or come too late: the same
	check(t, q.Close())
	check(t, full.Close())
	wantIs(t, <-errs, procpool.ErrClosed)
	wantIs(t, <-errs, procpool.ErrClosed)
}

func TestE07_largeValuesWait(t *testing.T) {
	t.Parallel()
	const n, times = 2 << 20, 6 // 16 MB each
	q := procpool.NewQueue[[]float64](0)
	start(t, putsNumbers, q, n, times).Join()
	if q.Len() != times {
		t.Fatalf("%d values", q.Len())
	}
	for i := range times {
		v, err := q.Get()
		check(t, err)
		if len(v) != n || v[0] != float64(i) || v[n-1] != -float64(i) {
			t.Fatalf("value %d is of %d numbers, %v to %v", i, len(v), v[0], v[n-1])
		}
	}
	start(t, pairOfGrandchild, q).Join()
	for i := range 2 {
		if v, err := q.Get(); err != nil || len(v) != 1<<18 || v[0] != float64(i) {
			t.Fatal(i, len(v), err)
		}
	}
}

func TestE07_manyLargeValuesNeedFewDescriptors(t *testing.T) {
	t.Parallel()
	const n, times = 1 << 17, 150 // 1 MB each
	q := procpool.NewQueue[[]float64](0)
	before := openFiles()
	start(t, putsNumbers, q, n, times).Join()
	if now := openFiles(); now > before+100 {
		t.Errorf("%d descriptors, %d before", now, before)
	}
	for i := range times {
		if v, err := q.Get(); err != nil || v[0] != float64(i) || v[n-1] != -float64(i) {
			t.Fatal(i, err)
		}
	}
}

func TestD17_aKilledProcessTakesNothingAlong(t *testing.T) {
	t.Parallel()
	for range 10 {
		q, state := procpool.NewQueue[int](0), procpool.NewValue(0)
		p := start(t, getsUntilStopped, q, state)
		eventually(t, "the child runs", func() bool { return state.Load() == 1 })
		check(t, syscall.Kill(p.PID(), syscall.SIGSTOP))
		check(t, q.Put(1)) // maybe for the stopped one, who never reads it
		check(t, q.Put(2))
		check(t, p.Kill())
		for want := range 2 {
			v, err := q.GetTimeout(10 * time.Second)
			if state.Load() == 2 { // it was not stopped at once
				break
			}
			if v != want+1 && v != 2 || err != nil {
				t.Fatalf("got %d, %v", v, err)
			}
			if v == 2 && want == 0 { // the first is known to be back once the process is known to be gone
				if v, err = q.GetTimeout(10 * time.Second); v != 1 || err != nil {
					t.Fatalf("got %d, %v", v, err)
				}
				break
			}
		}
		p.Join()
	}
}

func TestD17_killedConsumers(t *testing.T) {
	t.Parallel()
	q, n := procpool.NewQueue[int](0), procpool.NewValue[int64](0)
	const values = 3000
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range values {
			q.Put(1)
		}
	}()
	killed := int64(0)
	for n.Load() < values/2 {
		p := start(t, countsAll, q, n)
		time.Sleep(5 * time.Millisecond)
		check(t, p.Kill())
		p.Join()
		killed++
	}
	<-done
	check(t, q.Close())
	start(t, countsAll, q, n).Join()
	// One that dies between receiving and counting takes that one along.
	if got := n.Load(); got > values || got < values-killed {
		t.Errorf("%d of %d values arrived, %d processes were killed", got, values, killed)
	}
}

func TestE10_messagesKeepTheirBoundaries(t *testing.T) {
	t.Parallel()
	near, far := procpool.NewPipe[[]float64]()
	p := start(t, sumOfMessage, far, 4)
	sizes := []int{1, 1 << 10, 1<<17 + 1, 2 << 20}
	for _, n := range sizes { // all before the first answer
		x := make([]float64, n)
		x[0], x[n-1] = 3, 3
		check(t, near.Send(x))
	}
	for _, n := range sizes {
		if v, err := near.Recv(); err != nil || !slices.Equal(v, []float64{3, 3, float64(n)}) {
			t.Errorf("%v, %v", v, err)
		}
	}
	check(t, p.Wait())
}

func TestE12_oneWay(t *testing.T) {
	t.Parallel()
	r, w := procpool.NewOneWayPipe[int]()
	wantIs(t, r.Send(1), procpool.ErrReadOnly)
	wantIs(t, r.SendBytes(nil), procpool.ErrReadOnly)
	_, err := w.Recv()
	wantIs(t, err, procpool.ErrWriteOnly)
	_, err = w.RecvBytes(0)
	wantIs(t, err, procpool.ErrWriteOnly)
	_, err = procpool.Select(soon(t), w)
	wantIs(t, err, procpool.ErrWriteOnly)
	p := start(t, sendsTen, w, 0) // the direction crosses
	for i := range 10 {
		if v, err := r.Recv(); v != i || err != nil {
			t.Fatal(v, err)
		}
	}
	_, err = r.Recv()
	wantIs(t, err, io.EOF)
	check(t, p.Wait())
}

func TestE13_poll(t *testing.T) {
	t.Parallel()
	a, b := procpool.NewPipe[int]()
	if a.Poll(0) || a.Poll(-time.Second) || a.Poll(10*time.Millisecond) {
		t.Error("something to receive")
	}
	check(t, b.SendBytes(nil)) // an empty message is one
	for range 3 {
		if !a.Poll(0) || !a.Poll(-1) {
			t.Error("nothing to receive")
		}
	}
	if v, err := a.RecvBytes(0); v == nil || len(v) != 0 || err != nil || a.Poll(0) {
		t.Errorf("%v, %v", v, err)
	}
	b.Close()
	if !a.Poll(0) {
		t.Error("Recv would return at once")
	}
}

func TestE14_bytes(t *testing.T) {
	t.Parallel()
	near, far := procpool.NewPipe[int]()
	start(t, echoesBytes, far)
	for _, n := range []int{0, 1, 5000, 16 << 20} {
		out := bytes.Repeat([]byte{7}, n)
		check(t, near.SendBytes(out))
		clear(out)
		v, err := near.RecvBytes(n)
		if err != nil || len(v) != n || bytes.Count(v, []byte{7}) != n {
			t.Errorf("%d bytes of %d, %v", len(v), n, err)
		}
	}
	for _, n := range []int{10, 2 << 20} {
		check(t, near.SendBytes(make([]byte, n)))
		_, err := near.RecvBytes(n - 1)
		wantIs(t, err, procpool.ErrTooLong)
		if v, err := near.RecvBytes(n); len(v) != n || err != nil { // it was kept
			t.Errorf("%d bytes, %v", len(v), err)
		}
	}
}

func TestE16_partsOfSlices(t *testing.T) {
	t.Parallel()
	a, b := procpool.NewPipe[int]()
	data := []byte("0123456789")
	check(t, a.SendBytes(data[2:5]))
	if string(data) != "0123456789" {
		t.Errorf("sending has changed the slice: %s", data)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		n := 100
		a.SendBytes(data[2:n]) // Go's own rule, before anything is sent
	}()
	if v, err := b.RecvBytes(0); string(v) != "234" || err != nil || b.Poll(0) {
		t.Errorf("%s, %v", v, err)
	}
}

func TestE11_closeEndsReceiving(t *testing.T) {
	t.Parallel()
	a, b := procpool.NewPipe[int]()
	errs := make(chan error, 1)
	go func() {
		_, err := a.Recv()
		errs <- err
	}()
	time.Sleep(10 * time.Millisecond)
	check(t, a.Close())
	wantIs(t, <-errs, procpool.ErrClosed)
	wantIs(t, b.Send(1), procpool.ErrPeerClosed)
	_, err := b.Recv()
	wantIs(t, err, io.EOF)
	check(t, a.Close())
}

func TestE17_select(t *testing.T) {
	t.Parallel()
	var from []any
	var conns []*procpool.Conn[int]
	for i := range 4 {
		r, w := procpool.NewOneWayPipe[int]()
		start(t, sendsTen, w, i)
		from, conns = append(from, r), append(conns, r)
	}
	var got []int
	for len(from) > 0 {
		i, err := procpool.Select(soon(t), from...)
		check(t, err)
		v, err := conns[i].Recv()
		if err == io.EOF {
			from, conns = slices.Delete(from, i, i+1), slices.Delete(conns, i, i+1)
			continue
		}
		check(t, err)
		got = append(got, v)
	}
	slices.Sort(got)
	if !slices.Equal(got, upTo(40)) {
		t.Errorf("got %v", got)
	}
}

func TestE17_selectAnything(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[int](0)
	c, far := procpool.NewPipe[int]()
	p := procpool.NewProcess(nothing)
	check(t, p.Start())
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	i, err := procpool.Select(ctx, q, c)
	if i != -1 {
		t.Errorf("%d is ready", i)
	}
	wantIs(t, err, context.DeadlineExceeded)
	want := func(want int, from ...any) {
		t.Helper()
		if i, err := procpool.Select(soon(t), from...); i != want || err != nil {
			t.Errorf("%d, %v, want %d", i, err, want)
		}
	}
	want(2, q, c, p)
	f := procpool.Submit(nil, square, 3)
	want(1, c, f, q)
	check(t, q.Put(1))
	want(1, c, q)
	want(1, c, q) // it was not taken
	go func() {
		time.Sleep(10 * time.Millisecond)
		far.Send(1)
	}()
	want(0, c, procpool.NewQueue[int](0))
	closed := procpool.NewQueue[int](0)
	closed.Close()
	want(0, closed)
	if _, err := procpool.Select(soon(t), 3); err == nil || !strings.Contains(err.Error(), "argument 1, int") {
		t.Errorf("error %v", err)
	}
}

func TestE17_selectIsFair(t *testing.T) {
	t.Parallel()
	var from []any
	for range 3 {
		q := procpool.NewQueue[int](0)
		q.Put(1)
		from = append(from, q)
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	from = append(from, done)
	counts := make([]int, len(from))
	for range 2000 {
		i, err := procpool.Select(context.Background(), from...)
		check(t, err)
		counts[i]++
	}
	for _, n := range counts {
		if n < 300 {
			t.Errorf("chosen %v times of 2000", counts)
		}
	}
}

func TestE18_connThroughConn(t *testing.T) {
	t.Parallel()
	near, far := procpool.NewPipe[*procpool.Conn[string]]()
	p := start(t, forwardsConn, far)
	a, b := procpool.NewPipe[string]()
	check(t, near.Send(b))
	if v, err := a.Recv(); v != "through a connection" || err != nil {
		t.Errorf("%q, %v", v, err)
	}
	check(t, p.Wait())
	_, err := a.Recv() // the child was the last holder of b
	wantIs(t, err, io.EOF)
	q := procpool.NewQueue[*procpool.Conn[string]](0)
	a, b = procpool.NewPipe[string]()
	check(t, q.Put(b))
	check(t, b.Close()) // what is under way is held by the message
	if a.Poll(10 * time.Millisecond) {
		t.Error("the end in the queue is closed")
	}
	check(t, start(t, usesConnOf, q).Wait())
	if v, err := a.Recv(); v != "through a queue" || err != nil {
		t.Errorf("%q, %v", v, err)
	}
	_, err = a.Recv()
	wantIs(t, err, io.EOF)
}

func TestE18_messagesThatNobodyGetsCloseWhatTheyHold(t *testing.T) {
	t.Parallel()
	near, far := procpool.NewPipe[*procpool.Conn[string]]()
	a, b := procpool.NewPipe[string]()
	check(t, near.Send(b))
	check(t, b.Close())
	check(t, far.Close())
	_, err := a.Recv()
	wantIs(t, err, io.EOF)
}

func TestE19_listener(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"unix", "tcp"} {
		t.Run(network, func(t *testing.T) {
			l, err := procpool.Listen(network, "", nil)
			check(t, err)
			defer l.Close()
			p := start(t, dialsAndSquares, l.Network(), l.Addr(), l.Key())
			c, err := procpool.Accept[int](soon(t), l)
			check(t, err)
			if c.Poll(0) {
				t.Error("something to receive")
			}
			for i := range 5 {
				check(t, c.Send(i))
			}
			for i := range 5 {
				if !c.Poll(10 * time.Second) {
					t.Error("nothing to receive")
				}
				if at, err := procpool.Select(soon(t), procpool.NewQueue[int](0), c); at != 1 || err != nil {
					t.Error(at, err)
				}
				if v, err := c.Recv(); v != i*i || err != nil {
					t.Errorf("%d, %v", v, err)
				}
			}
			_, err = c.RecvTimeout(10 * time.Millisecond)
			wantIs(t, err, context.DeadlineExceeded)
			var e *procpool.EncodeError
			if err := procpool.NewQueue[any](0).Put(c); !errors.As(err, &e) || !strings.Contains(err.Error(), "stays in its process") {
				t.Errorf("error %v", err)
			}
			check(t, p.Kill())
			_, err = c.Recv()
			wantIs(t, err, io.EOF)
			eventually(t, "sending fails", func() bool { return errors.Is(c.Send(1), procpool.ErrPeerClosed) })
			check(t, c.Close())
			wantIs(t, c.Send(1), procpool.ErrClosed)
		})
	}
}

func TestE19_wrongKey(t *testing.T) {
	t.Parallel()
	l, err := procpool.Listen("tcp", "", []byte("right"))
	check(t, err)
	refused := procpool.Submit(nil, dialsToo, dial{l.Network(), l.Addr(), []byte("wrong")})
	_, err = procpool.Accept[int](soon(t), l)
	wantIs(t, err, procpool.ErrAuth)
	if ok, err := refused.Get(); !ok || err != nil {
		t.Errorf("%t, %v", ok, err)
	}
	_, err = procpool.Dial[int](soon(t), l.Network(), l.Addr(), nil)
	wantIs(t, err, procpool.ErrAuth)
	// Neither those who say nothing nor those who say something else keep others out, or are told of.
	for range 100 {
		for _, say := range strangers {
			defer dialRaw(t, l, say).Close()
		}
	}
	go procpool.Dial[int](soon(t), l.Network(), l.Addr(), []byte("right"))
	c, err := procpool.Accept[int](soon(t), l)
	check(t, err)
	check(t, c.Close())
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err = procpool.Accept[int](ctx, l)
	wantIs(t, err, context.DeadlineExceeded)
	var waiting sync.WaitGroup
	waiting.Go(func() {
		_, err := procpool.Accept[int](context.Background(), l)
		if !errors.Is(err, procpool.ErrClosed) {
			t.Errorf("error %v", err)
		}
	})
	check(t, l.Close())
	waiting.Wait()
	check(t, l.Close())
}

// strangers are what a listener may be told that is no greeting, or the beginning of one.
var strangers = []string{
	"", "GET / HTTP/1.1\r\nHost: somewhere\r\nAccept: everything\r\n\r\n", "procpool 1\n", "procpool 2\n" + strings.Repeat("x", 100), "\x00",
}

// TestE19_listenerThatIsNone has what is dialled say nothing, or something else, or go away. That is no
// fault of the key.
func TestE19_listenerThatIsNone(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(net.Conn){
		"silent": func(net.Conn) {},
		"gone":   func(c net.Conn) { c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "localhost:0")
			check(t, err)
			defer l.Close()
			go func() {
				if c, err := l.Accept(); err == nil {
					t.Cleanup(func() { c.Close() })
					answer(c)
				}
			}()
			_, err = procpool.Dial[int](context.Background(), "tcp", l.Addr().String(), []byte("key"))
			if err == nil || errors.Is(err, procpool.ErrAuth) || errors.Is(err, context.DeadlineExceeded) != (name == "silent") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestE19_manyAtOnce has more come at once than are greeted at a time, each of whom knows the key, and
// some who say nothing.
func TestE19_manyAtOnce(t *testing.T) {
	t.Parallel()
	l, err := procpool.Listen("tcp", "", nil)
	check(t, err)
	defer l.Close()
	const n = 300
	var dialing sync.WaitGroup
	for range n / 3 {
		silent, err := net.Dial(l.Network(), l.Addr())
		check(t, err)
		defer silent.Close()
	}
	for range n {
		dialing.Go(func() {
			c, err := procpool.Dial[int](soon(t), l.Network(), l.Addr(), l.Key())
			if err != nil {
				t.Error(err)
				return
			}
			c.Close()
		})
	}
	for range n {
		c, err := procpool.Accept[int](soon(t), l)
		if err != nil {
			t.Error(err)
			break
		}
		c.Close()
	}
	dialing.Wait()
}

func TestE19_messagesOverTheNetwork(t *testing.T) {
	t.Parallel()
	l, err := procpool.Listen("tcp", "", nil)
	check(t, err)
	defer l.Close()
	dialed := make(chan *procpool.Conn[[]float64])
	go func() {
		c, err := procpool.Dial[[]float64](soon(t), l.Network(), l.Addr(), l.Key())
		if err != nil {
			t.Error(err)
		}
		dialed <- c
	}()
	a, err := procpool.Accept[[]float64](soon(t), l)
	check(t, err)
	b := <-dialed
	defer b.Close()
	go func() {
		for _, n := range []int{0, 1, 2 << 20} {
			a.Send(make([]float64, n))
		}
		a.SendBytes([]byte("four"))
		a.Close()
	}()
	for _, n := range []int{0, 1, 2 << 20} {
		if v, err := b.Recv(); len(v) != n || err != nil {
			t.Errorf("%d numbers, %v", len(v), err)
		}
	}
	_, err = b.RecvBytes(3)
	wantIs(t, err, procpool.ErrTooLong)
	if v, err := b.RecvBytes(4); string(v) != "four" || err != nil {
		t.Errorf("%s, %v", v, err)
	}
	_, err = b.Recv()
	wantIs(t, err, io.EOF)
	_, err = b.Recv()
	wantIs(t, err, io.EOF)
	any1, err := procpool.Listen("unix", "", nil)
	check(t, err)
	defer any1.Close()
	go procpool.Dial[any](soon(t), any1.Network(), any1.Addr(), any1.Key())
	c, err := procpool.Accept[any](soon(t), any1)
	check(t, err)
	defer c.Close()
	var e *procpool.EncodeError
	if err := c.Send([]any{procpool.NewQueue[int](0)}); !errors.As(err, &e) {
		t.Errorf("error %v", err)
	}
	_, err = procpool.Listen("unix", "/nowhere/at/all", nil)
	if err == nil {
		t.Error("no error")
	}
}

func TestF10_sharedLock(t *testing.T) {
	t.Parallel()
	l := procpool.NewLock()
	v, a := procpool.NewValue(0).WithLock(l), procpool.NewArray(1, 2).WithLock(l)
	v.Lock()
	if l.TryLock() {
		t.Error("the lock is another")
	}
	v.Unlock()
	l.Lock()
	locked := make(chan bool)
	go func() {
		a.Lock()
		close(locked)
	}()
	select {
	case <-locked:
		t.Error("the array's lock is another")
	case <-time.After(10 * time.Millisecond):
	}
	l.Unlock()
	<-locked
	a.Unlock()
	p1, p2 := start(t, incrementsUnder, v, 1000), start(t, incrementsUnder, v, 1000)
	check(t, p1.Wait())
	check(t, p2.Wait())
	if v.Load() != 2000 {
		t.Errorf("got %d", v.Load())
	}
}

func TestF07_swap(t *testing.T) {
	t.Parallel()
	v, a := procpool.NewValue(1.5), procpool.NewArray[int16](1, 2, 3)
	if old := v.Swap(2.5); old != 1.5 || v.Load() != 2.5 {
		t.Errorf("%v, %v", old, v.Load())
	}
	if old := a.Swap(1, -7); old != 2 || a.At(1) != -7 || a.At(0) != 1 || a.At(2) != 3 {
		t.Errorf("%v, %v", old, a.Slice())
	}
	if a.CompareAndSwap(0, 9, 8) || !a.CompareAndSwap(0, 1, 8) || a.Update(0, func(x int16) int16 { return x * 2 }) != 16 {
		t.Errorf("%v", a.Slice())
	}
}

func TestF09_bounds(t *testing.T) {
	t.Parallel()
	a := procpool.NewArrayLen[int](3)
	for name, f := range map[string]func(){
		"At": func() { a.At(3) }, "Set": func() { a.Set(-1, 0) }, "Add": func() { a.Add(3, 1) }, "Swap": func() { a.Swap(3, 1) },
		"NewArrayLen": func() { procpool.NewArrayLen[int](-1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
	if !slices.Equal(a.Slice(), make([]int, 3)) {
		t.Errorf("got %v", a.Slice())
	}
}

func TestF11_sharedMemory(t *testing.T) {
	t.Parallel()
	m, err := procpool.NewSharedMemory(5000)
	check(t, err)
	if m.Size() != 5000 || len(m.Bytes()) != 5000 || bytes.Count(m.Bytes(), []byte{0}) != 5000 {
		t.Error("not 5000 zeros")
	}
	copy(m.Bytes(), "hello")
	check(t, start(t, writesBlock, m).Wait())
	if string(m.Bytes()[:10]) != "hellochild" {
		t.Errorf("got %q", m.Bytes()[:10])
	}
	got, err := procpool.Submit(nil, readsNamed, m.Name()).Get()
	if got != "hello" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	other, err := procpool.AttachSharedMemory(m.Name())
	check(t, err)
	other.Bytes()[0] = 'H'
	if m.Bytes()[0] != 'H' {
		t.Error("not the same memory")
	}
	_, err = procpool.CreateSharedMemory(m.Name(), 10)
	wantIs(t, err, procpool.ErrExists)
	for range 2 {
		check(t, m.Close())
		check(t, m.Unlink())
	}
	if m.Bytes() != nil {
		t.Error("bytes of closed memory")
	}
	_, err = procpool.AttachSharedMemory(m.Name())
	wantIs(t, err, procpool.ErrNotFound)
	if string(other.Bytes()[:10]) != "Hellochild" { // it has it still
		t.Errorf("got %q", other.Bytes()[:10])
	}
	check(t, other.Close())
	again, err := procpool.CreateSharedMemory(m.Name(), 10)
	check(t, err)
	check(t, again.Unlink())
	check(t, again.Close())
	for _, n := range []int{0, -1} {
		if _, err := procpool.NewSharedMemory(n); err == nil {
			t.Errorf("%d bytes", n)
		}
	}
}

func TestF12_memoryOutlivesItsMakerAndNothingIsLeft(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[string](0)
	p := start(t, makesBlockAndHangs, q)
	name, err := q.Get()
	check(t, err)
	check(t, p.Kill())
	p.Join()
	m, err := procpool.AttachSharedMemory(name)
	check(t, err)
	if string(m.Bytes()[:5]) != "alive" {
		t.Errorf("got %q", m.Bytes()[:5])
	}
	check(t, m.Unlink())
	check(t, m.Close())
}

// TestF12_killedRoot kills a root that has memory, queues of large values and a listener, and
// looks for what is left.
func TestF12_killedRoot(t *testing.T) {
	t.Parallel()
	if os.Getenv("PROCPOOL_TEST_ROOT") != "" {
		leavesALot(t)
		return
	}
	folder := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=TestF12_killedRoot$")
	cmd.Env = append(os.Environ(), "PROCPOOL_TEST_ROOT=1", "TMPDIR="+folder)
	out, err := cmd.StdoutPipe()
	check(t, err)
	before, _ := os.ReadDir("/dev/shm")
	check(t, cmd.Start())
	ready := make([]byte, 6)
	_, err = io.ReadFull(out, ready)
	check(t, err)
	check(t, cmd.Process.Kill())
	cmd.Wait()
	if left, _ := os.ReadDir(folder); len(left) > 0 && runtime.GOOS == "linux" {
		t.Errorf("left: %v", left)
	}
	after, _ := os.ReadDir("/dev/shm")
	for _, e := range after {
		if strings.Contains(e.Name(), "procpool") && !slices.ContainsFunc(before, func(b os.DirEntry) bool { return b.Name() == e.Name() }) {
			t.Errorf("left in /dev/shm: %s", e.Name())
		}
	}
}

func leavesALot(t *testing.T) {
	m, err := procpool.NewSharedMemory(1 << 20)
	check(t, err)
	copy(m.Bytes(), "there")
	q := procpool.NewQueue[[]float64](0)
	check(t, q.Put(make([]float64, 1<<20)))
	_, err = procpool.Listen("unix", "", nil)
	check(t, err)
	procpool.Share(make([]float64, 1<<20))
	os.Stdout.WriteString("ready\n")
	time.Sleep(time.Minute)
}

func TestShare(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	xs := make([]float64, 1<<17)
	for i := range xs {
		xs[i] = 1
	}
	s := procpool.Share(xs)
	check(t, s.Err())
	xs[0] = 100 // the others have it as it was
	out, err := procpool.Map(p, sumsShared, []*procpool.Shared[[]float64]{s, s, s, s})
	check(t, err)
	if !slices.Equal(out, []float64{1 << 17, 1 << 17, 1 << 17, 1 << 17}) || &s.Get()[0] != &xs[0] {
		t.Errorf("got %v", out)
	}
	check(t, s.Close())
	check(t, s.Close())
	_, err = procpool.Map(newPool(t, 1), sumsShared, []*procpool.Shared[[]float64]{s})
	wantIs(t, err, procpool.ErrClosed)
}

func TestShareDecodesOnceInEachProcess(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 1 << 16} {
		s := procpool.Share(map[string][]int{"a": make([]int, size)})
		out, err := procpool.Map(newPool(t, 1), firstsOf, [][]*procpool.Shared[map[string][]int]{{s, s, s}})
		check(t, err)
		if !slices.Equal(out[0], []int{1, 2, 3}) {
			t.Errorf("got %v", out)
		}
		check(t, s.Close())
	}
	bad := procpool.Share(make(chan int))
	var e *procpool.EncodeError
	if err := bad.Err(); !errors.As(err, &e) {
		t.Errorf("error %v", err)
	}
	if err := procpool.NewQueue[any](0).Put(bad); !errors.As(err, &e) {
		t.Errorf("error %v", err)
	}
}

// A dial is what Dial needs.
type dial struct {
	Network, Addr string
	Key           []byte
}

func dialsToo(d dial) bool { return dialsWith(d.Network, d.Addr, d.Key) }

func readsNamed(name string) string {
	s, err := readsBlockByName(name)
	if err != nil {
		panic(err)
	}
	return s
}

func firstsOf(all []*procpool.Shared[map[string][]int]) (out []int) {
	for _, s := range all {
		out = append(out, firstOf(s)[0])
	}
	return out
}

func dialRaw(t *testing.T, l *procpool.Listener, say string) net.Conn {
	t.Helper()
	c, err := net.Dial(l.Network(), l.Addr())
	check(t, err)
	_, err = c.Write([]byte(say))
	check(t, err)
	return c
}

// A process that gets both ends, with its arguments or in a message, and closes one does not take that
// from who gave it and has not used it since.
func TestBothEndsCross(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"as arguments", "in a message"} {
		near, far := procpool.NewPipe[int]()
		closed := procpool.NewQueue[bool](0)
		var p *procpool.Process
		if way == "as arguments" {
			p = start(t, closesNear, near, far, closed)
		} else {
			pipes := procpool.NewQueue[[2]*procpool.Conn[int]](0)
			check(t, pipes.Put([2]*procpool.Conn[int]{near, far}))
			p = start(t, closesNearOf, pipes, closed)
		}
		_, err := closed.Get()
		check(t, err)
		check(t, near.Send(7))
		if n, err := near.Recv(); n != 49 || err != nil {
			t.Errorf("%s: %d, %v", way, n, err)
		}
		check(t, p.Wait())
	}
}
