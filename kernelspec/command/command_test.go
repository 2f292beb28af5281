package command

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/parago/parago/kernelspec"
)

// TestMain lets this test binary be parago: the tests start it, and it starts itself
// as kernel and as worker, in processes of their own.
func TestMain(m *testing.M) {
	if os.Getenv("PARAGO_TEST_BE_PARAGO") != "" {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	if err := os.Chdir("../.."); err != nil { // where users are: the tests name notebooks and the README from there
		panic(err)
	}
	os.Exit(m.Run())
}

// parago returns a command that runs in an empty home.
func parago(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), "PARAGO_TEST_BE_PARAGO=1", "PARAGO_ENGINE=interp", "HOME="+home, "XDG_CACHE_HOME=", "XDG_DATA_HOME=",
		"JUPYTER_DATA_DIR=", "JUPYTER_PATH=", "VIRTUAL_ENV=", "CONDA_PREFIX=", "TMPDIR="+t.TempDir())
	return cmd
}

// outcome is a finished command's exit code and what it wrote.
func outcome(t *testing.T, cmd *exec.Cmd) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	exit := (*exec.ExitError)(nil)
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, args     string
		code           int
		stdout, stderr string // must be part of it
	}{
		{"nothing is asked for", "", 2, "", "usage: parago COMMAND"},
		{"help", "help", 0, "  run        run a notebook", ""},
		{"help for a command", "help install", 0, "--sys-prefix", ""},
		{"help as a flag", "run --help", 0, "-p NAME=VALUE", ""},
		{"help for lab, which has JupyterLab's flags too", "lab --no-browser --help", 0, "--venv DIR", ""},
		{"help for what is not there", "help lunch", 2, "", `no command "lunch"`},
		{"an unknown command", "lunch", 2, "", `no command "lunch"`},
		{"an unknown flag", "install --uesr", 2, "", "-uesr"},
		{"an argument too many", "version 2", 2, "", `unexpected argument "2"`},
		{"two places", "install --user --prefix x", 2, "", "only one of"},
		{"no notebook", "run", 2, "", "want one notebook"},
		{"two notebooks", "run a b", 2, "", "want one notebook"},
		{"a parameter without a value", "run a -p n", 2, "", "want NAME=VALUE"},
		{"a notebook that is not there", "run no.ipynb", 1, "", "no.ipynb: no such file"},
		{"a notebook that is none", "run main.go", 1, "", "main.go: not a notebook: line 1"},
		{"a connection file that is not there", "kernel no.json", 1, "", "no.json"},
		{"a kernel without a connection file", "kernel --debug", 2, "", "want one connection file"},
		{"a kernel's flag with a value that it cannot have", "kernel --debug=7 no.json", 2, "", "invalid boolean"},
		{"arguments that are another kernel's", "kernel --HistoryManager.hist_file=:memory: no.json --colors NoColor -q", 1, "",
			"ignored: --HistoryManager.hist_file=:memory: --colors -q NoColor\nparago kernel: read connection file"},
		{"a venv without JupyterLab", "lab --venv kernelspec", 1, "", "kernelspec has no JupyterLab"},
		{"version", "version", 0, "parago " + version + "\n", ""},
		{"version as a flag", "--version", 0, "yaegi", ""},
		{"nothing to uninstall", "uninstall", 1, "", "does not exist"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := outcome(t, parago(t, strings.Fields(test.args)...))
			if code != test.code || !strings.Contains(stdout, test.stdout) || !strings.Contains(stderr, test.stderr) {
				t.Errorf("exit code %d, want %d\nstdout:\n%s\nwant in it: %s\nstderr:\n%s\nwant in it: %s",
					code, test.code, stdout, test.stdout, stderr, test.stderr)
			}
			if test.stderr == "" && stderr != "" {
				t.Errorf("stderr: %s", stderr)
			}
		})
	}
}

func TestFlagsMayStandAnywhere(t *testing.T) {
	t.Parallel()
	c := runCommand()
	fs := newFlagSet(c)
	c.setup(fs)
	rest, err := parse(fs, []string{"a", "-o", "out", "b", "--timeout=3s", "--", "-c", "d"})
	if err != nil || strings.Join(rest, " ") != "a b -c d" || fs.Lookup("o").Value.String() != "out" || fs.Lookup("timeout").Value.String() != "3s" {
		t.Errorf("rest %q, -o %s, error %v", rest, fs.Lookup("o").Value, err)
	}
}

// The installed copy is a whole parago: doctor finds it, and uninstall takes it away.
func TestInstallDoctorUninstall(t *testing.T) {
	t.Parallel()
	first := parago(t, "install")
	again := func(args ...string) *exec.Cmd {
		cmd := parago(t, args...)
		cmd.Env = first.Env // the same home
		return cmd
	}
	code, stdout, stderr := outcome(t, first)
	if code != 0 || !strings.Contains(stdout, "kernel.json\n") {
		t.Fatalf("install: exit code %d\n%s%s", code, stdout, stderr)
	}
	code, stdout, stderr = outcome(t, again("doctor"))
	if code != 0 || !strings.Contains(stdout, "kernels/parago (parago)") {
		t.Errorf("doctor: exit code %d\n%s%s", code, stdout, stderr)
	}
	for line := range strings.Lines(stdout) {
		if strings.Contains(line, "self-test") && !strings.HasPrefix(line, "ok") {
			t.Error(line)
		}
	}
	system := kernelspec.System{GOOS: runtime.GOOS, Home: env(first, "HOME"), Getenv: func(name string) string { return env(first, name) }}
	installed := kernelspec.Find([]string{system.UserDataDir()})
	if len(installed) != 1 {
		t.Fatalf("found %+v under %s", installed, system.UserDataDir())
	}
	binary := installed[0].Binary
	if err := os.Remove(binary); err != nil {
		t.Fatal(err)
	}
	if code, stdout, _ = outcome(t, again("doctor")); code != 1 || !strings.Contains(stdout, "which is gone") {
		t.Errorf("doctor, without the binary: exit code %d\n%s", code, stdout)
	}
	if code, stdout, stderr = outcome(t, again("uninstall")); code != 0 {
		t.Errorf("uninstall: exit code %d\n%s%s", code, stdout, stderr)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(binary), "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func env(cmd *exec.Cmd, name string) (value string) {
	for _, e := range cmd.Env {
		if k, v, _ := strings.Cut(e, "="); k == name {
			value = v
		}
	}
	return value
}
