//go:build unix

package procpool_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

// soakFuncs are what the workers of the soak test run.
var soakFuncs = []any{soaks, soaksLittle}

// soaks is a task of a millisecond or so.
func soaks(n int) int {
	time.Sleep(time.Duration(n%3) * time.Millisecond)
	return n * n
}

// soaksLittle is a task of some microseconds, so that chunks become large.
func soaksLittle(n int) int {
	for start := time.Now(); time.Since(start) < 5*time.Microsecond; {
	}
	return n * n
}

// A harasser sends signals to a pool's workers, one every 20 milliseconds.
type harasser struct {
	pool    *procpool.Pool
	stop    chan struct{}
	ended   sync.WaitGroup
	kills   int
	signals int
}

func harass(p *procpool.Pool) *harasser {
	h := &harasser{pool: p, stop: make(chan struct{})}
	h.ended.Add(1)
	go h.run()
	return h
}

func (h *harasser) run() {
	defer h.ended.Done()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-h.stop:
			return
		case <-tick.C:
		}
		workers := h.pool.Workers()
		if len(workers) == 0 {
			continue
		}
		pid := workers[rand.IntN(len(workers))].PID
		h.signals++
		switch rand.IntN(3) {
		case 0:
			syscall.Kill(pid, syscall.SIGKILL)
			h.kills++
		case 1:
			syscall.Kill(pid, syscall.SIGTERM)
			h.kills++
		default:
			syscall.Kill(pid, syscall.SIGSTOP)
			h.ended.Add(1)
			time.AfterFunc(10*time.Millisecond, func() {
				defer h.ended.Done()
				syscall.Kill(pid, syscall.SIGCONT)
			})
		}
	}
}

// end returns when no signal is to come any more, how many there were, and how many of them kill.
func (h *harasser) end() (signals, kills int) {
	close(h.stop)
	h.ended.Wait()
	return h.signals, h.kills
}

// resources are what a library may leak.
type resources struct{ descriptors, goroutines, zombies, shared int }

func (r resources) within(limit resources) bool {
	return r.descriptors <= limit.descriptors && r.goroutines <= limit.goroutines && r.zombies <= limit.zombies && r.shared <= limit.shared
}

func used() resources {
	shared, _ := os.ReadDir("/dev/shm")
	return resources{openFiles(), runtime.NumGoroutine(), zombies(), len(shared)}
}

// zombies counts ended children that nobody has waited for.
func zombies() (n int) {
	for _, pid := range children() {
		data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if bytes.Contains(data, []byte(") Z ")) {
			n++
		}
	}
	return n
}

// TestSoakEveryTaskHasOneOutcome runs tasks on four workers while a killer is about: each has one
// result or one *WorkerDiedError, and afterwards all is as it was. PROCPOOL_SOAK is how
// long it goes on, one round if it is not set.
func TestSoakEveryTaskHasOneOutcome(t *testing.T) {
	var atLeast time.Duration
	if s := os.Getenv("PROCPOOL_SOAK"); s != "" {
		var err error
		if atLeast, err = time.ParseDuration(s); err != nil {
			t.Fatal(err)
		}
	}
	soakRound(t, soaks, 500) // the spares that a process keeps are no growth
	before := used()
	rounds, deaths, signals := 0, 0, 0
	for start := time.Now(); rounds == 0 || time.Since(start) < atLeast; rounds++ {
		for _, round := range []struct {
			f func(int) int
			n int
		}{{soaks, 10_000}, {soaksLittle, 200_000}} {
			d, s := soakRound(t, round.f, round.n)
			deaths += d
			signals += s
		}
	}
	t.Logf("%d rounds, %d signals, %d tasks died", rounds, signals, deaths)
	// Tests beside this one, and spares that start, come and go.
	limit := resources{before.descriptors + 24, before.goroutines + 24, before.zombies, before.shared}
	eventually(t, "all is as it was", func() bool { return used().within(limit) })
}

// soakRound returns how many tasks have died, and how many signals were sent.
func soakRound(t *testing.T, f func(int) int, n int) (deaths, signals int) {
	t.Helper()
	p := procpool.NewPool(4)
	defer p.Close()
	h := harass(p)
	type outcome struct {
		out []int
		err error
	}
	got := make(chan outcome, 1)
	go func() {
		out, err := procpool.Map(p, f, upTo(n))
		got <- outcome{out, err}
	}()
	var o outcome
	select {
	case o = <-got:
	case <-time.After(2 * time.Minute):
		buf := make([]byte, 1<<20)
		t.Fatalf("it hangs: %+v\n%+v\n%s", p.Stats(), p.Workers(), buf[:runtime.Stack(buf, true)])
	}
	signals, kills := h.end()
	died := map[int]bool{}
	for _, e := range each(t, o.err) {
		var d *procpool.WorkerDiedError
		if !errors.As(e, &d) || d.Signal == "" {
			t.Errorf("task %d: %v", e.Index, e.Err)
		}
		if died[e.Index] {
			t.Errorf("task %d has two errors", e.Index)
		}
		died[e.Index] = true
	}
	for i, v := range o.out {
		if want := i * i; died[i] && v != 0 || !died[i] && v != want {
			t.Fatalf("result %d is %d, died: %v", i, v, died[i])
		}
	}
	if len(died) > kills {
		t.Errorf("%d tasks died of %d kills", len(died), kills)
	}
	if st := p.Stats(); st.Done+st.Failed != n || st.Failed != len(died) || st.Waiting+st.Running != 0 {
		t.Errorf("stats %+v after %d tasks, %d died", st, n, len(died))
	}
	wantAlive(t, p)
	return len(died), signals
}
