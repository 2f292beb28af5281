package pyenv

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestPythonImportsWhatIsPinned(t *testing.T) {
	t.Parallel()
	python := Python(t, "jupyter_client", "jupyter_kernel_test", "nbclient", "papermill", "selenium")
	out, err := exec.Command(python, "-c", "import jupyter_client, jupyter_kernel_test, nbclient, papermill, selenium; print('ok')").CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "ok" {
		t.Fatalf("importing: %v\n%s", err, out)
	}
}

func TestPinned(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{
		"jupyter_client":          true,
		"Jupyter-Client":          true,
		"jupyter_client==0.0.0.0": false,
		"numpy":                   false,
	}
	for name, want := range cases {
		if got := pinned([]string{name}); got != want {
			t.Errorf("pinned(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestPrepareBuildsAnUnfinishedEnvironmentAgain(t *testing.T) {
	t.Parallel()
	system, _, err := systemPython()
	if err != nil {
		t.Skip(err)
	}
	dir := filepath.Join(t.TempDir(), "env")
	if err := os.MkdirAll(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	e := environment{dir: dir, system: system}
	python, err := e.prepare()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(python, "-m", "pip", "--version").CombinedOutput(); err != nil {
		t.Fatalf("running the interpreter: %v\n%s", err, out)
	}
	if !e.complete() {
		t.Error("a prepared environment is not marked complete")
	}
}

func TestFailureIsRemembered(t *testing.T) {
	t.Parallel()
	e := environment{dir: filepath.Join(t.TempDir(), "env"), system: filepath.Join(t.TempDir(), "no-python")}
	_, first := e.prepare()
	if first == nil {
		t.Fatal("an environment was made without an interpreter")
	}
	_, second := e.prepare()
	if second == nil || second.Error() != first.Error() {
		t.Errorf("second failure is %v, want the first one: %v", second, first)
	}
}
