//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

var serialFuncs = []any{
	os.Getpid, serialIndex, serialRand, serialAdd, waitsForContext, initSerial, failsToInit, failsForMe,
	sumsSquares, changesItsArgument, failsTwice,
}

func serialIndex(int) int { i, _ := procpool.TaskIndex(); return i }
func serialRand(int) int  { return procpool.Rand().IntN(1 << 30) }

func serialAdd(v *procpool.Value[int]) int { return v.Add(1) }

func waitsForContext(ctx context.Context, n int) (int, error) {
	if n == 0 {
		return 0, nil
	}
	<-ctx.Done()
	return 0, ctx.Err()
}

func initSerial(v *procpool.Value[int]) { v.Add(100) }
func failsToInit()                      { panic("no way") }

func sumsSquares(xs []int) (sum int) {
	for _, x := range xs {
		sum += x * x
	}
	return sum
}

func changesItsArgument(xs []int) []int {
	xs[0] = -1
	return xs
}

func failsTwice(v *procpool.Value[int]) int {
	if n := v.Add(1); n < 3 {
		panic(fmt.Sprint("attempt ", n))
	}
	return 7
}

// Each case is the same for workers and for Serial.
var serialCases = []struct {
	name string
	run  func(p *procpool.Pool) string
}{
	{"C01 apply", func(p *procpool.Pool) string { return fmt.Sprint(p.Apply(square, 5)) }},
	{"C02 map", func(p *procpool.Pool) string {
		return fmt.Sprint(procpool.Map(p, square, upTo(100), procpool.ChunkSize(20)))
	}},
	{"C03 starmap", func(p *procpool.Pool) string { return fmt.Sprint(p.StarMap(fmt.Sprint, [][]any{{1, 2}, {"a"}})) }},
	{"C05 arguments that cannot cross", func(p *procpool.Pool) string {
		_, err := p.Apply(takesAnything, make(chan int))
		return fmt.Sprint(err)
	}},
	{"C06 results that cannot cross", func(p *procpool.Pool) string {
		_, err := p.Apply(returnsFunc, 1)
		var e *procpool.EncodeError
		return fmt.Sprint(errors.As(err, &e), e)
	}},
	{"C07 nothing", func(p *procpool.Pool) string { return fmt.Sprint(procpool.Map(p, square, nil)) }},
	{"C11 stream", func(p *procpool.Pool) string {
		var out []int
		for v, err := range procpool.Stream(p, square, slices.Values(upTo(1000))) {
			out = append(out, v)
			if err != nil {
				return err.Error()
			}
		}
		return fmt.Sprint(len(out), out[999])
	}},
	{"C13 stream after an error", func(p *procpool.Pool) string {
		var out []string
		for v, err := range procpool.Stream(p, failsOn, slices.Values(upTo(6))) {
			out = append(out, fmt.Sprint(v, err != nil))
		}
		return fmt.Sprint(out)
	}},
	{"C14 every element runs", func(p *procpool.Pool) string {
		out, err := procpool.Map(p, failsOn, upTo(8), procpool.ChunkSize(4))
		var e *procpool.TaskError
		var rp *procpool.RemotePanic
		return fmt.Sprint(out, errors.As(err, &e), e.Index, errors.As(err, &rp), rp.Value, strings.Contains(e.Stack, "failsOn"))
	}},
	{"C19 errors", func(p *procpool.Pool) string {
		_, err := p.Apply(failsForMe, 1)
		var task *procpool.TaskError
		return fmt.Sprint(errors.As(err, &task), task.Index, task.Func)
	}},
	{"D19 Goexit", func(p *procpool.Pool) string {
		_, err := p.Apply(runtimeGoexit)
		return err.Error()[strings.LastIndex(err.Error(), ": "):]
	}},
	{"D21 a soft timeout", func(p *procpool.Pool) string {
		out, err := procpool.TryMap(p, waitsForContext, []int{0, 1, 0}, procpool.Timeout(200*time.Millisecond))
		return fmt.Sprint(out, errors.Is(err, context.DeadlineExceeded))
	}},
	{"D21 a hard timeout", func(p *procpool.Pool) string {
		out, err := procpool.Map(p, nap, []time.Duration{0, 20 * time.Second, 0}, procpool.Timeout(300*time.Millisecond))
		return fmt.Sprint(out, errors.Is(err, context.DeadlineExceeded))
	}},
	{"D22 retry", func(p *procpool.Pool) string {
		return fmt.Sprint(procpool.Map(p, failsTwice, []*procpool.Value[int]{procpool.NewValue(0)}, procpool.Retry(3)))
	}},
	{"task index", func(p *procpool.Pool) string { return fmt.Sprint(procpool.Map(p, serialIndex, upTo(5))) }},
	{"random numbers", func(p *procpool.Pool) string {
		return fmt.Sprint(procpool.Map(p, serialRand, upTo(5), procpool.Seed(7)))
	}},
	{"arguments are copies", func(p *procpool.Pool) string {
		xs := [][]int{{1, 2}}
		out, err := procpool.Map(p, changesItsArgument, xs)
		return fmt.Sprint(xs, out, err)
	}},
	{"handles cross", func(p *procpool.Pool) string {
		v := procpool.NewValue(5)
		return fmt.Sprint(procpool.Map(p, serialAdd, []*procpool.Value[int]{v, v}, procpool.ChunkSize(2))) + fmt.Sprint(v.Load())
	}},
}

// Tests of Serial are not parallel: tasks run in this process, where TaskIndex is one for all.
func TestH09_serialIsAsWorkersAre(t *testing.T) {
	for _, c := range serialCases {
		t.Run(c.name, func(t *testing.T) {
			serial := procpool.NewPool(1, procpool.Serial())
			defer serial.Close()
			workers := procpool.NewPool(1)
			defer workers.Close()
			if got, want := c.run(serial), c.run(workers); got != want {
				t.Errorf("serial: %s\nworkers: %s", got, want)
			}
		})
	}
}

func TestSerialRunsHere(t *testing.T) {
	p := procpool.NewPool(4, procpool.Serial())
	defer p.Close()
	if pid, err := p.Apply(os.Getpid); pid != os.Getpid() || err != nil {
		t.Errorf("process %v, %v; this is %d", pid, err, os.Getpid())
	}
	if w := p.Workers(); len(w) != 1 || w[0].Name != "Serial" || w[0].PID != os.Getpid() {
		t.Errorf("workers %v, want this process", w)
	}
	out, err := procpool.Broadcast(p, os.Getpid)
	if fmt.Sprint(out) != fmt.Sprint([]int{os.Getpid()}) || err != nil {
		t.Errorf("broadcast %v, %v", out, err)
	}
	_, err = p.Apply(failsOn, 2)
	var task *procpool.TaskError
	if !errors.As(err, &task) || task.Worker != "Serial" || task.PID != os.Getpid() {
		t.Errorf("error %#v", err)
	}
}

func TestSerialInitializer(t *testing.T) {
	v := procpool.NewValue(0)
	p := procpool.NewPool(1, procpool.Serial(), procpool.Initializer(initSerial, v))
	defer p.Close()
	_, err := procpool.Map(p, square, upTo(3))
	check(t, err)
	if v.Load() != 100 {
		t.Errorf("the initializer has added %d", v.Load())
	}
	broken := procpool.NewPool(1, procpool.Serial(), procpool.Initializer(failsToInit))
	defer broken.Close()
	_, err = procpool.Map(broken, square, upTo(3))
	wantIs(t, err, procpool.ErrBroken)
	if !strings.Contains(err.Error(), "no way") {
		t.Errorf("error %v", err)
	}
}

func TestSerialLeavesWhatIsCancelled(t *testing.T) {
	p := procpool.NewPool(1, procpool.Serial())
	f := procpool.Submit(p, nap, 20*time.Second)
	next := procpool.Submit(p, square, 3)
	if !f.Cancel() {
		t.Error("there was nothing to cancel")
	}
	_, err := f.Get()
	wantIs(t, err, context.Canceled)
	if v, err := next.Get(); v != 9 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	f = procpool.Submit(p, nap, 20*time.Second)
	p.Terminate()
	_, err = f.Get()
	wantIs(t, err, procpool.ErrTerminated)
}
