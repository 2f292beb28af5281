package native

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMissing(t *testing.T) {
	if _, err := FindToolchain(""); err != nil {
		t.Skip(err)
	}
	for _, test := range []struct {
		name  string
		set   func(t *testing.T)
		what  string
		whyIs string // part of it
	}{
		{"no go", func(t *testing.T) { t.Setenv("PATH", t.TempDir()) }, "a Go toolchain", "no go command"},
		{"an old go", func(t *testing.T) {
			fakeGo(t, `echo '{"GOVERSION": "go1.25.3", "GOOS": "x", "GOARCH": "x", "CC": "sh", "CGO_ENABLED": "1"}'`)
		}, "Go 1.26 or later", "go1.25.3"},
		{"a go that does not run", func(t *testing.T) { fakeGo(t, "echo no such library >&2; exit 1") }, "a Go toolchain", "no such library"},
		{"go for elsewhere", func(t *testing.T) { t.Setenv("GOOS", "windows") }, "Go for this machine", "windows"},
		{"no C compiler", func(t *testing.T) { t.Setenv("CC", "no-such-compiler -x") }, "a C compiler", "no-such-compiler is not on PATH"},
		{"no cgo", func(t *testing.T) { t.Setenv("CGO_ENABLED", "0") }, "cgo", "CGO_ENABLED is 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.set(t)
			_, err := findToolchain(os.Getenv, nil, "")
			missing(t, err, test.what, test.whyIs)
		})
	}
}

// Without a home there is no place for what Go compiles: that is not Go's fault.
func TestHomeMissing(t *testing.T) {
	if _, err := FindToolchain(""); err != nil {
		t.Skip(err)
	}
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "GOCACHE"} {
		t.Setenv(name, "")
	}
	_, err := findToolchain(os.Getenv, nil, "")
	missing(t, err, "a Go toolchain", "does not run")
	if !strings.Contains(err.Error(), "set HOME") {
		t.Errorf("got %v", err)
	}
}

func missing(t *testing.T, err error, what, why string) {
	t.Helper()
	m := (*Missing)(nil)
	if !errors.As(err, &m) || m.What != what || !strings.Contains(m.Why, why) || m.Remedy == "" {
		t.Errorf("got %#v, want %s: %s", err, what, why)
	}
}

// fakeGo puts a script called go first on PATH.
func fakeGo(t *testing.T, script string) {
	t.Helper()
	fake(t, "go", script)
}

func fake(t *testing.T, name, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// A compiler without the C library's headers is found only by using it.
func TestHeadersMissing(t *testing.T) {
	if _, err := FindToolchain(""); err != nil {
		t.Skip(err)
	}
	fake(t, "half-cc", "echo 'try.c:1:10: fatal error: stdlib.h: No such file or directory' >&2; exit 1")
	t.Setenv("CC", "half-cc")
	t.Setenv("CGO_ENABLED", "1")
	tc, err := FindToolchain("")
	if err != nil {
		t.Fatal(err)
	}
	p := place()
	p.Dirs = []string{t.TempDir()}
	_, err = tc.Prepare(context.Background(), p, nil)
	missing(t, err, "a C compiler that works", "stdlib.h")
	if left, _ := filepath.Glob(filepath.Join(p.Dirs[0], ".building-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestGoIsFoundWithoutPath(t *testing.T) {
	tc, err := FindToolchain("")
	if err != nil {
		t.Skip(err)
	}
	empty := func(string) string { return "" }
	if got, err := findGo(empty, []string{t.TempDir(), filepath.Dir(tc.Go)}); err != nil || got != tc.Go {
		t.Errorf("got %q, %v", got, err)
	}
	root := func(name string) string {
		if name == "GOROOT" {
			return filepath.Dir(filepath.Dir(tc.Go))
		}
		return ""
	}
	if got, err := findGo(root, nil); err != nil || got != tc.Go {
		t.Errorf("in GOROOT: got %q, %v", got, err)
	}
}
