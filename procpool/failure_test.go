//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

// What happens to calls when workers come to harm, as their users see it.

var failureFuncs = []any{dieOfKill, stamps, returnsTrap, trapsHere, shutsDown, initExits, saysAndNaps, firstByte}

// A stamp has an element say which process runs it.
type stamp struct {
	I     int
	PIDs  *procpool.Array[int64]
	Sleep time.Duration
}

func stamps(s stamp) int {
	s.PIDs.Set(s.I, int64(os.Getpid()))
	time.Sleep(s.Sleep)
	return s.I * s.I
}

func stampsFor(n int, sleep time.Duration) ([]stamp, *procpool.Array[int64]) {
	pids := procpool.NewArrayLen[int64](n)
	xs := make([]stamp, n)
	for i := range xs {
		xs[i] = stamp{i, pids, sleep}
	}
	return xs, pids
}

func saysAndNaps(q *procpool.Queue[int]) int {
	fmt.Fprintln(os.Stderr, "first line\nlast line")
	q.Put(os.Getpid())
	time.Sleep(time.Minute)
	return 0
}

func initExits() {
	fmt.Fprintln(os.Stderr, "no licence")
	os.Exit(9)
}

func firstByte(p []byte) int { return int(p[0]) }

// each returns the TaskErrors that err joins.
func each(t *testing.T, err error) (all []*procpool.TaskError) {
	t.Helper()
	if err == nil {
		return nil
	}
	errs := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs = joined.Unwrap()
	}
	for _, err := range errs {
		var e *procpool.TaskError
		if !errors.As(err, &e) {
			t.Fatalf("not a TaskError: %v", err)
		}
		all = append(all, e)
	}
	return all
}

// wantDeaths checks that want elements failed for their worker's death and the others have results.
func wantDeaths(t *testing.T, out []int, err error, atLeast, atMost int) {
	t.Helper()
	failed := map[int]bool{}
	for _, e := range each(t, err) {
		var died *procpool.WorkerDiedError
		if !errors.As(e, &died) || died.Signal != "killed" || died.PID == 0 {
			t.Errorf("element %d: %v", e.Index, e.Err)
		}
		if failed[e.Index] {
			t.Errorf("element %d has two errors", e.Index)
		}
		failed[e.Index] = true
	}
	if n := len(failed); n < atLeast || n > atMost {
		t.Errorf("%d elements died, want %d to %d: %v", n, atLeast, atMost, err)
	}
	for i, v := range out {
		if want := i * i; !failed[i] && v != want || failed[i] && v != 0 {
			t.Errorf("result %d is %d, failed: %t", i, v, failed[i])
		}
	}
}

func wantAlive(t *testing.T, p *procpool.Pool) {
	t.Helper()
	out, err := procpool.Map(p, square, upTo(20))
	if err != nil || out[19] != 361 {
		t.Errorf("afterwards: %v, %v", out, err)
	}
}

func kill(pid int64) { syscall.Kill(int(pid), syscall.SIGKILL) }

// Not parallel: it measures.
func TestADeathIsToldWithinAHundredMilliseconds(t *testing.T) {
	p := newPool(t, 1)
	var delays []time.Duration
	for range 9 {
		q := procpool.NewQueue[int](0)
		f := procpool.Submit(p, saysAndNaps, q)
		pid, err := q.Get()
		check(t, err)
		begin := time.Now()
		kill(int64(pid))
		_, err = f.Get()
		delays = append(delays, time.Since(begin))
		var died *procpool.WorkerDiedError
		if !errors.As(err, &died) || died.PID != pid || died.Signal != "killed" || died.ExitCode != 0 || died.Stderr != "first line\nlast line\n" {
			t.Fatalf("error %v", err)
		}
	}
	slices.Sort(delays)
	t.Logf("median %s, slowest %s", delays[4], delays[8])
	if delays[4] > 100*time.Millisecond {
		t.Errorf("median %s", delays[4])
	}
}

func TestKillingAWorkerMidMapFailsOneTask(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	xs, pids := stampsFor(8, 50*time.Millisecond)
	go func() {
		eventually(t, "the fourth runs", func() bool { return pids.At(3) != 0 })
		kill(pids.At(3))
	}()
	out, err := procpool.Map(p, stamps, xs)
	wantDeaths(t, out, err, 1, 1)
	wantAlive(t, p)
}

func TestTasksInFlightToADeadWorkerGoToOthers(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	xs, pids := stampsFor(400, 2*time.Millisecond)
	go func() {
		eventually(t, "it runs", func() bool { return pids.At(20) != 0 })
		kill(pids.At(20))
	}()
	out, err := procpool.Map(p, stamps, xs)
	wantDeaths(t, out, err, 1, 1)
	for i, pid := range pids.Slice() {
		if pid == 0 {
			t.Errorf("element %d never began", i)
		}
	}
	wantAlive(t, p)
}

func TestKillingAllWorkersFailsOneTaskEach(t *testing.T) {
	t.Parallel()
	p := newPool(t, 4)
	xs, pids := stampsFor(60, 30*time.Millisecond)
	go func() {
		eventually(t, "four run", func() bool {
			seen := map[int64]bool{}
			for _, pid := range pids.Slice() {
				seen[pid] = true
			}
			return len(seen) == 5
		})
		for _, w := range p.Workers() {
			kill(int64(w.PID))
		}
	}()
	out, err := procpool.Map(p, stamps, xs)
	wantDeaths(t, out, err, 1, 4)
	wantAlive(t, p)
}

func TestAStoppedWorkerHoldsOnlyItsOwnTask(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	xs, pids := stampsFor(40, 5*time.Millisecond)
	xs[0].Sleep = 100 * time.Millisecond
	f := procpool.Submit(p, stamps, xs[0])
	eventually(t, "it runs", func() bool { return pids.At(0) != 0 })
	stopped := int(pids.At(0))
	syscall.Kill(stopped, syscall.SIGSTOP)
	defer syscall.Kill(stopped, syscall.SIGCONT)
	for range 5 { // more than a socket holds, if it went to the stopped one
		out, err := procpool.Map(p, firstByte, slices.Repeat([][]byte{slices.Repeat([]byte{7}, 700<<10)}, 6))
		if err != nil || out[5] != 7 {
			t.Fatalf("%v, %v", out, err)
		}
	}
	out, err := procpool.Map(p, stamps, xs[1:])
	if err != nil || out[38] != 39*39 {
		t.Errorf("%v, %v", out, err)
	}
	if _, err := f.GetTimeout(0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the stopped worker's task: %v", err)
	}
	syscall.Kill(stopped, syscall.SIGCONT)
	if v, err := f.Get(); v != 0 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	if now := pids.At(0); int(now) != stopped {
		t.Errorf("element 0 ran in %d, then in %d", stopped, now)
	}
}

func TestAStoppedWorkerCanBeTimedOutAndTerminated(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	xs, pids := stampsFor(2, 50*time.Millisecond)
	f := procpool.Submit(p, stamps, xs[0], procpool.Timeout(400*time.Millisecond))
	eventually(t, "it runs", func() bool { return pids.At(0) != 0 })
	syscall.Kill(int(pids.At(0)), syscall.SIGSTOP)
	_, err := f.Get()
	wantIs(t, err, context.DeadlineExceeded)
	g := procpool.Submit(p, stamps, xs[1])
	eventually(t, "the next runs", func() bool { return pids.At(1) != 0 })
	syscall.Kill(int(pids.At(1)), syscall.SIGSTOP)
	p.Terminate()
	_, err = g.Get()
	wantIs(t, err, procpool.ErrTerminated)
}

// A trap springs where it is encoded or decoded.
type trap struct{ Point, How string }

func (t trap) GobEncode() ([]byte, error) {
	if err := t.spring("encode"); err != nil {
		return nil, err
	}
	return []byte(t.Point + "/" + t.How), nil
}

func (t *trap) GobDecode(data []byte) error {
	t.Point, t.How, _ = strings.Cut(string(data), "/")
	return t.spring("decode")
}

func (t trap) spring(what string) error {
	where := "parent"
	if strings.HasPrefix(procpool.CurrentProcess().Name, "PoolWorker") {
		where = "worker"
	}
	if t.Point != what+" in "+where {
		return nil
	}
	switch t.How {
	case "panics":
		panic("it is a trap")
	case "fails":
		return errors.New("it is a trap")
	}
	exits(t.How)
	return nil
}

func returnsTrap(t trap) trap { return t }

func TestD14_userCodecs(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	for _, c := range []struct {
		point, how string
		died       *procpool.WorkerDiedError
	}{
		{"encode in parent", "panics", nil},
		{"encode in parent", "fails", nil},
		{"decode in worker", "panics", nil},
		{"decode in worker", "fails", nil},
		{"decode in worker", "exit 3", &procpool.WorkerDiedError{ExitCode: 3}},
		{"decode in worker", "kill", &procpool.WorkerDiedError{Signal: "killed"}},
		{"encode in worker", "panics", nil},
		{"encode in worker", "fails", nil},
		{"encode in worker", "exit 3", &procpool.WorkerDiedError{ExitCode: 3}},
		{"encode in worker", "abort", &procpool.WorkerDiedError{Signal: "aborted"}},
		{"decode in parent", "panics", nil},
		{"decode in parent", "fails", nil},
	} {
		t.Run(c.how+" at "+c.point, func(t *testing.T) {
			_, single := procpool.Submit(p, returnsTrap, trap{c.point, c.how}).Get()
			out, err := procpool.Map(p, returnsTrap, []trap{{}, {c.point, c.how}, {"x", "y"}})
			for _, err := range []error{single, err} {
				var died *procpool.WorkerDiedError
				switch {
				case err == nil:
					t.Error("no error")
				case c.died == nil && !strings.Contains(err.Error(), "it is a trap"):
					t.Errorf("error %v", err)
				case c.died != nil && (!errors.As(err, &died) || died.ExitCode != c.died.ExitCode || died.Signal != c.died.Signal):
					t.Errorf("error %v", err)
				}
			}
			if c.point != "encode in parent" { // there the call as a whole is refused
				if len(each(t, err)) != 1 || each(t, err)[0].Index != 1 || out[2] != (trap{"x", "y"}) {
					t.Errorf("%v, %v", out, err)
				}
			}
			wantAlive(t, p)
		})
	}
}

// trapsHere is a parent whose own codec ends it.
func trapsHere(point string, q *procpool.Queue[int]) {
	p := procpool.NewPool(1)
	pid, _ := p.Apply(getpid, 0)
	q.Put(pid.(int))
	procpool.Submit(p, returnsTrap, trap{point, "exit 3"}).Get()
}

func TestD14_aCodecThatExitsInTheParentTakesTheWorkersAlong(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"encode in parent", "decode in parent"} {
		q := procpool.NewQueue[int](0)
		proc := start(t, trapsHere, point, q)
		worker, err := q.Get()
		check(t, err)
		proc.Join()
		if code, _ := proc.ExitCode(); code != 3 {
			t.Errorf("%s: code %d", point, code)
		}
		eventually(t, "its worker is gone", func() bool { return gone(worker) || zombie(worker) })
	}
}

func TestC27_initializerThatExits(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2, procpool.Initializer(initExits))
	begin := time.Now()
	_, err := procpool.Map(p, square, upTo(3))
	wantIs(t, err, procpool.ErrBroken)
	var died *procpool.WorkerDiedError
	if !errors.As(err, &died) || died.ExitCode != 9 || !strings.Contains(died.Stderr, "no licence") {
		t.Errorf("error %v", err)
	}
	if d, n := time.Since(begin), p.Stats().Started; d > 10*time.Second || n > 3 {
		t.Errorf("after %s and %d workers", d, n)
	}
	_, err = procpool.Submit(p, square, 1).Get()
	wantIs(t, err, procpool.ErrBroken)
	check(t, p.Close())
}

func TestC36_aRaisingOnDoneHarmsNobody(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	mark := unique("C36")
	done := make(chan error, 3)
	for _, f := range []*procpool.Future[int]{
		procpool.Submit(p, square, 3), procpool.Submit(p, failsOn, 2), procpool.Submit(p, dieOfKill, 0),
	} {
		f.OnDone(func(int, error) { panic(mark) })
		f.OnDone(func(_ int, err error) { done <- err })
	}
	for range 3 {
		<-done
	}
	if n := strings.Count(capture.stderrText(), mark); n != 3 {
		t.Errorf("%d of 3 panics are reported", n)
	}
	wantAlive(t, p)
}

func dieOfKill(int) int { exits("kill"); return 0 }

// Not parallel: it counts what is left.
func TestUnderConstantKillsEveryTaskHasOneOutcome(t *testing.T) {
	p := newPool(t, 3)
	files, before := openFiles(), len(children())
	var deaths, calls int
	stop := make(chan struct{})
	var killer sync.WaitGroup
	killer.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for k := 0; ; k++ {
			select {
			case <-stop:
				return
			case <-tick.C:
			}
			if ws := p.Workers(); len(ws) > 0 {
				kill(int64(ws[k%len(ws)].PID))
			}
		}
	})
	for begin := time.Now(); time.Since(begin) < 4*time.Second; calls++ {
		xs, _ := stampsFor(200, time.Millisecond)
		out, err := procpool.Map(p, stamps, xs)
		wantDeaths(t, out, err, 0, 200)
		deaths += len(each(t, err))
	}
	close(stop)
	killer.Wait()
	t.Logf("%d calls of 200, %d tasks died, %d workers", calls, deaths, p.Stats().Started)
	if deaths == 0 {
		t.Error("nothing was killed")
	}
	wantAlive(t, p)
	p.Terminate()
	eventually(t, "no process is left", func() bool { return len(children()) <= before+4 })
	if now := openFiles(); now > files+5*8 { // those of spares
		t.Errorf("%d descriptors before, %d after", files, now)
	}
}

// shutsDown is a program with a daemon and another process that shuts down.
func shutsDown(nap, grace time.Duration, q *procpool.Queue[[]int]) {
	daemon := procpool.NewProcess(sleepLong)
	daemon.Daemon = true
	other := procpool.NewProcess(naps, nap)
	daemon.Start()
	other.Start()
	begin := time.Now()
	procpool.Shutdown(grace)
	took := int(time.Since(begin).Milliseconds())
	a, _ := daemon.ExitCode()
	b, _ := other.ExitCode()
	q.Put([]int{a, b, took})
}

func TestA23_shutdownGivesGraceToAllButDaemons(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		nap, grace time.Duration
		code       int
		atLeast    int // milliseconds
	}{
		{"one that ends within the grace ends in peace", 300 * time.Millisecond, time.Minute, 0, 100},
		{"one that does not is killed", time.Minute, 200 * time.Millisecond, -9, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := procpool.NewQueue[[]int](0)
			start(t, shutsDown, c.nap, c.grace, q)
			got, err := q.Get()
			check(t, err)
			if got[0] != -9 || got[1] != c.code || got[2] < c.atLeast || got[2] > 20_000 {
				t.Errorf("codes and milliseconds %v", got)
			}
		})
	}
}

// aPool makes a pool, uses it and drops it.
func aPool(t *testing.T) (pid int, f *procpool.Future[int]) {
	p := procpool.NewPool(1)
	pid, err := procpool.Submit(p, getpid, 0).Get()
	check(t, err)
	return pid, procpool.Submit(p.WithContext(t.Context()), nap, 300*time.Millisecond)
}

func TestC22_aPoolThatIsDroppedEndsWithItsLastTask(t *testing.T) {
	t.Parallel()
	pid, f := aPool(t)
	for range 3 {
		runtime.GC()
	}
	if v, err := f.Get(); v != 1 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	eventually(t, "its worker is gone", func() bool {
		runtime.GC()
		return gone(pid)
	})
}
