//go:build unix

package command

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// lab gives JupyterLab the arguments that are not its own, a folder to open if there is
// none among them, and a JUPYTER_PATH that leads to a kernel which it has installed.
func TestLabStartsJupyterLab(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, args, want string }{
		{"with the notebooks folder", "--no-browser", "--no-browser notebooks"},
		{"with a folder of the user's", "--port=1 kernelspec", "--port=1 kernelspec"},
		{"with what follows two dashes", "-- --setup", "--setup notebooks"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			venv := fakeJupyterLab(t, `echo "args: $*"; echo "path: $JUPYTER_PATH"`)
			cmd := parago(t, append([]string{"lab", "--venv=" + venv}, strings.Fields(test.args)...)...)
			cmd.Env = append(cmd.Env, "JUPYTER_PATH=/more")
			code, stdout, stderr := outcome(t, cmd)
			if code != 0 || !strings.Contains(stdout, "args: "+test.want+"\n") {
				t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
			}
			_, line, _ := strings.Cut(stdout, "path: ")
			data, ok := strings.CutSuffix(strings.TrimSpace(line), ":/more")
			if _, err := os.Stat(filepath.Join(data, "kernels", "parago", "kernel.json")); !ok || err != nil {
				t.Errorf("JUPYTER_PATH %q: %v", line, err)
			}
			if !strings.Contains(stdout, "The kernel is in "+data) {
				t.Errorf("lab does not say where the kernel is:\n%s", stdout)
			}
		})
	}
}

func TestLabTellsHowJupyterLabEnded(t *testing.T) {
	t.Parallel()
	code, _, stderr := outcome(t, parago(t, "lab", "--venv", fakeJupyterLab(t, "exit 3")))
	if code != 1 || !strings.Contains(stderr, "exit status 3") {
		t.Errorf("exit code %d, stderr %s", code, stderr)
	}
}

// Ctrl-C is JupyterLab's to answer, a signal to end is passed on.
func TestLabLeavesCtrlCToJupyterLab(t *testing.T) {
	t.Parallel()
	cmd := parago(t, "lab", "--venv", fakeJupyterLab(t, `trap 'echo ended; exit 0' TERM; echo ready; while :; do sleep 0.1; done`))
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last := ""
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if last = lines.Text(); last == "ready" {
			cmd.Process.Signal(syscall.SIGINT)
			cmd.Process.Signal(syscall.SIGTERM)
		}
	}
	if err := cmd.Wait(); err != nil || last != "ended" {
		t.Errorf("JupyterLab's last word was %q; parago ended with %v", last, err)
	}
}

func TestLabSaysHowToGetJupyterLab(t *testing.T) {
	t.Parallel()
	cmd := parago(t, "lab")
	cmd.Env = append(cmd.Env, "PATH="+t.TempDir())
	code, _, stderr := outcome(t, cmd)
	if code != 1 || !strings.Contains(stderr, "parago lab --setup") || !strings.Contains(stderr, "pip install jupyterlab") {
		t.Errorf("exit code %d, stderr %s", code, stderr)
	}
	cmd = parago(t, "lab", "--setup")
	cmd.Env = append(cmd.Env, "PATH="+t.TempDir())
	if code, _, stderr = outcome(t, cmd); code != 1 || !strings.Contains(stderr, "needs python3") {
		t.Errorf("--setup without Python: exit code %d, stderr %s", code, stderr)
	}
}

// fakeJupyterLab makes a Python environment that holds only a script.
func fakeJupyterLab(t *testing.T, script string) string {
	t.Helper()
	venv := t.TempDir()
	program := inVenv(venv, "jupyter-lab")
	if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return venv
}
