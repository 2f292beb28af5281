package native

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// oldest is the Go that the packages which a host is made of are written for.
const oldest = "go" + Language

// A Toolchain is a Go toolchain that can build plugins here. It does not change.
type Toolchain struct {
	Go      string   // the go command
	Version string   // "go1.26.8"
	Note    string   // why it is not the one that a module asks for; "" if it is
	CC      []string // the C compiler, which links plugins, with its arguments

	env map[string]string // what `go env` says
}

// FindToolchain looks for a Go toolchain that can build plugins: the one that the go command
// uses in a folder. If there is none, the error is a *Missing. It runs the go command once and
// takes some milliseconds, unless the go command has to fetch a toolchain first.
func FindToolchain(dir string) (*Toolchain, error) {
	home, _ := os.UserHomeDir() // without one there are some places less
	return findToolchain(os.Getenv, usualPlaces(home), dir)
}

// usualPlaces are where Go is installed. A kernel that a desktop has started often has a
// PATH without them.
func usualPlaces(home string) []string {
	places := []string{"/usr/local/go/bin", "/usr/lib/go/bin", "/opt/homebrew/bin", "/opt/go/bin", "/snap/bin"}
	if home != "" {
		places = append(places, filepath.Join(home, "go", "bin"), filepath.Join(home, "sdk", "go", "bin"))
	}
	return places
}

func findToolchain(getenv func(string) string, places []string, dir string) (*Toolchain, error) {
	if !pluginSystem() {
		return nil, &Missing{"Go plugins", "Go has none for " + runtime.GOOS + "/" + runtime.GOARCH, ""}
	}
	command, err := findGo(getenv, places)
	if err != nil {
		return nil, err
	}
	t := &Toolchain{Go: command}
	if err := t.choose(getenv, dir); err != nil {
		return nil, err
	}
	return t, t.check()
}

func pluginSystem() bool {
	switch runtime.GOOS {
	case "linux", "darwin":
		return runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64"
	}
	return false
}

func findGo(getenv func(string) string, places []string) (string, error) {
	if root := getenv("GOROOT"); root != "" {
		places = append([]string{filepath.Join(root, "bin")}, places...)
	}
	places = append(filepath.SplitList(getenv("PATH")), places...)
	for _, place := range places {
		// LookPath of a path with a slash looks there alone, and whether it can be run.
		if path, err := exec.LookPath(filepath.Join(place, "go")); err == nil && filepath.IsAbs(path) {
			return path, nil
		}
	}
	return "", &Missing{"a Go toolchain", "there is no go command on PATH or where it usually is", "install Go " + oldest[2:] + " or later: https://go.dev/dl"}
}

// said is what a failed command wrote to stderr.
func said(err error) string {
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return ": " + strings.TrimSpace(string(exit.Stderr))
	}
	return ""
}

func (t *Toolchain) check() error {
	if v := strings.TrimPrefix(t.Version, "devel "); version.Compare(v, oldest) < 0 {
		return &Missing{"Go " + oldest[2:] + " or later", t.Go + " is " + t.Version, "https://go.dev/dl"}
	}
	if t.env["GOOS"] != runtime.GOOS || t.env["GOARCH"] != runtime.GOARCH {
		return &Missing{"Go for this machine", fmt.Sprintf("%s is set to build for %s/%s", t.Go, t.env["GOOS"], t.env["GOARCH"]), "unset GOOS and GOARCH"}
	}
	t.CC = strings.Fields(t.env["CC"])
	if len(t.CC) == 0 {
		t.CC = []string{"cc"}
	}
	if _, err := exec.LookPath(t.CC[0]); err != nil {
		return &Missing{"a C compiler", t.CC[0] + " is not on PATH", installC()}
	}
	// The go command also turns cgo off by itself where there is no C compiler.
	if t.env["CGO_ENABLED"] != "1" {
		return &Missing{"cgo", "CGO_ENABLED is " + t.env["CGO_ENABLED"], "unset CGO_ENABLED, or: go env -u CGO_ENABLED"}
	}
	return nil
}

// InstallC is how a compiler of C, or also of C++, is usually had here.
func InstallC(plus bool) string {
	how := installC()
	if plus {
		how = strings.NewReplacer("install gcc libc6-dev", "install g++", "add gcc", "add g++", "install gcc", "install gcc-c++").Replace(how)
	}
	return how
}

// installC is how a C compiler is usually had here.
func installC() string {
	if runtime.GOOS == "darwin" {
		return "xcode-select --install"
	}
	for _, manager := range []struct{ program, command string }{
		{"apt-get", "apt-get install gcc libc6-dev"},
		{"dnf", "dnf install gcc"},
		{"yum", "yum install gcc"},
		{"apk", "apk add gcc musl-dev"},
		{"pacman", "pacman -S gcc"},
		{"zypper", "zypper install gcc"},
	} {
		if _, err := exec.LookPath(manager.program); err == nil {
			return manager.command
		}
	}
	return "install gcc and the headers of the C library"
}

// environ is what the go command and the tools that it would run are started with. A
// user's settings for her own modules would only do harm.
func (t *Toolchain) environ() []string {
	env := append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off", "GO111MODULE=on")
	return append(env, t.buildEnviron()...)
}

// buildEnviron is what makes the go command compile in the same way wherever it runs.
func (t *Toolchain) buildEnviron() []string {
	env := []string{"GOTOOLCHAIN=local", "GOROOT=" + t.env["GOROOT"], "CGO_ENABLED=1", "GOCACHEPROG=", "LC_ALL=C"}
	for _, name := range buildSettings {
		if value := t.env[name]; value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// buildSettings are those of `go env` that change what a compiled package looks like.
var buildSettings = []string{"GOOS", "GOARCH", "GOAMD64", "GOARM64", "GOEXPERIMENT", "GOFIPS140", "CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_LDFLAGS"}

// tool is the path of compile, link and the like.
func (t *Toolchain) tool(name string) string { return filepath.Join(t.env["GOTOOLDIR"], name) }

// command is a run of a tool or of go in a folder.
func (t *Toolchain) command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(t.environ(), "PWD="+dir)
	return cmd
}
