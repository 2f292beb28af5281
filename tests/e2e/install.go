package e2e

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/parago/parago/tests/pyenv"
)

// An Installation is one installed Parago. Its fields are read-only.
type Installation struct {
	Binary string // the parago program
	Prefix string // where its kernelspec is: Prefix/share/jupyter/kernels
	Home   string // the user's home, empty at first
	Python string // an interpreter that can import what tests/pyenv pins; "" after Build
	Root   string // the source tree
	Env    []string
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
	b, err := built()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	in := &Installation{
		Binary: b.binary,
		Prefix: filepath.Join(dir, "prefix"),
		Home:   filepath.Join(dir, "home"),
		Root:   b.root,
	}
	if err := os.Mkdir(in.Home, 0o755); err != nil {
		t.Fatal(err)
	}
	in.Env = in.environment(b)
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
func (in *Installation) environment(b product) []string {
	env := []string{
		"HOME=" + in.Home,
		"USERPROFILE=" + in.Home,
		"XDG_CACHE_HOME=" + filepath.Join(b.cache, "xdg"),
		"PARAGO_CACHE=" + b.cache,
		"JUPYTER_PATH=" + filepath.Join(in.Prefix, "share", "jupyter"),
		"JUPYTER_PLATFORM_DIRS=0",
		"PYTHONDONTWRITEBYTECODE=1",
	}
	var rest []string
	for _, kv := range os.Environ() {
		if !personal(kv) {
			rest = append(rest, kv)
		}
	}
	return slices.Concat(rest, env, b.goEnv)
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

// A product is what the installations of one test process share.
type product struct {
	root, cache string
	binary      string
	goEnv       []string // where the go command has its things; a temporary home would move them
}

// built builds the binary, once a process. Another process's build of the same sources only
// looks and is done.
var built = sync.OnceValues(func() (b product, err error) {
	if b.cache, err = pyenv.CacheDir(); err != nil {
		return b, err
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/parago/parago").Output()
	if err != nil {
		return b, fmt.Errorf("finding the source tree: %w", err)
	}
	b.root = strings.TrimSpace(string(out))
	names := []string{"GOPATH", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS"}
	out, err = exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		return b, fmt.Errorf("asking go for its environment: %w", err)
	}
	for i, value := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
		b.goEnv = append(b.goEnv, names[i]+"="+value)
	}
	b.binary, err = build(b.root, b.cache)
	return b, err
})

func build(root, cache string) (string, error) {
	binary := filepath.Join(cache, fmt.Sprintf("build-%.8x", sha256.Sum256([]byte(root))), "parago")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	unlock, err := pyenv.Lock(binary + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	cmd := exec.Command("go", "build", "-o", binary, ".")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
}
