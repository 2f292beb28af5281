package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/parago/parago/interp/native"
	"github.com/parago/parago/kernelspec"
)

func doctorCommand() command {
	return command{
		name: "doctor", short: "look at this machine and say what is missing",
		long: `Doctor looks for what Parago uses, says what is missing and what to do about it,
and runs a small self-test. It changes nothing. It ends with 1 if something that
Parago cannot do without is broken.`,
		setup: func(*flag.FlagSet) action {
			return func(ctx context.Context, args []string) error {
				if len(args) > 0 {
					return usageError(fmt.Sprintf("unexpected argument %q", args[0]))
				}
				return doctor(ctx, os.Stdout)
			}
		},
	}
}

// A finding is what one look has shown.
type finding struct {
	state  state
	text   string
	advice string // what to do; "" if nothing
}

type state string

const (
	ok      state = "ok"
	missing state = "--" // Parago does without
	broken  state = "XX"
)

// A look is one thing that doctor looks at.
type look struct {
	name string
	at   func(context.Context) []finding
}

func looks() []look {
	return []look{
		{"processors", lookAtCPUs},
		{"shared memory", lookAtSharedMemory},
		{"Go toolchain", lookAtGo},
		{"compiled cells", lookAtCompiling},
		{"Python", lookAtPython},
		{"JupyterLab", lookAtJupyterLab},
		{"kernelspec", lookAtKernelspecs},
		{"self-test", selfTest},
	}
}

func doctor(ctx context.Context, w io.Writer) error {
	fmt.Fprint(w, versionText(), "\n")
	worst := ok
	for _, l := range looks() {
		for _, f := range l.at(ctx) {
			fmt.Fprintf(w, "%s  %-14s %s\n", f.state, l.name, f.text)
			if f.advice != "" {
				fmt.Fprintf(w, "    %-14s → %s\n", "", f.advice)
			}
			if f.state == broken {
				worst = broken
			}
		}
	}
	if worst == broken {
		fmt.Fprintln(w, "\nSomething that Parago needs is broken: see XX above.")
		return errReported
	}
	fmt.Fprintln(w, "\nParago can work here.")
	return nil
}

func lookAtCPUs(context.Context) []finding {
	text := fmt.Sprintf("%d usable of %d", runtime.GOMAXPROCS(0), runtime.NumCPU())
	if quota, err := os.ReadFile("/sys/fs/cgroup/cpu.max"); err == nil {
		text += "; cgroup cpu.max " + strings.TrimSpace(string(quota))
	}
	return []finding{{ok, text, ""}}
}

func lookAtSharedMemory(context.Context) []finding {
	if runtime.GOOS != "linux" {
		return []finding{{ok, "in temporary files, in " + os.TempDir(), ""}}
	}
	f, err := os.CreateTemp("/dev/shm", "parago-doctor-*")
	if err != nil {
		return []finding{{missing, "/dev/shm cannot be written: " + err.Error(), "shared values go through " + os.TempDir() + " instead"}}
	}
	f.Close()
	if err := os.Remove(f.Name()); err != nil {
		return []finding{{missing, err.Error(), ""}}
	}
	return []finding{{ok, "/dev/shm can be written", ""}}
}

// lookAtGo looks for Go as a kernel does: also where it usually is, if it is not on PATH.
func lookAtGo(context.Context) []finding {
	t, err := native.FindToolchain("")
	lacks := (*native.Missing)(nil)
	switch {
	case errors.As(err, &lacks):
		return []finding{{missing, "cells are interpreted, many times slower; to compile them needs " + lacks.What + ": " + lacks.Why, lacks.Remedy}}
	case err != nil:
		return []finding{{missing, "cells are interpreted: " + err.Error(), ""}}
	}
	text := t.Version + ", " + t.Go
	if _, err := exec.LookPath("go"); err != nil {
		text += ", which is not on PATH"
	}
	return []finding{{ok, text, ""}}
}

func lookAtPython(context.Context) []finding {
	for _, python := range []string{"python3", "python"} {
		out, err := exec.Command(python, "-c", "import sys; print(sys.version.split()[0], sys.executable)").Output()
		if err == nil {
			return []finding{{ok, strings.TrimSpace(string(out)), ""}}
		}
	}
	return []finding{{missing, "no python3 that runs on PATH", "only JupyterLab needs it; parago run works without"}}
}

func lookAtJupyterLab(context.Context) []finding {
	l, err := parseLab(nil)
	if err != nil {
		return []finding{{missing, err.Error(), "set HOME"}}
	}
	if program := inVenv(filepath.Join(l.cache, "venv"), "jupyter-lab"); isFile(program) {
		return []finding{{ok, program, ""}}
	}
	if program, found := findJupyterLab(); found {
		return []finding{{ok, strings.Join(program, " "), ""}}
	}
	return []finding{{missing, "not found", "parago lab --setup installs it into an environment of its own"}}
}

func lookAtKernelspecs(ctx context.Context) []finding {
	installed := kernelspec.Find(kernelspec.ThisSystem().DataDirs())
	if len(installed) == 0 {
		return []finding{{missing, "not installed", "parago install lets Jupyter see the kernel (parago lab does without)"}}
	}
	var found []finding
	for _, k := range installed {
		found = append(found, lookAtKernelspec(ctx, k))
	}
	return found
}

// lookAtKernelspec asks the binary that a kernelspec starts for its version.
func lookAtKernelspec(ctx context.Context, k kernelspec.Installed) finding {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	again := "install it again: parago install, with the flags of the first time"
	out, err := exec.CommandContext(ctx, k.Binary, "version").Output()
	switch {
	case errors.Is(err, os.ErrNotExist):
		return finding{broken, fmt.Sprintf("%s points to %s, which is gone", k.Dir, k.Binary), again}
	case err != nil:
		return finding{broken, fmt.Sprintf("%s: %s does not run: %v", k.Dir, k.Binary, err), again}
	case string(out) != versionText():
		first, _, _ := strings.Cut(string(out), "\ngo ")
		return finding{missing, fmt.Sprintf("%s is another build: %s", k.Dir, strings.ReplaceAll(first, "\n", ", ")), again}
	}
	return finding{ok, fmt.Sprintf("%s (%s)", k.Dir, k.Name), ""}
}
