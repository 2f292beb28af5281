package procpool_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

// workersLinuxFuncs are those that only Linux has a use for.
var workersLinuxFuncs = []any{cpuLines, countCPUs, fillsUpGroup, privateMemory, smallObjects, manyGoroutines, manyThreads, oneLargeSlice}

func init() { workersFuncs = append(workersFuncs, workersLinuxFuncs...) }

// cpuLines returns what the system says about the processors of this process's threads, and how many
// Go uses.
func cpuLines() []string {
	files, _ := filepath.Glob("/proc/self/task/*/status")
	var out []string
	for _, name := range files {
		data, _ := os.ReadFile(name)
		for line := range strings.Lines(string(data)) {
			if list, ok := strings.CutPrefix(line, "Cpus_allowed_list:"); ok {
				out = append(out, strings.TrimSpace(list))
			}
		}
	}
	slices.Sort(out)
	return append(slices.Compact(out), fmt.Sprint(procpool.CPUCount()))
}

func TestCPUsPinsEveryThread(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2, procpool.CPUs([]int{0}))
	for range 2 {
		out, err := procpool.Broadcast(p, cpuLines)
		check(t, err)
		for _, lines := range out {
			if !slices.Equal(lines, []string{"0", "1"}) {
				t.Errorf("processors %q", lines)
			}
		}
	}
	here := cpuLines()
	if slices.Equal(here, []string{"0", "1"}) {
		t.Skip("this machine has one processor for us")
	}
	q := newPool(t, 2, procpool.CPUs([]int{0}, []int{1}))
	out, err := procpool.Broadcast(q, cpuLines)
	check(t, err)
	if out[0][0] == out[1][0] {
		t.Errorf("both workers have processor %s", out[0][0])
	}
}

func countCPUs() int { return procpool.CPUCount() }

// TestH12_cpuCount asks a process that may use one processor, and one that GOMAXPROCS bounds.
func TestH12_cpuCount(t *testing.T) {
	t.Parallel()
	pinned := newPool(t, 1, procpool.CPUs([]int{0}))
	f := procpool.NewPool(1, procpool.PoolEnv("GOMAXPROCS=3"))
	defer f.Close()
	for p, want := range map[*procpool.Pool]int{pinned: 1, f: 3} {
		if out, err := procpool.Broadcast(p, countCPUs); err != nil || out[0] != want {
			t.Errorf("%v processors, want %d: %v", out, want, err)
		}
	}
	// A program that starts pinned: what a pinned worker starts is.
	out, err := procpool.Map(pinned, poolSizeInside, []int{0})
	if err != nil || out[0] != 1 {
		t.Errorf("%v, %v", out, err)
	}
}

func TestD20_hardMemoryLimit(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2, procpool.HardMemoryLimit(700<<20))
	out, err := procpool.Map(p, fillMemory, []int{20 << 20, 2 << 30, 20 << 20})
	var died *procpool.WorkerDiedError
	if !errors.As(err, &died) || !died.OOM || !strings.Contains(err.Error(), ": out of memory") || died.ExitCode == 0 && died.Signal == "" {
		t.Errorf("error %v", err)
	}
	if out[0] < 20 || out[2] < 20 {
		t.Errorf("results %v", out)
	}
	q := newPool(t, 1, procpool.HardMemoryLimit(1<<20)) // not enough for anything
	_, err = procpool.Map(q, square, []int{1})
	wantIs(t, err, procpool.ErrBroken)
	if !strings.Contains(err.Error(), "HardMemoryLimit(1048576)") {
		t.Errorf("error %v", err)
	}
}

// These need memory without end, each another part of Go's runtime, which gives up in other words.
func smallObjects(int) int {
	for {
		leaked = append(leaked, make([]byte, 16))
	}
}

func manyGoroutines(int) int {
	for {
		go func() {
			deepCall(50)
			select {}
		}()
	}
}

func deepCall(n int) int {
	var frame [100]int
	if n == 0 {
		return 0
	}
	frame[n] = deepCall(n - 1)
	return frame[n/2]
}

func manyThreads(int) int {
	for {
		go time.Sleep(time.Hour)
		fillMemory(1 << 20)
	}
}

func oneLargeSlice(gigabytes int) int {
	leaked = append(leaked, make([]byte, gigabytes<<30))
	return len(leaked)
}

// privateMemory is what HardMemoryLimit counts, in bytes.
func privateMemory(pid string) (bytes int64) {
	status, _ := os.ReadFile("/proc/" + pid + "/status")
	_, rest, _ := strings.Cut(string(status), "VmData:")
	fmt.Sscan(rest, &bytes)
	return bytes << 10
}

// TestD20_whateverNeedsTheMemory sees that OOM is set in whatever words the runtime says it, and
// also if nobody is shown them.
func TestD20_whateverNeedsTheMemory(t *testing.T) {
	t.Parallel()
	unlimited := newPool(t, 1)
	has, err := procpool.Map(unlimited, privateMemory, []string{"self"})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(int) int{
		"small objects": smallObjects, "goroutines": manyGoroutines, "threads": manyThreads, "a slice": oneLargeSlice,
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, 1, procpool.HardMemoryLimit(2*has[0]+100<<20))
			_, err := procpool.Map(p, f, []int{4}, procpool.Output(procpool.Discarded))
			var died *procpool.WorkerDiedError
			if !errors.As(err, &died) || !died.OOM {
				t.Errorf("error %v", err)
			}
		})
	}
}

// fillsUpGroup moves this process into a control group of so many bytes, then has a worker need
// more. It returns the error.
func fillsUpGroup(group string) string {
	failed := func(err error) string { return "failed: " + err.Error() }
	if err := os.WriteFile(group+"/cgroup.procs", fmt.Append(nil, os.Getpid()), 0); err != nil {
		return failed(err)
	}
	p := procpool.NewPool(1)
	defer p.Close()
	if _, err := procpool.Map(p, square, []int{1}); err != nil {
		return failed(err)
	}
	_, err := procpool.Map(p, fillMemory, []int{1 << 30})
	var died *procpool.WorkerDiedError
	if !errors.As(err, &died) {
		return failed(fmt.Errorf("error %v", err))
	}
	_, after := procpool.Map(p, square, []int{1})
	return fmt.Sprint(died.OOM, " ", died.Signal, " ", strings.Contains(err.Error(), ": out of memory"), " ", after)
}

func TestD20_theSystemKillsForMemory(t *testing.T) {
	group, limit := "/sys/fs/cgroup/memory/procpool-test-", "memory.limit_in_bytes"
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.controllers"); err == nil {
		group, limit = "/sys/fs/cgroup/procpool-test-", "memory.max"
	}
	group += fmt.Sprint(os.Getpid())
	if err := os.Mkdir(group, 0o755); err != nil {
		t.Skip("no control group can be made here: ", err)
	}
	defer eventually(t, "the group is empty", func() bool { return os.Remove(group) == nil })
	if err := os.WriteFile(filepath.Join(group, limit), []byte("268435456"), 0); err != nil {
		t.Skip("the control group takes no limit: ", err)
	}
	if swap := filepath.Join(group, "memory.swap.max"); limit == "memory.max" {
		os.WriteFile(swap, []byte("0"), 0)
	}
	p := procpool.NewPool(1)
	defer p.Close()
	out, err := procpool.Submit(p, fillsUpGroup, group).GetTimeout(time.Minute)
	if err != nil || out != "true killed true <nil>" {
		t.Errorf("%q, %v", out, err)
	}
}
