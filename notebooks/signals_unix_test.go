//go:build unix

package notebooks

import (
	"bufio"
	"bytes"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A run that is interrupted, or killed, leaves no process behind: neither the kernel
// nor the session nor the worker that the cell has started.
func TestNoProcessOutlivesTheRun(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		signal syscall.Signal
		code   int
	}{
		{"when Ctrl-C is pressed", syscall.SIGINT, 1},
		{"when it is told to end", syscall.SIGTERM, 1},
		{"when it is killed", syscall.SIGKILL, -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cmd, pids, rest := startHanging(t)
			cmd.Process.Signal(test.signal)
			// Whoever holds the run's stdout is one of its processes.
			last := <-rest
			cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != test.code {
				t.Errorf("exit code %d, want %d; last output:\n%s", got, test.code, last)
			}
			for _, pid := range pids {
				waitGone(t, pid)
			}
		})
	}
}

// startHanging runs a notebook whose cell tells the ids of its session and of a
// process that it has started, and then waits for ever. rest gives what follows.
func startHanging(t *testing.T) (cmd *exec.Cmd, pids []int, rest <-chan string) {
	t.Helper()
	cmd = parago(t, "run", write(t, `
		func wait() { select {} }
		p := procpool.NewProcess(wait)
		p.Start()
		fmt.Println("PIDS", os.Getpid(), os.Getppid(), p.PID())
		p.Join()`))
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for pids == nil && lines.Scan() {
		if list, ok := strings.CutPrefix(lines.Text(), "PIDS "); ok {
			for _, f := range strings.Fields(list) {
				pid, err := strconv.Atoi(f)
				if err != nil {
					t.Fatal(err)
				}
				pids = append(pids, pid)
			}
		}
	}
	if len(pids) != 3 {
		cmd.Process.Kill()
		cmd.Wait()
		t.Fatalf("the cell has not told three process ids: %v\n%s", pids, &stderr)
	}
	ended := make(chan string, 1)
	go func() {
		var b strings.Builder
		for lines.Scan() {
			b.WriteString(lines.Text() + "\n")
		}
		ended <- b.String()
	}()
	return cmd, pids, ended
}

// waitGone waits for the end of a process that is not this one's child.
func waitGone(t *testing.T, pid int) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for tick := time.Tick(20 * time.Millisecond); syscall.Kill(pid, 0) == nil; {
		select {
		case <-deadline:
			t.Errorf("process %d is still there", pid)
			return
		case <-tick:
		}
	}
}
