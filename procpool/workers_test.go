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
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

// workersFuncs are what the workers and processes of these tests run.
var workersFuncs = []any{
	inWorker, burns, whereAmI, leaks3MB, fillMemory, pidOnce, poolSizeInside, nest, pidAfter, holdsUntil, remembersCalls,
}

func inWorker() string { return procpool.CurrentProcess().Name }

func whereAmI(name string) []string {
	dir, _ := os.Getwd()
	nice, _ := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	return []string{dir, os.Getenv(name), fmt.Sprint(nice)}
}

var leaked [][]byte

func leaks3MB(n int) int {
	leak := make([]byte, 3<<20)
	for i := 0; i < len(leak); i += 1 << 10 {
		leak[i] = 1
	}
	leaked = append(leaked, leak)
	return n * n
}

func fillMemory(total int) int {
	for range total >> 20 {
		leak := make([]byte, 1<<20)
		for i := range leak {
			leak[i] = 1
		}
		leaked = append(leaked, leak)
	}
	return len(leaked)
}

func burns(d time.Duration) (n int) {
	for start := time.Now(); time.Since(start) < d; n++ {
	}
	return n
}

func pidOnce() int { return os.Getpid() }

func pidAfter(d time.Duration) int { time.Sleep(d); return os.Getpid() }

func poolSizeInside(int) int {
	p := procpool.NewPool(0)
	defer p.Close()
	pids, err := procpool.Map(p, pidAfter, []time.Duration{50e6, 50e6, 50e6})
	if err != nil {
		panic(err)
	}
	slices.Sort(pids)
	return len(slices.Compact(pids))
}

// nest runs itself in a pool in a pool, and returns how deep it came, and why no deeper.
func nest(levels int) (string, error) {
	if levels == 0 {
		return "there", nil
	}
	p := procpool.NewPool(1)
	defer p.Close()
	out, err := p.Apply(nest, levels-1)
	s, _ := out.(string)
	return s, err
}

var calls int

func remembersCalls() int { calls++; return calls }

func holdsUntil(v *procpool.Value[int64]) int {
	for v.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	return os.Getpid()
}

func TestC15_aPoolHasAsManyWorkersAsAsked(t *testing.T) {
	t.Parallel()
	if _, err := procpool.Map(newPool(t, -1), square, []int{1}); err == nil || !strings.Contains(err.Error(), "-1") {
		t.Errorf("error of a pool of -1: %v", err)
	}
	if names, err := procpool.Broadcast(newPool(t, 0), inWorker); err != nil || len(names) != procpool.CPUCount() {
		t.Errorf("a pool of 0 has %v, %v", names, err)
	}
	if names, err := procpool.Broadcast(newPool(t, 3), inWorker); err != nil || len(names) != 3 {
		t.Errorf("a pool of 3 has %v, %v", names, err)
	}
}

func TestC25_optionsThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]procpool.PoolOption{
		"MaxTasksPerWorker(0)": procpool.MaxTasksPerWorker(0), "MaxTasksPerWorker(-1)": procpool.MaxTasksPerWorker(-1),
		"IdleTimeout(0s)": procpool.IdleTimeout(0), "MaxAge(-1ns)": procpool.MaxAge(-1), "MemoryLimit(0)": procpool.MemoryLimit(0),
		"HardMemoryLimit(-5)": procpool.HardMemoryLimit(-5), "Nice(20)": procpool.Nice(20), "CPUs": procpool.CPUs(),
		"empty set": procpool.CPUs([]int{}), "processor 5000": procpool.CPUs([]int{5000}), `PoolEnv("x")`: procpool.PoolEnv("x"),
	} {
		p := newPool(t, 1, o)
		if _, err := procpool.Map(p, square, []int{1}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
		if n := p.Stats().Started; n != 0 {
			t.Errorf("%s: %d workers started", name, n)
		}
	}
}

func TestC26_theInitializerRunsOnceInEachWorker(t *testing.T) {
	t.Parallel()
	v := procpool.NewValue[int64](0)
	p := newPool(t, 3, procpool.Initializer(initCounts, v, 2))
	_, err := procpool.Broadcast(p, inWorker)
	check(t, err)
	_, err = procpool.Map(p, square, upTo(50))
	check(t, err)
	if n := v.Load(); n != 6 {
		t.Errorf("three initializers added up to %d, want 6", n)
	}
}

func TestC29_aBadStartLeaksNoWorker(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := newPool(t, 3, procpool.PoolDir(dir))
	out, err := procpool.Map(p, whereAmI, []string{""})
	check(t, err)
	if out[0][0] != dir {
		t.Errorf("in %s, want %s", out[0][0], dir)
	}
	first := p.Workers()
	check(t, os.Remove(dir)) // the next cannot start
	_, err = procpool.Broadcast(p, inWorker)
	wantIs(t, err, procpool.ErrBroken)
	wantIs(t, err, os.ErrNotExist)
	check(t, p.Close())
	if !gone(first[0].PID) {
		t.Error("the first worker is still there")
	}
}

func TestC33_oneWorkerIsEnoughForOneTaskAtATime(t *testing.T) {
	t.Parallel()
	p := newPool(t, 8)
	for n := range 20 {
		_, err := procpool.Submit(p, square, n).Get()
		check(t, err)
	}
	if st := p.Stats(); st.Started != 1 || st.Done != 20 {
		t.Errorf("stats %+v", st)
	}
}

func TestC38_tasksAtOnceAreInProcessesOfTheirOwn(t *testing.T) {
	t.Parallel()
	const n = 4
	p := newPool(t, n)
	v := procpool.NewValue[int64](0)
	var fs []*procpool.Future[int]
	for range n {
		fs = append(fs, procpool.Submit(p, holdsUntil, v))
	}
	eventually(t, "all run", func() bool { return p.Stats().Running == n })
	v.Store(1)
	pids := map[int]bool{}
	for _, f := range fs {
		pid, err := f.Get()
		check(t, err)
		pids[pid] = true
	}
	if len(pids) != n || pids[os.Getpid()] {
		t.Errorf("processes %v of %d", pids, os.Getpid())
	}
}

func TestC28_shortListsGoToAllWorkers(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	_, err := procpool.Broadcast(p, inWorker)
	check(t, err)
	start := time.Now()
	_, err = procpool.Map(p, nap, slices.Repeat([]time.Duration{200 * time.Millisecond}, 4))
	check(t, err)
	if took := time.Since(start); took > 700*time.Millisecond {
		t.Errorf("four naps of 0.2 s took %s on two workers", took)
	}
}

func TestC22_aDroppedPoolWarnsOnce(t *testing.T) {
	warned := func() int { return strings.Count(capture.stderrText(), "was dropped without Close") }
	none := warned()
	pools := len(procpool.Inspect().Pools)
	procpool.Map(procpool.NewPool(1), square, []int{1})
	procpool.Submit(procpool.NewPool(1), square, 1).Get()
	procpool.TryMap(procpool.NewPool(1).WithContext(context.Background()), tryHalf,
		[]int{1, 2})
	for range procpool.Stream(procpool.NewPool(1), square, slices.Values([]int{1, 2})) {
	}
	eventually(t, "pools in place of arguments are closed", func() bool { return len(procpool.Inspect().Pools) <= pools })
	if warned() != none {
		t.Errorf("a warning of a pool in place of an argument: %s", capture.stderrText())
	}
	before := warned()
	func() {
		p := procpool.NewPool(1)
		if _, err := procpool.Map(p, square, []int{2}); err != nil {
			t.Fatal(err)
		}
	}()
	eventually(t, "a warning", func() bool { runtime.GC(); return warned() > before })
}

func TestC31_aLargePool(t *testing.T) {
	n := 50
	if os.Getenv("PROCPOOL_LONG") != "" {
		n = 200
	}
	p := newPool(t, n)
	names, err := procpool.Broadcast(p, inWorker)
	check(t, err)
	slices.Sort(names)
	if len(slices.Compact(names)) != n {
		t.Errorf("%d workers, want %d", len(names), n)
	}
	out, err := procpool.Map(p, square, upTo(1000))
	if err != nil || out[999] != 999*999 {
		t.Errorf("the last is %d, %v", out[999], err)
	}
}

func TestBroadcastRunsOnceInEachWorker(t *testing.T) {
	t.Parallel()
	p := newPool(t, 3)
	for round := 1; round <= 3; round++ {
		out, err := procpool.Broadcast(p, remembersCalls)
		check(t, err)
		if !slices.Equal(out, []int{round, round, round}) {
			t.Errorf("round %d: %v", round, out)
		}
	}
	pids, err := procpool.Broadcast(p, pidOnce)
	check(t, err)
	for i, w := range p.Workers() {
		if w.PID != pids[i] {
			t.Errorf("result %d is of %d, worker %d is %d", i, pids[i], i, w.PID)
		}
	}
}

func TestBroadcastReachesBusyAndDyingWorkers(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	_, err := procpool.Broadcast(p, inWorker)
	check(t, err)
	v := procpool.NewValue[int64](0)
	busy := procpool.Submit(p, holdsUntil, v)
	eventually(t, "it is busy", func() bool { return p.Stats().Running == 1 })
	got := make(chan []int, 1)
	go func() {
		pids, err := procpool.Broadcast(p, pidOnce)
		if err != nil {
			t.Error(err)
		}
		got <- pids
	}()
	for _, w := range p.Workers() {
		if w.Func != "" && strings.Contains(w.Func, "holdsUntil") {
			kill(int64(w.PID))
		}
	}
	if _, err := busy.Get(); err == nil {
		t.Error("the killed task has a result")
	}
	pids := <-got
	if len(pids) != 2 || pids[0] == pids[1] {
		t.Errorf("pids %v", pids)
	}
}

func TestResizeGrowsAndShrinks(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	for _, n := range []int{12, 2, 1, 12, 6, 1, 8, 5} {
		p.Resize(n)
		names, err := procpool.Broadcast(p, inWorker)
		check(t, err)
		if len(names) != n {
			t.Errorf("%d workers after Resize(%d)", len(names), n)
		}
		eventually(t, fmt.Sprintf("%d workers", n), func() bool { return len(p.Workers()) == n })
		out, err := procpool.Map(p, square, upTo(30))
		if err != nil || out[29] != 29*29 {
			t.Fatalf("%d, %v", out[29], err)
		}
	}
}

func TestH10_idleWorkersEndAndComeBack(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2, procpool.IdleTimeout(100*time.Millisecond))
	before, err := procpool.Broadcast(p, pidOnce)
	check(t, err)
	eventually(t, "idle workers end", func() bool { return len(p.Workers()) == 0 && gone(before[0]) && gone(before[1]) })
	after, err := procpool.Broadcast(p, pidOnce)
	check(t, err)
	if slices.Contains(after, before[0]) {
		t.Errorf("workers %v, then %v", before, after)
	}
	eventually(t, "the pool knows who has ended", func() bool { return p.Stats().Replaced >= 2 })
	if st := p.Stats(); st.Started < 4 || st.Died != 0 {
		t.Errorf("stats %+v", st)
	}
}

func TestH10_workersStayForTheIdleTimeout(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2, procpool.IdleTimeout(time.Hour))
	before, err := procpool.Broadcast(p, pidOnce)
	check(t, err)
	_, err = procpool.Map(p, nap, []time.Duration{0, 0, 0})
	check(t, err)
	after, err := procpool.Broadcast(p, pidOnce)
	check(t, err)
	if !slices.Equal(before, after) {
		t.Errorf("workers %v, then %v", before, after)
	}
}

func TestIdleTimeoutSparesBusyWorkers(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1, procpool.IdleTimeout(20*time.Millisecond))
	if _, err := procpool.Submit(p, nap, 300*time.Millisecond).Get(); err != nil {
		t.Error(err)
	}
}

func TestMaxAgeReplacesWorkersBetweenTasks(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1, procpool.MaxAge(50*time.Millisecond))
	pids, err := procpool.Map(p, pidAfter, slices.Repeat([]time.Duration{30 * time.Millisecond}, 12))
	check(t, err)
	if n := len(slices.Compact(slices.Clone(pids))); n < 3 {
		t.Errorf("workers %v", pids)
	}
	if st := p.Stats(); st.Died != 0 || st.Done != 12 {
		t.Errorf("stats %+v", st)
	}
}

func TestD24_leakingWorkersAreReplaced(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2, procpool.MemoryLimit(100<<20))
	out, err := procpool.Map(p, leaks3MB, upTo(150))
	check(t, err)
	for i, n := range out {
		if n != i*i {
			t.Fatalf("result %d is %d", i, n)
		}
	}
	eventually(t, "two workers that leaked have ended", func() bool { return p.Stats().Replaced >= 2 })
	if st := p.Stats(); st.Died != 0 || st.Done != 150 {
		t.Errorf("stats %+v", st)
	}
	for _, w := range p.Workers() {
		if w.RSS > 300<<20 {
			t.Errorf("%s has %d MB", w.Name, w.RSS>>20)
		}
	}
}

func TestPoolEnvAndNice(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1, procpool.PoolEnv("PROCPOOL_A=1", "PROCPOOL_B=two words"), procpool.Nice(7))
	out, err := procpool.Map(p, whereAmI, []string{"PROCPOOL_A", "PROCPOOL_B"})
	check(t, err)
	here := whereAmI("")
	for i, want := range []string{"1", "two words"} {
		if out[i][1] != want || out[i][0] != here[0] {
			t.Errorf("%q", out[i])
		}
		if out[i][2] == here[2] {
			t.Errorf("priority %s as here", out[i][2])
		}
	}
	if os.Getenv("PROCPOOL_A") != "" {
		t.Error("the variable is set here, too")
	}
}

func TestH07_depth(t *testing.T) {
	t.Parallel()
	if out, err := nest(10); out != "there" || err != nil {
		t.Errorf("ten levels: %q, %v", out, err)
	}
	_, err := nest(11)
	wantIs(t, err, procpool.ErrTooDeep)
}

func TestH08_aPoolInAWorkerHasOneWorker(t *testing.T) {
	t.Parallel()
	out, err := procpool.Map(newPool(t, 1), poolSizeInside, []int{0})
	if err != nil || out[0] != 1 {
		t.Errorf("%v workers, %v", out, err)
	}
}

func TestWorkerInfoAndStats(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	_, err := procpool.Broadcast(p, inWorker)
	check(t, err)
	_, err = procpool.Map(p, burns, []time.Duration{80e6, 80e6})
	check(t, err)
	_, err = procpool.Map(p, failsOn, upTo(8))
	if err == nil {
		t.Error("no error")
	}
	v := procpool.NewValue[int64](0)
	f := procpool.Submit(p, holdsUntil, v)
	eventually(t, "it runs", func() bool { return p.Stats().Running == 1 })
	time.Sleep(30 * time.Millisecond)
	var busy, cpu, idle time.Duration
	var running int
	for _, w := range p.Workers() {
		if w.Name == "" || w.RSS < 1<<20 || w.Started.IsZero() || time.Since(w.Started) > time.Minute {
			t.Errorf("worker %+v", w)
		}
		busy, idle, cpu = busy+w.BusyTime, idle+w.IdleTime, cpu+w.CPUTime
		if strings.Contains(w.Func, "holdsUntil") {
			running++
			if !w.Busy || w.Index != 0 || time.Since(w.Since) < 30*time.Millisecond || time.Since(w.Since) > time.Minute {
				t.Errorf("running worker %+v", w)
			}
		}
	}
	if running != 1 || busy < 30*time.Millisecond || idle <= 0 || runtime.GOOS == "linux" && cpu <= 0 {
		t.Errorf("%d running, busy %s, idle %s, CPU time %s", running, busy, idle, cpu)
	}
	v.Store(1)
	_, err = f.Get()
	check(t, err)
	st := p.Stats()
	if st.Started != 2 || st.Died != 0 || st.Done != 2+2+6+1 || st.Failed != 2 || st.Busy < busy || st.Idle <= 0 || st.Running != 0 || st.Waiting != 0 {
		t.Errorf("stats %+v", st)
	}
}

func TestD12_idleBusyAndAllWorkersKilled(t *testing.T) {
	t.Parallel()
	p := newPool(t, 3)
	pids, err := procpool.Broadcast(p, pidOnce)
	check(t, err)
	kill(int64(pids[0])) // idle
	eventually(t, "the death is known", func() bool { return p.Stats().Died == 1 })
	after, err := procpool.Broadcast(p, pidOnce)
	check(t, err)
	if slices.Contains(after, pids[0]) || !slices.Contains(after, pids[1]) {
		t.Errorf("workers %v, then %v", pids, after)
	}
	v := procpool.NewValue[int64](0)
	var fs []*procpool.Future[int]
	for range 3 {
		fs = append(fs, procpool.Submit(p, holdsUntil, v))
	}
	eventually(t, "all are busy", func() bool { return p.Stats().Running == 3 })
	for _, pid := range after {
		kill(int64(pid))
	}
	for _, f := range fs {
		_, err := f.Get()
		var died *procpool.WorkerDiedError
		if !errors.As(err, &died) || died.Signal != "killed" || died.OOM {
			t.Errorf("error %v", err)
		}
	}
	wantAlive(t, p)
}
