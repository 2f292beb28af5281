//go:build linux

package procpool_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

// Who waits for a single call reads its result, and nobody reads between two such calls. What else a worker has to say is
// heard all the same.

// called makes a pool of one worker that has done some calls, each of which somebody waited for.
func called(t *testing.T) *procpool.Pool {
	p := newPool(t, 1)
	for i := range 5 {
		if got, err := procpool.Submit(p, square, i).Get(); got != i*i || err != nil {
			t.Fatalf("%d, %v", got, err)
		}
	}
	return p
}

func TestDirectResultThatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	for range 20 {
		p := called(t)
		f := procpool.Submit(p, square, 7)
		eventually(t, "a result", func() bool { return f.State() == procpool.Done })
		g, got := procpool.Submit(p, square, 8), make(chan int, 1)
		g.OnDone(func(n int, _ error) { got <- n })
		<-got
		<-procpool.Submit(p, square, 9).Done()
	}
}

func TestDirectWorkerThatDiesIdle(t *testing.T) {
	t.Parallel()
	for range 20 {
		p := called(t)
		check(t, syscall.Kill(p.Workers()[0].PID, syscall.SIGKILL))
		eventually(t, "its death is known", func() bool { return p.Stats().Died == 1 })
		if got, err := procpool.Submit(p, square, 4).Get(); got != 16 || err != nil {
			t.Fatalf("%d, %v", got, err)
		}
	}
}

func TestDirectWorkerThatIsStopped(t *testing.T) {
	t.Parallel()
	p := called(t)
	pid := p.Workers()[0].PID
	check(t, syscall.Kill(pid, syscall.SIGSTOP))
	eventually(t, "it has stopped", func() bool {
		data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return bytes.Contains(data, []byte(") T "))
	})
	f := procpool.Submit(p, square, 4)
	over := make(chan error)
	go func() {
		_, err := f.Get()
		over <- err
	}()
	time.Sleep(10 * time.Millisecond) // so that it reads, most likely
	if !f.Cancel() {
		t.Error("there was nothing to cancel")
	}
	wantIs(t, <-over, procpool.ErrCanceled)
	syscall.Kill(pid, syscall.SIGCONT)
	if got, err := procpool.Submit(p, square, 5).Get(); got != 25 || err != nil {
		t.Errorf("%d, %v", got, err)
	}
}

func TestDirectAmongOthers(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	over := make(chan error)
	for n := range 6 {
		go func() {
			for i := range 300 {
				var err error
				switch (n + i) % 3 {
				case 0:
					_, err = procpool.Submit(p, square, i).Get()
				case 1:
					_, err = procpool.Submit(p, square, i).GetTimeout(time.Minute)
				default:
					ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
					_, err = procpool.Submit(p, square, i).GetContext(ctx)
					cancel()
				}
				if err != nil {
					over <- err
					return
				}
			}
			over <- nil
		}()
	}
	for range 6 {
		check(t, <-over)
	}
}

func TestDirectNotAfterItsContext(t *testing.T) {
	t.Parallel()
	p, ran := called(t), procpool.NewValue(0)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 100 {
		_, err := procpool.Submit(p.WithContext(ctx), countsRuns, ran).Get()
		wantIs(t, err, context.Canceled)
	}
	if n := ran.Load(); n != 0 {
		t.Errorf("it has run %d times", n)
	}
}
