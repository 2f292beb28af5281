//go:build unix

package command

import (
	"context"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/notebooks"
)

// Signals do to a kernel what Jupyter's messages do: SIGINT stops the cell and keeps
// the variables, SIGTERM ends the kernel. Not parallel: it sets the environment that
// startKernel's child inherits.
func TestSignalsToTheKernel(t *testing.T) {
	t.Setenv("PARAGO_TEST_BE_PARAGO", "1")
	t.Setenv("PARAGO_ENGINE", "interp") // which takes no minute to prepare
	// What is left of an interrupted cell reads the interpreter's frames, and with -race the report would
	// be the next cell's output. Races of the kernel itself are for the tests of its package.
	t.Setenv("GORACE", "log_path=/dev/null exitcode=0")
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	k, err := startKernel(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer k.stop()
	execute := func(source string, on func(notebooks.Content)) string {
		var out strings.Builder
		_, err := k.Execute(ctx, source, func(m notebooks.Message) {
			if on != nil && m.Type == "stream" {
				on(m.Content)
			}
			out.WriteString(m.Content.Text + m.Content.Ename)
		})
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		return out.String()
	}
	execute("n := 41", nil)
	out := execute(`n = 42; fmt.Println("begun"); for {}`, func(c notebooks.Content) {
		if strings.Contains(c.Text, "begun") {
			k.cmd.Process.Signal(syscall.SIGINT)
		}
	})
	if out != "begun\nInterrupted" {
		t.Errorf("the interrupted cell gave out %q", out)
	}
	if out := execute("fmt.Print(n)", nil); out != "42" {
		t.Errorf("afterwards n is %q, want 42", out)
	}
	k.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-k.ended.Done():
	case <-ctx.Done():
		t.Fatal("the kernel has not ended")
	}
	if !k.cmd.ProcessState.Success() {
		t.Errorf("after SIGTERM: %v", k.cmd.ProcessState)
	}
}

// A launcher may stand between Jupyter and the kernel, so the process to watch need
// not be the parent.
func TestWatchParentSeesTheEndOfAnyProcess(t *testing.T) {
	t.Parallel()
	other := exec.Command("cat")
	stdin, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	gone, err := watchParent(t.Context(), strconv.Itoa(other.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-gone:
		t.Fatal("the process is said to be gone while it is there")
	default:
	}
	stdin.Close()
	if err := other.Wait(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-gone:
	case <-time.After(30 * time.Second):
		t.Fatal("the end of the process has not been seen")
	}
}

func TestWatchParentReadsJupytersVariable(t *testing.T) {
	t.Parallel()
	for value, bad := range map[string]bool{"": false, "0": false, "x": true, "-3": true} {
		gone, err := watchParent(t.Context(), value)
		if gone != nil || (err != nil) != bad {
			t.Errorf("JPY_PARENT_PID=%s: watching %v, error %v", value, gone != nil, err)
		}
	}
}
