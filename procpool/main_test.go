//go:build unix

package procpool_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
	"github.com/parago/parago/procpool/embed"
)

// Everything that children of the tests run is registered here or in a test's init list.
func TestMain(m *testing.M) {
	procpool.Register(processFuncs...)
	procpool.Register(lifecycleFuncs...)
	procpool.Register(logFuncs...)
	procpool.Register(exampleProcessFuncs...)
	procpool.Register(poolFuncs...)
	procpool.Register(callsFuncs...)
	procpool.Register(crossingFuncs...)
	procpool.Register(typesFuncs...)
	procpool.Register(shownFuncs...)
	procpool.Register(serialFuncs...)
	procpool.Register(sharedFuncs...)
	procpool.Register(syncFuncs...)
	procpool.Register(actorFuncs...)
	procpool.Register(objectFuncs...)
	procpool.Register(failureFuncs...)
	procpool.Register(largeFuncs...)
	procpool.Register(progressFuncs...)
	procpool.Register(communicationFuncs...)
	procpool.Register(timelineFuncs...)
	procpool.Register(soakFuncs...)
	procpool.Register(chunkFuncs...)
	procpool.Register(errFuncs...)
	procpool.Register(exampleWorkersFuncs...)
	procpool.Register(workersFuncs...)
	procpool.Register(outputFuncs...)
	procpool.Register(foreignFuncs...)
	procpool.Register(append(holdsFuncs, wantFuncs...)...)
	procpool.Register(countsRuns)
	embed.Use(embed.Host{Output: capture.write, Origin: currentOrigin, Show: screen.show, Linker: &linker, Runner: &runner})
	procpool.Main()
	if r, w, err := os.Pipe(); err == nil { // the runtime opens its poller now
		r.Close()
		w.Close()
	}
	files := openFiles()
	code := m.Run()
	procpool.Shutdown(0)
	close(released)
	if code == 0 {
		code = leaks(files)
	}
	os.Exit(code)
}

func openFiles() int {
	names, _ := os.ReadDir("/proc/self/fd")
	return len(names)
}

// leaks reports what is left after Shutdown.
func leaks(files int) int {
	code := 0
	if left := children(); len(left) > 0 {
		fmt.Println("processes left:", left)
		code = 1
	}
	// Segments of shared memory stay open in the process that made them.
	if now := openFiles(); now > files+8 {
		fmt.Printf("%d descriptors open before the tests, %d after\n", files, now)
		code = 1
	}
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > 6 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > 6 {
		buf := make([]byte, 1<<20)
		fmt.Printf("%d goroutines left:\n%s", n, buf[:runtime.Stack(buf, true)])
		code = 1
	}
	return code
}

// children lists the processes that have this one as their parent.
func children() (pids []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		data, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		after := data[bytes.LastIndexByte(data, ')')+1:]
		fields := strings.Fields(string(after))
		if len(fields) > 1 && fields[1] == strconv.Itoa(os.Getpid()) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// capture is where the output of children goes.
var capture = &recorder{}

type recorder struct {
	mu      sync.Mutex
	stdout  []string
	all     [][2]string         // origin and chunk of stdout
	origins map[string][]string // of each chunk of stdout
	stderr  strings.Builder
}

func (r *recorder) write(origin string, stderr bool, p []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if stderr {
		r.stderr.Write(p)
		return
	}
	r.stdout = append(r.stdout, string(p))
	r.all = append(r.all, [2]string{origin, string(p)})
	if r.origins == nil {
		r.origins = map[string][]string{}
	}
	r.origins[string(p)] = append(r.origins[string(p)], origin)
}

// chunks returns the chunks of stdout that contain mark.
func (r *recorder) chunks(mark string) (out []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.stdout {
		if strings.Contains(s, mark) {
			out = append(out, s)
		}
	}
	return out
}

func (r *recorder) stderrText() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stderr.String()
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantIs(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

func gone(pid int) bool { return syscall.Kill(pid, 0) == syscall.ESRCH }

// eventually waits for what other processes do.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatalf("not within a minute: %s", what)
}

func runtimeGoexit() { runtime.Goexit() }

var uniques atomic.Int64

// unique returns mark with a number, so that a test can be run again.
func unique(mark string) string { return fmt.Sprintf("%s-%d-", mark, uniques.Add(1)) }
