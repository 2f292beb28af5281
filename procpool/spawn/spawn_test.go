//go:build unix

package spawn_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool/spawn"
)

// roles are what the test binary does as a child.
var roles = map[string]func(control spawn.Conn){
	"echo": func(control spawn.Conn) { // writes each line it is sent, then answers
		in := bufio.NewScanner(control)
		for in.Scan() {
			fmt.Println(in.Text())
			fmt.Fprintln(control, "done")
		}
		spawn.Orphaned()
	},
	"writes": func(spawn.Conn) {
		for i := range 1000 {
			os.Stdout.WriteString(strings.Repeat(string(rune('a'+i%26)), i%97+1))
		}
		os.Stderr.Write(bytes.Repeat([]byte("x"), 1<<20))
	},
	"exit3":    func(spawn.Conn) { os.Exit(3) },
	"selfkill": func(spawn.Conn) { syscall.Kill(os.Getpid(), syscall.SIGKILL) },
	"grandchild": func(control spawn.Conn) {
		cmd := exec.Command("sleep", "60")
		cmd.Stdout = os.Stdout // holds the pipe open
		if err := cmd.Start(); err != nil {
			os.Exit(9)
		}
		fmt.Fprintln(control, cmd.Process.Pid)
		io.Copy(io.Discard, control)
		spawn.Orphaned()
	},
	"leaves": func(control spawn.Conn) {
		cmd := exec.Command("sleep", "60")
		cmd.Stdout = os.Stdout
		if err := cmd.Start(); err != nil {
			os.Exit(9)
		}
		fmt.Fprintln(control, cmd.Process.Pid)
	},
	"parent": func(control spawn.Conn) { // has a child of its own, and is killed
		c := start(nil, "grandchild", nil)
		pid, _ := bufio.NewReader(c.Control()).ReadString('\n')
		fmt.Fprintln(control, c.PID(), strings.TrimSpace(pid))
		io.Copy(io.Discard, control)
		spawn.Orphaned()
	},
}

func TestMain(m *testing.M) {
	role := os.Getenv("SPAWN_TEST_ROLE")
	if role == "" {
		if r, w, err := os.Pipe(); err == nil { // the runtime opens its poller now
			r.Close()
			w.Close()
		}
		before := openFiles()
		code := m.Run()
		if after := openFiles(); code == 0 && after > before {
			fmt.Printf("%d descriptors open before the tests, %d after\n", before, after)
			code = 1
		}
		os.Exit(code)
	}
	control, err := spawn.Parent()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	roles[role](control)
}

func openFiles() int {
	names, _ := os.ReadDir("/dev/fd")
	return len(names)
}

// start runs this binary in the given role.
func start(t *testing.T, role string, output func(bool, []byte)) *spawn.Child {
	exe, err := os.Executable()
	if err != nil {
		panic(err)
	}
	c, err := spawn.Start(spawn.Command{
		Args:   []string{exe},
		Env:    append(os.Environ(), "SPAWN_TEST_ROLE="+role),
		Output: output,
	})
	if err != nil {
		panic(err)
	}
	if t != nil {
		t.Cleanup(func() {
			c.Kill()
			<-c.Done()
			c.Control().Close()
		})
	}
	return c
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		role string
		code int
	}{{"exit3", 3}, {"selfkill", -9}, {"writes", 0}} {
		t.Run(c.role, func(t *testing.T) {
			t.Parallel()
			child := start(t, c.role, nil)
			if _, ended := child.ExitCode(); ended && c.role == "writes" {
				t.Log("ended already")
			}
			<-child.Done()
			if code, _ := child.ExitCode(); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
		})
	}
}

func TestEveryWriteIsAChunkAndNoneIsLost(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var out []string
	var stderr int
	c := start(t, "writes", func(isErr bool, p []byte) {
		mu.Lock()
		defer mu.Unlock()
		if isErr {
			stderr += len(p)
			return
		}
		out = append(out, string(p))
	})
	<-c.Done()
	if stderr != 1<<20 {
		t.Errorf("%d bytes of stderr, want %d", stderr, 1<<20)
	}
	if len(out) != 1000 {
		t.Fatalf("%d chunks for 1000 writes", len(out))
	}
	for i, s := range out {
		if want := strings.Repeat(string(rune('a'+i%26)), i%97+1); s != want {
			t.Fatalf("chunk %d is %q, want %q", i, s, want)
		}
	}
}

func TestDrainComesAfterAllThatWasWritten(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var last string
	c := start(t, "echo", func(_ bool, p []byte) {
		mu.Lock()
		defer mu.Unlock()
		last = string(p)
	})
	answers := bufio.NewReader(c.Control())
	for i := range 2000 {
		fmt.Fprintln(c.Control(), i)
		if _, err := answers.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		c.Drain()
		mu.Lock()
		if last != strconv.Itoa(i)+"\n" {
			t.Fatalf("after Drain the last output is %q, want %d", last, i)
		}
		mu.Unlock()
	}
}

func TestKillTakesGrandchildrenAlong(t *testing.T) {
	t.Parallel()
	c := start(t, "grandchild", nil)
	pid := readPID(t, bufio.NewReader(c.Control()))
	c.Kill()
	<-c.Done()
	waitGone(t, pid)
}

func TestDoneDoesNotWaitForGrandchildren(t *testing.T) {
	t.Parallel()
	c := start(t, "leaves", nil)
	pid := readPID(t, bufio.NewReader(c.Control()))
	<-c.Done()
	waitGone(t, pid)
}

func TestAClosedConnectionEndsTheChild(t *testing.T) {
	t.Parallel()
	c := start(t, "grandchild", nil)
	pid := readPID(t, bufio.NewReader(c.Control()))
	c.Stop(10 * time.Second)
	waitGone(t, pid)
}

func TestChildrenDieWithTheirParent(t *testing.T) {
	t.Parallel()
	c := start(t, "parent", nil)
	line, err := bufio.NewReader(c.Control()).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var child, grandchild int
	fmt.Sscan(line, &child, &grandchild)
	syscall.Kill(c.PID(), syscall.SIGKILL) // only this one
	waitGone(t, child)
	waitGone(t, grandchild)
}

func TestAChildStartedByHandSaysSo(t *testing.T) {
	t.Parallel()
	for _, cookie := range []string{"", "PROCPOOL_PARENT=1"} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "SPAWN_TEST_ROLE=echo", cookie)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "started by hand") {
			t.Errorf("with %q: %v, %q", cookie, err, out)
		}
	}
}

func TestStartOfNothing(t *testing.T) {
	if _, err := spawn.Start(spawn.Command{Args: []string{"/nonexistent/program"}}); err == nil || !strings.Contains(err.Error(), "/nonexistent/program") {
		t.Errorf("error %v", err)
	}
	if _, err := spawn.Start(spawn.Command{}); err == nil {
		t.Error("no error without a command")
	}
}

func readPID(t *testing.T, r *bufio.Reader) int {
	t.Helper()
	line, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// waitGone waits until pid is no more, or only a zombie of somebody else's.
func waitGone(t *testing.T, pid int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || bytes.Contains(stat, []byte(") Z ")) {
			if err := syscall.Kill(pid, 0); err != nil || len(stat) > 0 {
				return
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("process %d is still there", pid)
}
