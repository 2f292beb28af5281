package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parago/parago/interp/native"
	"github.com/parago/parago/tests/pyenv"
)

// Install prepares to compile cells, and doctor says that it has. The preparation is
// shared with other tests, as it takes a minute.
func TestInstallPreparesToCompile(t *testing.T) {
	t.Parallel()
	if _, err := native.FindToolchain(""); err != nil {
		t.Skip(err)
	}
	cache, err := pyenv.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	cmd := parago(t, "install")
	// The home is an empty one, but the go command's cache need not be.
	cmd.Env = append(cmd.Env, "PARAGO_ENGINE=", "PARAGO_CACHE="+cache, "GOCACHE="+goEnv(t, "GOCACHE"))
	if code, stdout, stderr := outcome(t, cmd); code != 0 || strings.Contains(stderr, "interpreted") {
		t.Fatalf("install: exit code %d\n%s%s", code, stdout, stderr)
	}
	doctor := parago(t, "doctor")
	doctor.Env = cmd.Env
	if code, stdout, stderr := outcome(t, doctor); code != 0 || !strings.Contains(stdout, "prepared for go") {
		t.Errorf("doctor: exit code %d\n%s%s", code, stdout, stderr)
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	code, stdout, stderr := outcome(t, exec.Command("go", "env", name))
	if code != 0 {
		t.Fatal(stderr)
	}
	return strings.TrimSpace(stdout)
}

// A machine that cannot compile cells is told what it lacks, and gets a kernel all the same.
func TestInstallWithoutToolchain(t *testing.T) {
	t.Parallel()
	cmd := parago(t, "install")
	cmd.Env = append(cmd.Env, "PARAGO_ENGINE=", "CGO_ENABLED=0")
	code, stdout, stderr := outcome(t, cmd)
	if code != 0 || !strings.Contains(stdout, "kernel.json\n") || !strings.Contains(stderr, "Cells will be interpreted") {
		t.Errorf("install: exit code %d\n%s%s", code, stdout, stderr)
	}
}

// What was built beside the program goes with it.
func TestUninstallRemovesHosts(t *testing.T) {
	t.Parallel()
	prefix := t.TempDir()
	if code, _, stderr := outcome(t, parago(t, "install", "--prefix", prefix)); code != 0 {
		t.Fatal(stderr)
	}
	dir := filepath.Join(prefix, "share", "jupyter", "kernels", "parago")
	if err := os.MkdirAll(filepath.Join(dir, "hosts", "go1.0-x"), 0o755); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := outcome(t, parago(t, "uninstall", "--prefix", prefix)); code != 0 || !strings.Contains(stdout, "removed "+dir+"\n") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Errorf("%s is still there", dir)
	}
}

func TestPlaceOfHosts(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	for dir, want := range map[string]bool{home: true, filepath.Join(home, "a"): true, filepath.Dir(home): false, home + "x": false} {
		if got := atHome(dir); got != want {
			t.Errorf("atHome(%q) = %v with home %s", dir, got, home)
		}
	}
}
