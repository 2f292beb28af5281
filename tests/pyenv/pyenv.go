package pyenv

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

//go:embed requirements.txt
var requirements string

// Python returns the path of a Python interpreter that can import the given PyPI packages.
// A package is a requirement as pip takes it, such as "nbclient" or "dask==2025.1.0".
// The first call may take a minute; the test waits.
func Python(t testing.TB, packages ...string) string {
	t.Helper()
	python, err := find(packages)
	if err == nil {
		return python
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("preparing Python: %v", err)
	}
	t.Skipf("preparing Python: %v", err)
	return ""
}

// Script returns the path of a program that a package has put beside python, such as "jupyter".
func Script(python, name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(filepath.Dir(python), name)
}

// Find is Python for programs that are no tests. Its error says what is missing.
func Find(packages ...string) (string, error) { return find(packages) }

func find(packages []string) (string, error) {
	system, version, err := systemPython()
	if err != nil {
		return "", err
	}
	wanted := requirements
	if !pinned(packages) {
		wanted = strings.Join(slices.Sorted(slices.Values(packages)), "\n")
	}
	cache, err := CacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(version + "\n" + wanted))
	env := environment{dir: filepath.Join(cache, fmt.Sprintf("python-%x", sum[:8])), system: system, requirements: wanted}
	return env.prepare()
}

// CacheDir is the folder that tests keep costly things in between runs.
func CacheDir() (string, error) {
	if dir := os.Getenv("PARAGO_TEST_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding the cache folder (PARAGO_TEST_CACHE can name one): %w", err)
	}
	return filepath.Join(dir, "parago-tests"), nil
}

// systemPython finds the interpreter that environments are made with, and what tells it from others.
func systemPython() (path, version string, err error) {
	for _, name := range []string{"python3", "python"} {
		path, err = exec.LookPath(name)
		if err != nil {
			continue
		}
		var out []byte
		out, err = exec.Command(path, "-c", "import sys; assert sys.version_info >= (3, 10), 'Python 3.10 or newer is needed'; print(sys.version, sys.prefix)").CombinedOutput()
		if err == nil {
			return path, string(out), nil
		}
		err = fmt.Errorf("asking %s for its version: %w\n%s", path, err, out)
	}
	return "", "", fmt.Errorf("a Python interpreter (python3) is needed on PATH: %w", err)
}

// pinned reports whether requirements.txt has all of packages.
func pinned(packages []string) bool {
	for _, p := range packages {
		if !slices.ContainsFunc(strings.Split(requirements, "\n"), func(line string) bool { return satisfies(line, p) }) {
			return false
		}
	}
	return true
}

func satisfies(pin, wanted string) bool {
	pin, wanted = normalize(pin), normalize(wanted)
	name, _, ok := strings.Cut(pin, "==")
	return ok && (wanted == pin || wanted == name)
}

// normalize spells a name as PyPI compares names.
func normalize(requirement string) string {
	return strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(strings.TrimSpace(requirement)))
}
