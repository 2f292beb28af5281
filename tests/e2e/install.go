package e2e

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/parago/parago/tests/pyenv"
)

// An Installation is one installed Parago. Its fields are read-only.
type Installation struct {
	Binary string // the parago program
	Prefix string // where its kernelspec is: Prefix/share/jupyter/kernels
	Home   string // the user's home, empty at first
	Python string // an interpreter that can import what tests/pyenv pins; "" after Build
	Env    []string
	root   string // the source tree
}

// Install builds Parago and installs its kernel under a temporary prefix.
func Install(t testing.TB) *Installation {
	t.Helper()
	in := Build(t)
	in.WithPython(t)
	if out, err := in.Command("parago", "install", "--prefix", in.Prefix).CombinedOutput(); err != nil {
		t.Fatalf("parago install: %v\n%s", err, out)
	}
	return in
}

// WithPython adds a Python that has Jupyter, first on PATH.
func (in *Installation) WithPython(t testing.TB) {
	t.Helper()
	in.Python = pyenv.Python(t)
	in.Env = append(in.Env, "PATH="+filepath.Dir(in.Python)+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// Build builds Parago and gives it a home, but installs no kernel and needs no Python.
func Build(t testing.TB) *Installation {
	t.Helper()
	root := moduleRoot(t)
	cache, err := pyenv.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	in := &Installation{
		Binary: build(t, root, cache),
		Prefix: filepath.Join(dir, "prefix"),
		Home:   filepath.Join(dir, "home"),
		root:   root,
	}
	if err := os.Mkdir(in.Home, 0o755); err != nil {
		t.Fatal(err)
	}
	in.Env = in.environment(t, cache)
	return in
}

// Command is a command in the installation's environment and home. "parago" is the built binary.
func (in *Installation) Command(name string, args ...string) *exec.Cmd {
	if name == "parago" {
		name = in.Binary
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = in.Home
	cmd.Env = in.Env
	return cmd
}

// environment is this process's, with all of a user's own places moved to the temporary home.
func (in *Installation) environment(t testing.TB, cache string) []string {
	env := []string{
		"HOME=" + in.Home,
		"USERPROFILE=" + in.Home,
		"XDG_CACHE_HOME=" + filepath.Join(cache, "xdg"),
		"PARAGO_CACHE=" + cache,
		"JUPYTER_PATH=" + filepath.Join(in.Prefix, "share", "jupyter"),
		"JUPYTER_PLATFORM_DIRS=0",
		"PYTHONDONTWRITEBYTECODE=1",
	}
	for _, name := range []string{"GOPATH", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatalf("asking go for %s: %v", name, err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(out)))
	}
	var rest []string
	for _, kv := range os.Environ() {
		if !personal(kv) {
			rest = append(rest, kv)
		}
	}
	return append(rest, env...)
}

// personal reports whether a variable points to places of the user who runs the tests.
func personal(variable string) bool {
	for _, prefix := range []string{"JUPYTER_", "IPYTHON", "XDG_", "PARAGO_HOME"} {
		if strings.HasPrefix(variable, prefix) {
			return true
		}
	}
	return false
}

func moduleRoot(t testing.TB) string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/parago/parago").Output()
	if err != nil {
		t.Fatalf("finding the source tree: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// build makes the binary. A second build of the same sources only looks and is done.
func build(t testing.TB, root, cache string) string {
	binary := filepath.Join(cache, fmt.Sprintf("build-%.8x", sha256.Sum256([]byte(root))), "parago")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	unlock, err := pyenv.Lock(binary + ".lock")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	cmd := exec.Command("go", "build", "-o", binary, ".")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}
